// What a loop leaves in memory: counts of bytes and of buffers after a collection, at three times.
// in:  how many turns, and what a turn does     out: 'flat', or by how much it grew

import { collect } from './collect.js';
import { whorl } from '../test/loose.js';

/** What may lie about: a collection does not promise anything. */
const slack = { bytes: 64 * 1024, buffers: 40 };

interface Held {
  readonly used: number;
  readonly buffers: number;
}

/** Computes what nobody has read, or gives back what was collected. */
function read(): void {
  try {
    whorl.ones(1).add(1).dataSync();
  } catch {
    // an error in values of the loop's last turn
  }
}

/** After some turns of the event loop. What is still pending comes first: its memory is collected with the rest. */
async function held(): Promise<Held> {
  read();
  for (let i = 0; i < 3; i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  read();
  const { used, buffers } = whorl.memory();
  return { used, buffers };
}

/** A leak grows in the second half of the turns by about as much as in the first. */
export async function growth(turns: number, turn: (i: number) => unknown): Promise<string> {
  const half = Math.ceil(turns / 2);
  const marks: Held[] = [];
  for (let part = 0; part < 3; part++) {
    for (let i = part * half; i < (part + 1) * half; i++) await turn(i);
    marks.push(await held());
  }
  const [a, b, c] = marks as [Held, Held, Held];
  const grows = (of: keyof Held, room: number) => b[of] - a[of] > room && c[of] - b[of] > room;
  const all = (of: keyof Held) => marks.map((mark) => mark[of]).join(', ');
  if (grows('used', slack.bytes)) return `grows: ${all('used')} bytes`;
  if (grows('buffers', slack.buffers)) return `grows: ${all('buffers')} buffers`;
  return 'flat';
}

/** The same for a program that is run by itself, with --expose-gc. */
export const growthText = `const flat = async (turns, turn) => {
  for (let i = 0; i < 2 * turns; i++) {
    await turn(i);
    if (i % turns === turns - 1) {
      globalThis.gc?.();
      await new Promise((resolve) => setTimeout(resolve, 10));
      console.log(memory());
    }
  }
};`;
