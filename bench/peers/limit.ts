// The limit: kernels written by hand in WebAssembly for exactly one work, where they are at hand.
// in:  its modules in $WHORL_LIMIT, else beside the repository     out: contestants

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

/** Throws Absent where the file is not there, or the engine cannot run it. */
export function readLimit(file: string): Uint8Array<ArrayBuffer> {
  const folder = process.env['WHORL_LIMIT'] ?? join(root, '../shared/reference/limit');
  const path = join(folder, file);
  if (!existsSync(path)) throw new Absent(`there is no ${path}; set WHORL_LIMIT to its folder`);
  const bytes = readFileSync(path);
  if (!WebAssembly.validate(bytes)) throw new Absent(`this engine cannot run ${file}`);
  return bytes;
}

const load = (file: string): Exports =>
  new WebAssembly.Instance(new WebAssembly.Module(readLimit(file)), {}).exports as Exports;

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

/** How far apart the rows of the weights lie: step.wasm pads them to whole vectors. */
const strides = { 'step.wasm': 112, 'tile.wasm': 100, 'tile-relaxed.wasm': 100 };

export type SeedStepFile = keyof typeof strides;

/** A module with the exercise's data and first weights in its memory. */
export async function loadSeedStep(file: SeedStepFile): Promise<Exports> {
  const exports = load(file);
  const stride = strides[file];
  const { x, y, w1, b1, w2, b2 } = await makeStart();
  write(exports, 'X', x, 2, 2);
  new Int32Array(exports.memory.buffer).set(y, exports['Y']!.value / 4);
  write(exports, 'W1', transpose(w1, 100, 2), 100, stride);
  write(exports, 'b1', b1, 100, stride);
  write(exports, 'W2', w2, 100, stride);
  write(exports, 'b2', b2, 4, 4);
  return exports;
}

export const limitSeedStep = (file: SeedStepFile) => async (): Promise<Timed> => {
  const exports = await loadSeedStep(file);
  const memory = new Uint8Array(exports.memory.buffer);
  const first = memory.slice();
  let [t, power1, power2, loss] = [0, 1, 1, 0];
  return {
    step: () => {
      t++;
      power1 *= 0.9;
      power2 *= 0.999;
      loss = exports.step(1, 1e-3, 1e-5, t, 1 - power1, 1 - power2);
    },
    check: () => loss,
    restart: () => {
      memory.set(first);
      [t, power1, power2] = [0, 1, 1];
    },
  };
};

/**
 * @param file gemm.wasm, or gemm-relaxed.wasm with fused multiply-add
 * @param isComparable whether the others compute the same product
 */
export const limitMatmul = (file: string, isComparable: boolean) => async (): Promise<Timed> => {
  const exports = load(file);
  const [a, b] = matrices();
  write(exports, 'A', a, 512, 512);
  write(exports, 'Bm', b, 512, 512);
  const product = new Float32Array(exports.memory.buffer, exports['Cm']!.value, a.length);
  const check = () => product.reduce((sum, value) => sum + value * value, 0);
  return { step: () => exports.gemm(), ...(isComparable ? { check } : {}) };
};
