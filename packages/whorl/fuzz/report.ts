// A failure as a person reads it: how to run it again, and the smallest program with what it printed.
// in:  a family, the seeds, the shrunk case and its verdict     out: text

import type { Family } from './family.js';
import type { Verdict } from './judge.js';
import { type Case, printCase } from './program.js';

export const command = ({ name, device }: Family, seeds: readonly number[]): string => {
  const where = device === undefined ? '' : ` --device ${device}`;
  return `npm run fuzz -- --only ${name}${where} --seed ${seeds.join(',')}`;
};

const remarkOf = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 160);

export function describe(
  family: Family,
  seeds: readonly number[],
  programs: Case,
  { way, difference }: Verdict,
): string {
  const place = `${difference.program}/${difference.at}`;
  const remark = `${remarkOf(difference.got)}  WANT ${remarkOf(difference.want)}`;
  const caught = new Set(difference.got.startsWith('refused') ? [place] : []);
  for (const [p, program] of programs.entries())
    for (const [i, statement] of program.entries()) if (statement.fails) caught.add(`${p}/${i}`);
  return [
    `FAILED ${family.name}: ${way.name} against ${family.ways[0].name}`,
    `       ${command(family, seeds)}`,
    ...printCase(programs, new Map([[place, remark]]), caught)
      .split('\n')
      .map((line) => `  ${line}`),
  ].join('\n');
}
