// How many threads compute: asked for by a program or by WHORL_THREADS.
// in:  a number     out: the cpu told; one sentence where it has only one thread

import { mostThreads } from '../../runtime/index.js';
import { finishInFlight } from '../flush/in-flight.js';
import { threadsInUse, useThreads } from './cpu.js';

/**
 * Lets `count` threads share the work of large kernels on the cpu, the calling thread among
 * them; 1 at the start, or what the environment variable WHORL_THREADS says. Results have the
 * same bits for any number. In Node the threads are workers that never keep the process
 * alive. In a page they need `crossOriginIsolated`, and values that are awaited (`await
 * x.item()`): a synchronous read uses one thread. Where the platform has no threads that
 * share memory a warning says so, and one computes.
 * Source: torch.set_num_threads.
 */
export function setNumThreads(count: number): void {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`setNumThreads expects a positive integer, got ${String(count)}`);
  }
  if (count > mostThreads) {
    throw new RangeError(
      `setNumThreads: at most ${mostThreads} threads share a kernel, got ${count}`,
    );
  }
  finishInFlight();
  if (useThreads(count)) return;
  console.warn(
    `setNumThreads(${count}): memory cannot be shared with workers here (a page must be ` +
      'crossOriginIsolated, Node 20.16 or later), so one thread computes.',
  );
}

/** How many threads share the work of large kernels now. Source: torch.get_num_threads. */
export const getNumThreads = (): number => threadsInUse();
