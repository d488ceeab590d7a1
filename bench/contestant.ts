// The program of one contestant: prepares, warms up, then measures a slice whenever it is asked to.
// in:  a work and a name; on stdin `slice MILLISECONDS`     out: on stdout a JSON line for each
// usage: node --import tsx/esm bench/contestant.ts WORK WHO

import { createInterface } from 'node:readline';
import { measure } from './measure.js';
import type { Answer } from './process.js';
import { Absent, type Counted, type Timed, type Work } from './work.js';
import { works } from './works/index.js';

const say = (answer: Answer): boolean => process.stdout.write(`${JSON.stringify(answer)}\n`);

async function prepare(work: Work, contestant: Timed | Counted): Promise<void> {
  if ('value' in contestant || work.cold) return void say({ ready: true });
  for (let i = 0; i < work.warmUp; i++) await contestant.step();
  const check = await contestant.check?.();
  // The engine's optimising compiler works in the background; give it a moment.
  await measure(contestant, 300);
  say({ ready: true, check });
}

async function slice(work: Work, contestant: Timed | Counted, milliseconds: number): Promise<void> {
  if ('value' in contestant) return void say(contestant);
  if (!work.cold) await contestant.restart?.();
  const ms = await measure(contestant, work.cold ? 0 : milliseconds);
  say({ ms, check: work.cold ? await contestant.check?.() : undefined });
}

async function main(name: string, who: string): Promise<void> {
  const work = works.find((each) => each.name === name);
  const make = work?.contestants[who];
  if (!work || typeof make !== 'function') throw new Error(`${name} has no contestant ${who}`);
  const contestant = await make();
  await prepare(work, contestant);
  for await (const line of createInterface({ input: process.stdin })) {
    await slice(work, contestant, Number(line.split(' ')[1]));
  }
}

try {
  await main(process.argv[2] ?? '', process.argv[3] ?? '');
} catch (error) {
  const words = error instanceof Error ? error.message.split('\n')[0]! : String(error);
  say({ error: error instanceof Absent ? words : `it failed: ${words}` });
}
process.exit();
