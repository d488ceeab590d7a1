// A kind of program, and the ways to run it that have to agree.

import type { DeviceName } from './device.js';
import type { Case } from './program.js';
import type { Entry, Way } from './run.js';

export interface Difference {
  /** Which program of the case, and which of its statements. */
  readonly program: number;
  readonly at: number;
  readonly got: string;
  readonly want: string;
}

export interface Family {
  readonly name: string;
  /** What is tried, in one line. */
  readonly about: string;
  /** The first is right. */
  readonly ways: readonly [Way, ...Way[]];
  readonly generate: (seed: number) => Case;
  /** How many cases run in one way before the next. */
  readonly batch: number;
  /** Where its programs run; default the cpu. */
  readonly device?: DeviceName;
  /** What may be different between a way and the reference is taken away here. */
  readonly plain?: (entry: Entry) => string;
  /** From here on, by the word of the reference or of the way, they may differ. */
  readonly isEnd?: (entry: Entry) => boolean;
  /** What is wrong with a log, whatever the reference says. */
  readonly complaint?: (entry: Entry) => string | null;
}

/** The first entry that is not as the reference has it. */
export function compare(
  { plain = ({ text }) => text, complaint = () => null, isEnd = () => false }: Family,
  got: readonly Entry[][],
  want: readonly Entry[][],
): Difference | null {
  for (const [program, entries] of got.entries()) {
    const reference = want[program] ?? [];
    for (const entry of entries) {
      const wrong = complaint(entry);
      if (wrong !== null) return { program, at: entry.at, got: entry.text, want: wrong };
    }
    const length = Math.max(entries.length, reference.length);
    for (let i = 0; i < length; i++) {
      const [a, b] = [entries[i], reference[i]];
      if ([a, b].some((entry) => entry !== undefined && isEnd(entry))) return null;
      if (a !== undefined && b !== undefined && a.at === b.at && plain(a) === plain(b)) continue;
      const first = Math.min(a?.at ?? Infinity, b?.at ?? Infinity);
      const of = (entry: Entry | undefined) => (entry?.at === first ? entry.text : 'nothing');
      return { program, at: first, got: of(a), want: of(b) };
    }
  }
  return null;
}

/** How many values were compared. */
export const comparisons = (log: readonly Entry[][]): number =>
  log.reduce((sum, entries) => sum + entries.length, 0);
