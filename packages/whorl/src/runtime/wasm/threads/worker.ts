// The program of a worker: it takes blocks of whatever job
// there is, and sleeps where there is none.
// in:  the shared memory, where the control block and the worker's scratch memory are
// out: source
//
// It is a text because it must start from any bundle, without a file beside it. No
// message reaches it after the first: modules come through the memory, and it knows
// those it met before by id. Bytes of the job are read only with a claim in hand:
// until that is worked off nobody changes them.

import {
  begunWord,
  boundsWord,
  claimMask,
  claimWord,
  controlWords,
  doneWord,
  job,
  takenWord,
} from './control.js';

/** Milliseconds that a worker looks for more work before it sleeps. */
const spinning = 0.2;

export interface WorkerData {
  readonly memory: WebAssembly.Memory;
  /** Addresses. */
  readonly control: number;
  readonly scratch: number;
  /** From 1: the launching thread is 0. */
  readonly index: number;
}

const program = `
const most = 2000;

function start({ memory, control, scratch, index }) {
  const words = new Int32Array(memory.buffer, control, ${controlWords});
  const known = new Map();
  Atomics.store(words, ${begunWord} + index, 1);

  // what a program's main function calls, which no worker runs
  function fork() {
    throw new Error('a worker runs blocks, no programs');
  }

  function load(id) {
    const found = known.get(id);
    if (found !== undefined) return found;
    const address = words[${job.address}] >>> 0;
    const length = words[${job.length}];
    // what another thread added to the memory is seen after asking
    if (memory.buffer.byteLength < address + length) memory.grow(0);
    const bytes = new Uint8Array(memory.buffer, address, length).slice();
    const module = new WebAssembly.Module(bytes);
    const instance = new WebAssembly.Instance(module, { env: { memory, fork } });
    if (known.size >= most) known.clear();
    known.set(id, instance.exports);
    return instance.exports;
  }

  function work(left) {
    try {
      const exports = load(words[${job.module}]);
      const entry = words[${job.entry}];
      const run = exports[entry < 0 ? 'run' : 'k' + entry];
      const part = ${boundsWord} + words[${job.parts}] - left;
      const [from, to] = [words[part], words[part + 1]];
      run(words[${job.args}], scratch, from, to);
      words[${takenWord} + index] += to - from;
    } catch (error) {
      words[${job.failed}] = index;
      console.error(error);
    }
    const parts = words[${job.parts}];
    if (Atomics.add(words, ${doneWord}, 1) + 1 === parts) Atomics.notify(words, ${doneWord});
  }

  // The next launch often follows at once, and to be woken takes as long as a small one.
  let idleFrom = 0;
  for (;;) {
    const word = Atomics.load(words, ${claimWord});
    const left = word & ${claimMask};
    if (left > 0) {
      if (Atomics.compareExchange(words, ${claimWord}, word, word - 1) === word) work(left);
      idleFrom = 0;
    } else if (idleFrom === 0) {
      idleFrom = performance.now();
    } else if (performance.now() - idleFrom > ${spinning}) {
      Atomics.wait(words, ${claimWord}, word);
      idleFrom = 0;
    }
  }
}
`;

/** Node gives data with the start, a browser in a message. */
export const nodeSource = `${program}start(require('node:worker_threads').workerData);`;
export const webSource = `${program}onmessage = ({ data }) => start(data);`;
