// WHORL_CHECK=1: whatever comes out of a cache is made again, and must be what was there; and no
// kernel writes behind its buffers (runtime/memory/guards.ts).
// in:  a setting, two descriptions of one thing     out: nothing, or an error that shows both
//
// A cache answers right only where its key holds everything that the making looked at. Kernels
// (engine/devices/kernels.ts), plans (engine/flush/realize.ts) and recordings (capture/) ask here
// on a hit; when it is off, that is one test of a flag.

import { setting } from './setting.js';

let checking = setting('WHORL_CHECK') === '1';

/** Whether hits of caches are compared with what would be made anew. */
export const isChecking = (): boolean => checking;

/**
 * Compares hits of caches from here on, or no longer. Also
 * by the environment variable WHORL_CHECK=1.
 */
export function setChecking(on: boolean): void {
  checking = on;
}

let guarding = checking;

/** Whether devices have guards behind their memory, which are looked at after every run. */
export const isGuarding = (): boolean => guarding;

/** Devices that are made from here on have guards, or none. WHORL_CHECK=1 turns them on, too. */
export function setGuarding(on: boolean): void {
  guarding = on;
}

/**
 * Throws where what was remembered (`kept`) is not what is made now
 * (`anew`): both are texts that tell all of it.
 */
export function demandSame(what: string, kept: string, anew: string): void {
  if (kept === anew) return;
  throw new Error(
    `WHORL_CHECK: ${what} was taken from a cache, but would be made differently now.\n` +
      `--- remembered ---\n${kept}\n--- made again ---\n${anew}`,
  );
}
