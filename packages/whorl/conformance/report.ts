// Says what a run found: failures, a table, what is widened, missing or answered on purpose.
// in:  outcomes     out: text, the last line being 'N passed, N failed, N skipped'
import type { Kind, Outcome } from './outcome.js';
import { widened } from './tolerances.js';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  /** Refused by a device that can less. */
  refused: number;
}

/** One operator variant or operator: how its cases went. */
export interface Offered extends Counts {
  name: string;
}

export interface Summary {
  total: Counts;
  kinds: Partial<Record<Kind, Counts>>;
  /** Variants, as the files name them: 'max.binary'. */
  variants: Offered[];
  /** Distinct operators: 'max'. */
  operators: Offered[];
}

function count<K extends string>(
  outcomes: readonly Outcome[],
  key: (o: Outcome) => K,
): Map<K, Counts> {
  const counts = new Map<K, Counts>();
  for (const outcome of outcomes) {
    const name = key(outcome);
    const entry = counts.get(name) ?? { passed: 0, failed: 0, skipped: 0, refused: 0 };
    entry[outcome.status]++;
    counts.set(name, entry);
  }
  return counts;
}

/** Variants that end in a label are one operator: F.interpolate.area is F.interpolate. */
export function operatorOf(variant: string): string {
  const parts = variant.split('.');
  const qualified = ['F', 'linalg', 'special'].includes(parts[0]!);
  return parts.slice(0, qualified ? 2 : 1).join('.');
}

export function summarise(outcomes: readonly Outcome[]): Summary {
  const operators = outcomes.filter(({ kind }) => kind === 'operators');
  const listed = (counts: Map<string, Counts>): Offered[] =>
    [...counts].map(([name, entry]) => ({ name, ...entry }));
  return {
    total: count(outcomes, () => 'all').get('all') ?? {
      passed: 0,
      failed: 0,
      skipped: 0,
      refused: 0,
    },
    kinds: Object.fromEntries(count(outcomes, ({ kind }) => kind)),
    variants: listed(count(operators, ({ name }) => name)),
    operators: listed(count(operators, ({ name }) => operatorOf(name))),
  };
}

export const isOffered = ({ failed, skipped, refused }: Counts): boolean =>
  failed + skipped + refused === 0;

function table(kinds: Summary['kinds']): string[] {
  const row = (cells: readonly (string | number)[]): string =>
    cells.map((cell, i) => (i === 0 ? `${cell}`.padEnd(12) : `${cell}`.padStart(9))).join('');
  const rows = Object.entries(kinds).map(([kind, { passed, failed, skipped, refused }]) =>
    row([kind, passed, failed, skipped, refused]),
  );
  return [row(['', 'passed', 'failed', 'skipped', 'refused']), ...rows];
}

function failures(outcomes: readonly Outcome[], most: number): string[] {
  const failed = outcomes.filter(({ status }) => status === 'failed');
  const lines = failed.slice(0, most).map(({ id, reason }) => `${id}: ${reason}`);
  return failed.length > most ? [...lines, `... and ${failed.length - most} more`] : lines;
}

/** The sentences of a device that refused, with how many cases each. */
export function refusals(outcomes: readonly Outcome[]): Map<string, number> {
  const sentences = new Map<string, number>();
  for (const { status, reason } of outcomes) {
    if (status === 'refused') sentences.set(reason!, (sentences.get(reason!) ?? 0) + 1);
  }
  return sentences;
}

/** The names that are missing, with how many cases wait for each. */
export function missing(outcomes: readonly Outcome[]): Map<string, number> {
  const names = new Map<string, number>();
  for (const { status, reason } of outcomes) {
    if (status === 'skipped') names.set(reason!, (names.get(reason!) ?? 0) + 1);
  }
  return new Map([...names].sort(([a], [b]) => a.localeCompare(b)));
}

export function deliberate(outcomes: readonly Outcome[]): Map<string, number> {
  const reasons = new Map<string, number>();
  for (const { deliberate: reason } of outcomes) {
    if (reason !== undefined) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return reasons;
}

function offeredLines({ variants, operators }: Summary): string[] {
  if (variants.length === 0) return [];
  const whole = (list: Offered[]) => list.filter(isOffered).length;
  return [
    `operator variants offered entirely: ${whole(variants)} of ${variants.length}`,
    `distinct operators offered entirely: ${whole(operators)} of ${operators.length}`,
  ];
}

export function report(outcomes: readonly Outcome[], mostFailures = Infinity): string {
  const summary = summarise(outcomes);
  const { passed, failed, skipped, refused } = summary.total;
  const refusing = [...refusals(outcomes)].map(([sentence, n]) => `  ${n} times: ${sentence}`);
  const gaps = [...missing(outcomes)].map(([name, n]) => `${name} (${n})`).join(', ');
  const answered = [...deliberate(outcomes)].map(([reason, n]) => `  ${n} times: ${reason}`);
  const wide = widened.map(
    ({ cases, abs, rel, reason }) => `  ${cases}: abs ${abs} + rel ${rel}: ${reason}`,
  );
  return [
    ...failures(outcomes, mostFailures),
    '',
    ...table(summary.kinds),
    '',
    ...offeredLines(summary),
    `tolerances widened: ${widened.length}`,
    ...wide,
    ...(answered.length === 0 ? [] : ['answered where PyTorch refuses, on purpose:', ...answered]),
    ...(gaps === '' ? [] : [`not offered: ${gaps}`]),
    ...(refused === 0 ? [] : ['refused by the device:', ...refusing]),
    `${passed} passed, ${failed} failed, ${skipped} skipped${refused === 0 ? '' : `, ${refused} refused`}`,
  ].join('\n');
}
