// What only some builds of the library offer: a contestant that needs it is absent elsewhere.
// in:  the library's exports     out: the function, or one sentence on why the contestant is missing

import * as library from 'whorl';
import type { Tensor } from 'whorl';
import { Absent } from '../work.js';

type Compile = <R extends readonly Tensor[]>(step: () => R) => () => R;

function offered<F>(name: string): F {
  const found = (library as Record<string, unknown>)[name];
  if (typeof found !== 'function') throw new Absent(`this build of whorl has no ${name}()`);
  return found as F;
}

/** A step that is captured once and replayed. */
export const compiled: Compile = (step) => offered<Compile>('compile')(step);

/** Kernels take so many threads from here on. */
export const useThreads = (threads: number): unknown =>
  offered<(threads: number) => unknown>('setNumThreads')(threads);
