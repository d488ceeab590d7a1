// Runs one work: starts its contestants, lets them take turns, and ends them.
// in:  a work     out: its results, a line for each contestant that was left out or disagrees

import { compete, disagreements, type Result, summarise, type Taker } from './harness.js';
import { type Answer, Process } from './process.js';
import type { Work } from './work.js';

/** Who takes part: a contestant's name in the work, from this checkout or from another one. */
export interface Entrant {
  readonly who: string;
  readonly label: string;
  readonly folder?: string;
}

export const everyone = ({ contestants }: Work): Entrant[] =>
  Object.keys(contestants).map((who) => ({ who, label: who }));

export interface Pace {
  readonly rounds: number;
  /** milliseconds */
  readonly slice: number;
}

const inUnit = (work: Work, { ms, value }: Answer): number =>
  value ?? work.fromMs(ms ?? Number.NaN);

/** A process that lives through all rounds. */
async function warm(work: Work, entrant: Entrant, slice: number, checks: Map<string, number>) {
  const { who, label, folder } = entrant;
  const own = new Process(work, who, folder);
  const { check } = await own.answer();
  if (check !== undefined) checks.set(label, check);
  return {
    taker: { who: label, slice: async () => inUnit(work, await own.ask(slice)) } satisfies Taker,
    close: () => own.close(),
  };
}

/** A process for each round. */
async function cold(work: Work, entrant: Entrant, slice: number, checks: Map<string, number>) {
  const { who, label, folder } = entrant;
  const once = async () => {
    const own = new Process(work, who, folder);
    try {
      await own.answer();
      const answer = await own.ask(slice);
      if (answer.check !== undefined) checks.set(label, answer.check);
      return inUnit(work, answer);
    } finally {
      own.close();
    }
  };
  return { taker: { who: label, slice: once } satisfies Taker, close: () => {} };
}

export async function runWork(
  work: Work,
  { rounds, slice }: Pace,
  note: (line: string) => void,
  entrants = everyone(work),
): Promise<Result[]> {
  const names = entrants.map(({ label }) => label);
  const found = new Map<string, number>();
  const leaveOut = (who: string, why: string) => note(`${work.name}: without ${who}: ${why}`);
  const open = work.cold ? cold : warm;
  const started = await Promise.allSettled(
    entrants.map((entrant) => open(work, entrant, slice, found)),
  );
  const present = started.flatMap((outcome, i) => {
    if (outcome.status === 'fulfilled') return [outcome.value];
    leaveOut(names[i]!, (outcome.reason as Error).message);
    return [];
  });
  const takers = present.map(({ taker }) => taker);
  const values = await compete(takers, Math.min(rounds, work.rounds ?? rounds), leaveOut);
  for (const { close } of present) close();
  // In the order of the work's own list, whoever was ready first.
  const checks = names.flatMap((who) => (found.has(who) ? [[who, found.get(who)!] as const] : []));
  for (const line of disagreements(new Map(checks))) note(`${work.name}: ${line}`);
  return [...values]
    .filter(([, own]) => own.length > 0)
    .map(([who, own]) => ({ work: work.name, who, unit: work.unit, ...summarise(own) }));
}
