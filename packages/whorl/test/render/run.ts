// Runs a kernel by both renderers on the same memory.
// in:  a kernel, the contents of its buffers     out: the buffers afterwards, and the status word

import type { DType, TypedArray } from '../../src/graph/dtype.js';
import { arrayOf } from '../../src/graph/dtype.js';
import type { BufferSpec, Kernel } from '../../src/ir/loop.js';
import { callOf, renderJs, renderWasm } from '../../src/render/index.js';
import { plainMemory } from '../targets.js';
import { argumentOffset, reservedBytes, scratchOffset } from '../../src/runtime/memory/pooled.js';

export type Scalar = number | bigint;
export interface Outcome {
  readonly buffers: readonly TypedArray[];
  readonly status: number;
}

const firstBuffer = reservedBytes;
const argumentAddress = argumentOffset;
const scratchAddress = scratchOffset;

export function runJs(
  kernel: Kernel,
  inputs: readonly TypedArray[],
  params: readonly Scalar[] = [],
): Outcome {
  const run = new Function(`return (${renderJs(kernel)}\n);`)();
  const buffers = inputs.map((data) => data.slice());
  const status = new Int32Array(1);
  run(buffers, params, new Uint8Array(0), status);
  return { buffers, status: status[0] };
}

/** The module's function over buffers placed in a fresh memory; run() may be called again. */
export function prepareWasm(
  kernel: Kernel,
  inputs: readonly TypedArray[],
  params: readonly Scalar[] = [],
  bounded = false,
): { readonly run: (from?: number, to?: number) => void; readonly read: () => Outcome } {
  const addresses: number[] = [];
  let end = firstBuffer;
  for (const data of inputs) {
    addresses.push(end);
    end += Math.ceil(data.byteLength / 64) * 64;
  }
  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / 65_536) });
  const views = inputs.map((data, i) => {
    const array = arrayOf[kernel.buffers[i].dtype];
    const view = new array(memory.buffer, addresses[i], data.length);
    view.set(data as never);
    return view as TypedArray;
  });
  new Uint8Array(memory.buffer, scratchAddress, firstBuffer - scratchAddress).fill(0xa5);
  const bytes = renderWasm(kernel, { ...plainMemory, bounded }) as Uint8Array<ArrayBuffer>;
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const run = instance.exports.run as (...args: number[]) => void;
  writeArguments(memory, kernel, addresses, params);
  const { blocks } = callOf(kernel);
  return {
    run: (from = 0, to = blocks) => run(argumentAddress, scratchAddress, from, to),
    read: () => ({
      buffers: views.map((view) => view.slice()),
      status: new Int32Array(memory.buffer, 0, 1)[0],
    }),
  };
}

function writeArguments(
  memory: WebAssembly.Memory,
  kernel: Kernel,
  addresses: readonly number[],
  params: readonly Scalar[],
): void {
  const call = callOf(kernel);
  const view = new DataView(memory.buffer, argumentAddress, call.bytes);
  for (const [i, offset] of call.buffers.entries()) view.setUint32(offset, addresses[i], true);
  for (const [i, { offset, type }] of call.params.entries()) {
    if (type === 'i64') view.setBigInt64(offset, params[i] as bigint, true);
    else if (type === 'f64') view.setFloat64(offset, params[i] as number, true);
    else if (type === 'f32') view.setFloat32(offset, params[i] as number, true);
    else view.setInt32(offset, params[i] as number, true);
  }
}

export function runWasm(
  kernel: Kernel,
  inputs: readonly TypedArray[],
  params: readonly Scalar[] = [],
): Outcome {
  const { run, read } = prepareWasm(kernel, inputs, params);
  run();
  return read();
}

/** Every block by a call of its own, the last one first. */
export function runBlocksReversed(
  kernel: Kernel,
  inputs: readonly TypedArray[],
  params: readonly Scalar[] = [],
): Outcome {
  const { run, read } = prepareWasm(kernel, inputs, params);
  for (let block = callOf(kernel).blocks - 1; block >= 0; block--) run(block, block + 1);
  return read();
}

/** Numbers from a seed, the same on every machine. */
export function randomSource(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}

const odd: Record<DType, readonly Scalar[]> = {
  bool: [0, 1],
  uint8: [0, 1, 255, 128],
  int32: [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 7],
  int64: [0n, 1n, -1n, 2n ** 53n, -(2n ** 53n), 7n],
  float32: [0, -0, NaN, Infinity, -Infinity, 0.5, -0.5, 1.5, 2.5, 3e9, -3e9, 1e-40, 3e38],
  float64: [0, -0, NaN, Infinity, -Infinity, 0.5, -0.5, 1.5, 2.5, 3e9, -3e9, 1e-310, 1e300],
};

/** Ordinary numbers, and now and then a special one. */
export function randomData(
  { dtype, size }: BufferSpec,
  random: () => number,
  special = 0.1,
): TypedArray {
  const data = new arrayOf[dtype](size);
  for (let i = 0; i < size; i++) {
    data[i] =
      random() < special
        ? odd[dtype][Math.floor(random() * odd[dtype].length)]
        : ordinary(dtype, random);
  }
  return data;
}

function ordinary(dtype: DType, random: () => number): Scalar {
  switch (dtype) {
    case 'bool':
      return random() < 0.5 ? 1 : 0;
    case 'uint8':
      return Math.floor(random() * 256);
    case 'int32':
      return Math.floor((random() - 0.5) * 2000);
    case 'int64':
      return BigInt(Math.floor((random() - 0.5) * 2e9));
    default:
      return (random() - 0.5) * 8;
  }
}

export const randomInputs = (kernel: Kernel, seed: number, special = 0.1): TypedArray[] => {
  const random = randomSource(seed);
  return kernel.buffers.map((spec) => randomData(spec, random, special));
};

/** The bits as text, all NaNs alike: equal texts are equal results. */
export function fingerprint({ buffers, status }: Outcome): string[] {
  return [
    `status ${status}`,
    ...buffers.map((data) =>
      [...(data as Float64Array)]
        .map((value) => (Object.is(value, -0) ? '-0' : String(value)))
        .join(' '),
    ),
  ];
}
