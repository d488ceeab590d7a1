// The process in which programs run: it does what the command asks and says all the time what it is at,
// so that the command sees when it hangs.
// in:  messages with a task     out: messages with how far it is, what failed, and an answer

import '../src/engine/devices/reference.js';
import { type DeviceName, open } from './device.js';
import { familyOn } from './family-on.js';
import { families } from './families/index.js';
import { culprits, type Failure, findings } from './findings.js';
import type { Family } from './family.js';
import { judge, judgeBatch } from './judge.js';
import type { Case } from './program.js';

export interface Task {
  readonly device: DeviceName;
  readonly family: string;
  /** Cases to be run warm; where `programs` is given they are judged alone instead. */
  readonly seeds: readonly number[];
  readonly programs?: Case;
}

export type Message =
  | { readonly type: 'ready' }
  | {
      readonly type: 'reached';
      readonly seed: number;
      readonly way: string;
      /** Made smaller: the program that is tried. */
      readonly programs?: Case;
    }
  | { readonly type: 'failure'; readonly failure: Failure; readonly isFinal: boolean }
  | {
      readonly type: 'done';
      readonly programs: number;
      readonly comparisons: number;
      readonly refused: number;
      readonly failed: boolean;
    };

const send = (message: Message): void => {
  process.send?.(message);
};

const familyOf = (name: string): Family => families.find((family) => family.name === name)!;

async function batch(family: Family, seeds: readonly number[]): Promise<void> {
  const reached = (seed: number, way: string) => send({ type: 'reached', seed, way });
  const result = await judgeBatch(family, seeds, (seed, way) => reached(seed, way.name));
  for (const [seed, verdict] of result.failures) {
    const before = seeds.slice(0, seeds.indexOf(seed));
    const beat = (programs?: Case) =>
      send({ type: 'reached', seed, way: 'made smaller', ...(programs && { programs }) });
    const guilty = await culprits(family, before, seed, beat);
    for await (const failure of findings(family, guilty, seed, verdict, beat))
      send({ type: 'failure', ...failure });
  }
  const { programs, comparisons, refused } = result;
  send({ type: 'done', programs, comparisons, refused, failed: result.failures.size > 0 });
}

process.on('message', async ({ family: name, device, seeds, programs }: Task) => {
  await open(device);
  const family = familyOn(familyOf(name), device);
  if (programs === undefined) return batch(family, seeds);
  const failed = (await judge(family, programs)) !== null;
  send({ type: 'done', programs: programs.length, comparisons: 0, refused: 0, failed });
});
// a program that is made smaller may ask for a promise and not wait for it
process.on('unhandledRejection', () => {});
// some programs earn warnings, and every one of them would be seen
console.warn = () => {};
send({ type: 'ready' });
