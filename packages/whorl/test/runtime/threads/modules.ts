// Small modules for tests of the threads: what each call was asked for is written down.
// in:  what a call does in between     out: a module's bytes

import type { Call } from '../../../src/runtime/index.js';
import { encodeModule } from '../../../src/render/wasm/encoding/encoder.js';

export const blocks = 64;
/** One buffer of a word for each block, no parameters. */
export const call: Call = { bytes: 8, buffers: [0], params: [], blocks };

const ownScratch = [0x80, 0x80, 0x04]; // 65,536: the launching thread's
/** A million turns: time for others to wake up. */
const busy = [
  [0x41, 0xc0, 0x84, 0x3d, 0x21, 4], // turns := 1,000,000
  [0x03, 0x40, 0x20, 4, 0x41, 1, 0x6b, 0x22, 4, 0x0d, 0, 0x0b],
].flat();
/** In a worker: for ever. */
const hang = [0x20, 1, 0x41, ...ownScratch, 0x47, 0x04, 0x40, 0x03, 0x40, 0x0c, 0, 0x0b, 0x0b];
/** In a worker: stop with an error. */
const trap = [0x20, 1, 0x41, ...ownScratch, 0x47, 0x04, 0x40, 0x00, 0x0b];
const between = { work: [], hang, trap } as const;

/** run(args, scratch, from, to): out[from] = to, and the part in between. */
export function moduleOf(kind: keyof typeof between): Uint8Array {
  const store = [0x20, 0, 0x28, 2, 0, 0x20, 2, 0x41, 2, 0x74, 0x6a, 0x20, 3, 0x36, 2, 0];
  const code = Uint8Array.from([...busy, ...between[kind], ...store]);
  const types = ['i32', 'i32', 'i32', 'i32'] as const;
  const run = { params: types, locals: ['i32'] as const, code, exportName: 'run' };
  return encodeModule({ functions: [run], shared: true });
}

/** The same with so many bytes more that mean nothing. */
export function padded(module: Uint8Array, bytes: number): Uint8Array {
  const size = bytes + 1;
  const leb = [0x80 | (size & 0x7f), 0x80 | ((size >> 7) & 0x7f), size >> 14];
  if (size < 2 ** 14 || size >= 2 ** 21) throw new Error('padded: three bytes say the size.');
  const out = new Uint8Array(module.length + 1 + leb.length + size);
  out.set(module);
  out.set([0, ...leb, 0], module.length);
  return out;
}
