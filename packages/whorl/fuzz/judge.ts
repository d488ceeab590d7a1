// Whether all ways to run a case agree.
// in:  a family, cases or the seeds of some     out: the first difference of each one that fails

import { forgetKernels } from '../src/engine/devices/context.js';
import { countRefused } from './family-on.js';
import { comparisons, compare, type Difference, type Family } from './family.js';
import type { Case } from './program.js';
import { type Entry, enter, leave, run, type Way } from './run.js';

export interface Verdict {
  readonly way: Way;
  readonly difference: Difference;
  /** How many statements the reference refuses. */
  readonly refusals: number;
}

export interface Batch {
  readonly failures: ReadonlyMap<number, Verdict>;
  readonly programs: number;
  readonly comparisons: number;
  /** Programs that a device refused to run to their end, in all ways. */
  readonly refused: number;
}

const refusals = (logs: readonly Entry[][]): number =>
  logs.flat().filter(({ text }) => text.startsWith('refused')).length;

async function runCase(programs: Case, way: Way): Promise<Entry[][]> {
  const logs: Entry[][] = [];
  for (const program of programs) logs.push(await run(program, way));
  return logs;
}

/**
 * All of the cases in one way, then all in the next: kernels of one are still known when the next
 * runs, and switching devices, which forgets them, is rare. `reached` hears what is about to run.
 */
export async function judgeBatch(
  family: Family,
  seeds: readonly number[],
  reached: (seed: number, way: Way) => void = () => {},
): Promise<Batch> {
  const cases = seeds.map((seed) => family.generate(seed));
  const failures = new Map<number, Verdict>();
  const [first, ...others] = family.ways;
  let compared = 0;
  let refused = 0;
  const all = async (way: Way): Promise<Entry[][][]> => {
    enter(way);
    const logs: Entry[][][] = [];
    for (const [i, one] of cases.entries()) {
      reached(seeds[i]!, way);
      logs.push(await runCase(one, way));
      // whoever waits for this process hears that it lives
      await new Promise((resolve) => setImmediate(resolve));
    }
    return logs;
  };
  const want = await all(first);
  for (const way of others) {
    const got = await all(way);
    for (const [i, seed] of seeds.entries()) {
      compared += comparisons(got[i]!);
      refused += countRefused(got[i]!);
      const difference = compare(family, got[i]!, want[i]!);
      if (difference === null || failures.has(seed)) continue;
      failures.set(seed, { way, difference, refusals: refusals(want[i]!) });
    }
  }
  leave();
  const programs = cases.reduce((sum, one) => sum + one.length, 0);
  return { failures, programs, comparisons: compared, refused };
}

/** One case by itself, with nothing known from before. */
export async function judge(
  family: Family,
  programs: Case,
  ways: readonly Way[] = family.ways.slice(1),
): Promise<Verdict | null> {
  const alone = async (way: Way) => {
    enter(way);
    forgetKernels();
    return runCase(programs, way);
  };
  const want = await alone(family.ways[0]);
  for (const way of ways) {
    const difference = compare(family, await alone(way), want);
    if (difference !== null) return { way, difference, refusals: refusals(want) };
  }
  return null;
}
