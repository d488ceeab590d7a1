// Whorl beside itself at another commit: what a change costs, or gains.
// in:  a work, another checkout     out: Whorl's contestants, each with its twin from there; ratios

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Result } from './harness.js';
import { ratio } from './report.js';
import type { Entrant } from './run-work.js';
import type { Work } from './work.js';

const twin = (who: string): string => `${who} before`;

/** Builds the other checkout. @throws where there is none, or it does not build */
export function prepareOther(folder: string): string {
  const other = resolve(folder);
  if (!existsSync(`${other}/bench/contestant.ts`) || !existsSync(`${other}/node_modules`)) {
    throw new Error(`--against ${folder}: no checkout with bench/ and node_modules is there`);
  }
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], {
    cwd: other,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`--against ${folder}: it does not build, as is said above`);
  return other;
}

export const pairs = ({ contestants }: Work, folder: string): Entrant[] =>
  Object.keys(contestants)
    .filter((who) => who.startsWith('whorl'))
    .flatMap((who) => [
      { who, label: who },
      { who, label: twin(who), folder },
    ]);

/** How many times its twin's cost each contestant has, by medians and by least times. */
export function compared(work: Work, results: readonly Result[]): string[] {
  return results.flatMap((result) => {
    const before = results.find(({ who }) => who === twin(result.who));
    if (before === undefined) return [];
    const least = ratio(work, { ...result, median: result.min }, { ...before, median: before.min });
    const name = `${work.name} ${result.who}`;
    return [`${name.padEnd(44)}${ratio(work, result, before).toFixed(3)}  ${least.toFixed(3)}`];
  });
}
