// From a seed that failed among others to the smallest program that fails by itself.
// in:  a family, the seeds that ran before, the one that failed     out: what to tell, as it was and made small

import type { Family } from './family.js';
import { judge, type Verdict } from './judge.js';
import type { Case } from './program.js';
import { describe } from './report.js';
import { shrink } from './shrink.js';

export interface Failure {
  readonly family: string;
  readonly seeds: readonly number[];
  readonly text: string;
  /** The text without its numbers: two of one kind are told once. */
  readonly kind: string;
}

const budget = { attempts: 500, milliseconds: 30_000 };

const casesOf = (family: Family, seeds: readonly number[]) =>
  seeds.flatMap((seed) => family.generate(seed));

/** The earlier cases that are needed for the failure; null: it does not come back. */
export async function culprits(
  family: Family,
  before: readonly number[],
  seed: number,
  beat: () => void,
): Promise<readonly number[] | null> {
  const fails = async (seeds: readonly number[]): Promise<boolean> => {
    beat();
    return (await judge(family, casesOf(family, [...seeds, seed]))) !== null;
  };
  if (await fails([])) return [];
  if (before.length === 0 || !(await fails(before))) return null;
  let needed = before;
  for (
    let size = Math.ceil(needed.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let start = 0; start < needed.length; ) {
      const fewer = [...needed.slice(0, start), ...needed.slice(start + size)];
      if (await fails(fewer)) needed = fewer;
      else start += size;
    }
  }
  return needed;
}

const sortOf = (text: string): string => /^(refused|nothing|late|)/.exec(text)![0];

/** A smaller program must fail for no other reason, as far as that can be told. */
const isAlike = (a: Verdict, b: Verdict): boolean =>
  sortOf(a.difference.got) === sortOf(b.difference.got) &&
  sortOf(a.difference.want) === sortOf(b.difference.want) &&
  a.refusals <= b.refusals;

const kindOf = (text: string): string =>
  text
    .replace(/--seed \S+/, '')
    .replace(/(?<!\w)-?\d[\d.]*/g, '#')
    .replace(/#(?:, ?#)+/g, '#');

/** The failure as it is, at once, then made small. */
export async function* findings(
  family: Family,
  guilty: readonly number[] | null,
  seed: number,
  verdict: Verdict,
  beat: (candidate: Case) => void,
): AsyncGenerator<{ failure: Failure; isFinal: boolean }> {
  const seeds = [...(guilty ?? []), seed];
  const whole = casesOf(family, seeds);
  const tell = (text: string): Failure => ({
    family: family.name,
    seeds,
    text,
    kind: kindOf(text),
  });
  if (guilty === null) {
    const text = `${describe(family, seeds, whole, verdict)}\n  (alone it does not fail)`;
    yield { failure: tell(text), isFinal: true };
    return;
  }
  const first = (await judge(family, whole)) ?? verdict;
  yield { failure: tell(describe(family, seeds, whole, first)), isFinal: false };
  let best = first;
  const small = await shrink(
    whole,
    async (candidate) => {
      beat(candidate);
      const verdict = await judge(family, candidate, [first.way]);
      if (verdict === null || !isAlike(verdict, best)) return false;
      best = verdict;
      return true;
    },
    budget,
  );
  yield { failure: tell(describe(family, seeds, small, best)), isFinal: true };
}
