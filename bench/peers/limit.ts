// The limit: kernels written by hand in WebAssembly for exactly one work, where they are at hand.
// in:  step.wasm and gemm.wasm in $WHORL_LIMIT, else beside the repository     out: contestants

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/packages.mjs';
import { Absent, type Timed } from '../work.js';
import { matrices } from '../works/matrices.js';
import { makeStart, transpose } from './start.js';

/** Globals are addresses of arrays in the memory. */
type Exports = Record<string, WebAssembly.Global> & {
  readonly memory: WebAssembly.Memory;
  step(adam: number, lr: number, decay: number, t: number, c1: number, c2: number): number;
  gemm(): void;
};

function load(file: string): Exports {
  const folder = process.env['WHORL_LIMIT'] ?? join(root, '../shared/reference/limit');
  const path = join(folder, file);
  if (!existsSync(path)) throw new Absent(`there is no ${path}; set WHORL_LIMIT to its folder`);
  const module = new WebAssembly.Module(readFileSync(path));
  return new WebAssembly.Instance(module, {}).exports as Exports;
}

/** Writes the rows of a matrix, each followed by nothing up to `stride`. */
function write(
  exports: Exports,
  name: string,
  values: ArrayLike<number>,
  width: number,
  stride: number,
) {
  const at = exports[name]!.value / 4;
  const memory = new Float32Array(exports.memory.buffer);
  for (let i = 0; i < values.length; i++) {
    memory[at + Math.floor(i / width) * stride + (i % width)] = values[i]!;
  }
}

export async function limitSeedStep(): Promise<Timed> {
  const exports = load('step.wasm');
  const { x, y, w1, b1, w2, b2 } = await makeStart();
  write(exports, 'X', x, 2, 2);
  new Int32Array(exports.memory.buffer).set(y, exports['Y']!.value / 4);
  // A hidden row is padded to whole vectors.
  write(exports, 'W1', transpose(w1, 100, 2), 100, 112);
  write(exports, 'b1', b1, 100, 112);
  write(exports, 'W2', w2, 100, 112);
  write(exports, 'b2', b2, 4, 4);
  let [t, power1, power2, loss] = [0, 1, 1, 0];
  return {
    step: () => {
      t++;
      power1 *= 0.9;
      power2 *= 0.999;
      loss = exports.step(1, 1e-3, 1e-5, t, 1 - power1, 1 - power2);
    },
    check: () => loss,
  };
}

/** @param isComparable whether the others compute the same product */
export const limitMatmul = (isComparable: boolean) => async (): Promise<Timed> => {
  const exports = load('gemm.wasm');
  const [a, b] = matrices();
  write(exports, 'A', a, 512, 512);
  write(exports, 'Bm', b, 512, 512);
  const product = new Float32Array(exports.memory.buffer, exports['Cm']!.value, a.length);
  const check = () => product.reduce((sum, value) => sum + value * value, 0);
  return { step: () => exports.gemm(), ...(isComparable ? { check } : {}) };
};
