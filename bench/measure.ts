// How long a step takes, as all contestants in JavaScript measure it.
// in:  a step, milliseconds     out: milliseconds a step

import type { Timed } from './work.js';

/** Steps until the time is over, at least one. Returns milliseconds a step. */
export async function measure(
  { step }: Pick<Timed, 'step'>,
  milliseconds: number,
): Promise<number> {
  let count = 0;
  let elapsed = 0;
  const start = performance.now();
  do {
    const result = step();
    // Awaiting what is no promise would cost synchronous contestants a micro-task a step.
    if (result instanceof Promise) await result;
    count++;
    elapsed = performance.now() - start;
  } while (elapsed < milliseconds);
  return elapsed / count;
}
