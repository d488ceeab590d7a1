// Random programs of every kind, for as long as one likes, each in several ways that have to agree.
// in:  [--minutes N] [--seed S] [--only NAME] [--device NAME]     out: failures, each with the smallest program; totals; exit code 1
// Without --minutes a seed is run by itself, as a failure names it.

import { parseArgs } from 'node:util';
import { type DeviceName, deviceNames } from './device.js';
import { familyOn, whyNot } from './family-on.js';
import { families } from './families/index.js';
import type { Family } from './family.js';
import { command, describe } from './report.js';
import { shrink } from './shrink.js';
import { Watched } from './watched.js';
import type { Failure } from './findings.js';
import type { Case } from './program.js';
import type { Task } from './worker.js';

const patience = 60_000;
/** So many different failures of a family are made small; the rest is counted. */
const most = 12;

interface Tally {
  programs: number;
  comparisons: number;
  refused: number;
  failures: number;
  readonly kinds: Set<string>;
}

const tallies = new Map<string, Tally>();
const tallyOf = (family: Family): Tally => {
  const found = tallies.get(family.name) ?? {
    programs: 0,
    comparisons: 0,
    refused: 0,
    failures: 0,
    kinds: new Set(),
  };
  tallies.set(family.name, found);
  return found;
};

const watched = new Watched();

const taskOf = (family: Family, seeds: readonly number[], programs?: Case): Task => ({
  family: family.name,
  device: family.device ?? 'cpu',
  seeds,
  ...(programs && { programs }),
});

function tell(family: Family, { kind, text }: Failure): void {
  const { kinds } = tallyOf(family);
  if (kinds.has(kind) || kinds.size >= most) return;
  kinds.add(kind);
  console.log(`\n${text}`);
}

/** The smallest program that does not end. Each attempt that hangs costs a process. */
async function tellHang(
  family: Family,
  seed: number,
  status: string,
  whole = family.generate(seed),
): Promise<void> {
  const hangs = async (programs: ReturnType<Family['generate']>): Promise<boolean> => {
    const answer = await watched.ask(taskOf(family, [seed], programs), 15_000);
    return answer.status !== 'done';
  };
  const isAlone = await hangs(whole);
  const small = isAlone
    ? await shrink(whole, hangs, { attempts: 60, milliseconds: 60_000 })
    : whole;
  const difference = { program: 0, at: small[0]!.length - 1, got: status, want: 'an end' };
  const text = describe(family, [seed], small, {
    way: { name: status },
    difference,
    refusals: 0,
  });
  tell(family, { family: family.name, seeds: [seed], text, kind: text.replace(/\d+/g, '#') });
}

/** All seeds of a batch; one that hangs is taken out and the others are run again. */
async function batch(family: Family, seeds: readonly number[]): Promise<void> {
  const tally = tallyOf(family);
  const halfDone = new Map<string, Failure>();
  const answer = await watched.ask(taskOf(family, seeds), patience, (failure, isFinal) => {
    const name = failure.seeds.join();
    if (!isFinal) halfDone.set(name, failure);
    else {
      tally.failures++;
      halfDone.delete(name);
      tell(family, failure);
    }
  });
  if (answer.status === 'done') {
    tally.programs += answer.programs;
    tally.comparisons += answer.comparisons;
    tally.refused += answer.refused;
    return;
  }
  tally.failures++;
  // one that was being made smaller is told as it is
  for (const failure of halfDone.values()) tell(family, failure);
  await tellHang(family, answer.seed, answer.status, answer.programs);
  const rest = seeds.filter((seed) => seed !== answer.seed);
  if (rest.length > 0) await batch(family, rest);
}

function printTotals(): void {
  console.log(
    `\n${'family'.padEnd(12)}${'programs'.padStart(10)}${'comparisons'.padStart(13)}${'refused'.padStart(10)}${'failures'.padStart(10)}`,
  );
  for (const [name, { programs, comparisons, refused, failures }] of tallies) {
    const cells = [
      String(programs).padStart(10),
      String(comparisons).padStart(13),
      String(refused).padStart(10),
      String(failures).padStart(10),
    ];
    console.log(name.padEnd(12) + cells.join(''));
  }
}

/** Families take turns: each turn goes to the one that has had the least time. */
async function forMinutes(chosen: readonly Family[], minutes: number, from: number): Promise<void> {
  const end = performance.now() + minutes * 60_000;
  const turns = chosen.map((family) => ({ family, next: from, time: 0 }));
  while (performance.now() < end) {
    const turn = turns.reduce((a, b) => (b.time < a.time ? b : a));
    const start = performance.now();
    const seeds = Array.from({ length: turn.family.batch }, (_, i) => turn.next + i);
    await batch(turn.family, seeds);
    turn.next += turn.family.batch;
    turn.time += performance.now() - start;
  }
}

const usage = `usage: npm run fuzz -- [--minutes N] [--seed S] [--only NAME] [--device ${deviceNames.join('|')}]
${families.map(({ name, about }) => `  ${name.padEnd(12)}${about}`).join('\n')}`;

const isDevice = (name: string): name is DeviceName =>
  (deviceNames as readonly string[]).includes(name);

/** Those that make sense there; what is left out is said. */
function familiesOn(named: readonly Family[], device: DeviceName): Family[] {
  return named.flatMap((family) => {
    const reason = whyNot(family, device);
    if (reason === undefined) return [familyOn(family, device)];
    console.log(`${family.name} is left out on ${device}: ${reason}`);
    return [];
  });
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string' },
      seed: { type: 'string' },
      only: { type: 'string' },
      device: { type: 'string', default: 'cpu' },
    },
  });
  const names = values.only?.split(',');
  const named = families.filter(({ name }) => names === undefined || names.includes(name));
  const chosen = isDevice(values.device) ? familiesOn(named, values.device) : [];
  const seeds = values.seed?.split(',').map(Number);
  const minutes = Number(values.minutes ?? 5);
  if (chosen.length === 0 || seeds?.some((seed) => !Number.isInteger(seed)) || !(minutes > 0)) {
    console.error(usage);
    return 2;
  }
  if (seeds !== undefined && values.minutes === undefined) {
    for (const family of chosen) await batch(family, seeds);
  } else {
    const from = seeds?.[0] ?? Math.floor(Math.random() * 1e9);
    console.log(
      `${minutes} minutes from seed ${from}: ${chosen.map((family) => command(family, [from])).join('; ')}`,
    );
    await forMinutes(chosen, minutes, from);
  }
  watched.stop();
  printTotals();
  return [...tallies.values()].some(({ failures }) => failures > 0) ? 1 : 0;
}

process.exitCode = await main();
