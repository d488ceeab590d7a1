// Hands read values to the caller, and now and then lets the event loop turn.
// in:  a value that was computed     out: a promise of it
//
// Most reads resolve by micro-task. In a loop that only ever awaits micro-tasks nothing is collected, so every
// few reads one resolves in the next turn: tensors that are gone then give their memory back.

import { nextTurn } from '../runtime/index.js';
import { currentDevice } from './device.js';

const turnEvery = 16;
let reads = 0;

export async function deliver<T>(computed: T | Promise<T>): Promise<T> {
  const value = computed instanceof Promise ? await computed : computed;
  const { device } = currentDevice();
  if (device.pressure()) await device.relieve();
  else if (++reads % turnEvery === 0) await nextTurn();
  return value;
}
