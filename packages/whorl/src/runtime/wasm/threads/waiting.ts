// Waits for a word of shared memory to change: asleep, busy
// where a thread may not sleep, or awaited.
// in:  a word, how long nothing may happen     out: three ways to wait for its next change

import { nextTurn } from '../../turn.js';

export interface Change {
  /** Returns after a change, or after a while: look again. */
  block(maySleep: boolean): void;
  /** Resolves after a change, or after a while. */
  soon(): Promise<void>;
}

type WaitAsync = (
  words: Int32Array,
  index: number,
  value: number,
  timeout: number,
) => { readonly value: Promise<string> | string };

/** Milliseconds after which a sleeper looks by itself. */
const nap = 1000;

/** A page's main thread may not sleep, and says so even where there is nothing to sleep for. */
export function isBlockingAllowed(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}

/** Calls `tooLong` with the word's value when it did not change for `patience` milliseconds. */
export function changeOf(
  words: Int32Array,
  index: number,
  patience: number,
  tooLong: (value: number) => void,
): Change {
  let seen = Atomics.load(words, index);
  let since = performance.now();
  const look = (): void => {
    const value = Atomics.load(words, index);
    const now = performance.now();
    if (value !== seen) [seen, since] = [value, now];
    else if (now - since > patience) tooLong(value);
  };
  const limit = Math.min(nap, patience);
  const { waitAsync } = Atomics as { waitAsync?: WaitAsync };
  return {
    block(maySleep) {
      if (maySleep) Atomics.wait(words, index, seen, limit);
      look();
    },
    async soon() {
      if (waitAsync === undefined) await nextTurn();
      else await waitAsync.call(Atomics, words, index, seen, limit).value;
      look();
    },
  };
}
