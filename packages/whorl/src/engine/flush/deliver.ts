// Hands read values to the caller, and now and then lets the event loop turn.
// in:  how a value is read     out: a promise of it
//
// Most reads resolve by micro-task. In a loop that only ever awaits micro-tasks nothing
// is collected and a page is never drawn, so one resolves in the next turn where the last
// turn was some reads or some time ago: tensors that are gone then give their memory
// back, and a page that trains stays alive.

import { type Driver, nextTurn } from '../../runtime/index.js';
import { openContexts } from '../devices/context.js';

const turnEvery = 16;
/** Milliseconds, less than a frame: a turn costs about a hundredth of it. */
const longest = 10;

let clock = (): number => performance.now();
let reads = 0;
let lastTurn = 0;

/** For tests: another clock, in milliseconds; gives back the one before. */
export function setClock(next: () => number): () => number {
  const before = clock;
  clock = next;
  return before;
}

/** Reads at once, so that a later write does not change what the promise gives. */
export async function deliver<T>(read: () => T | Promise<T>): Promise<T> {
  const computed = read();
  const value = computed instanceof Promise ? await computed : computed;
  const pressed = underPressure();
  if (pressed !== null) await pressed.relieve();
  else if (++reads % turnEvery !== 0 && clock() - lastTurn < longest) return value;
  else await nextTurn();
  lastTurn = clock();
  return value;
}

/** A device that can only win memory back between turns. */
function underPressure(): Driver | null {
  const contexts = openContexts();
  for (let i = 0; i < contexts.length; i++) {
    const { driver } = contexts[i]!;
    if (driver.pressure()) return driver;
  }
  return null;
}
