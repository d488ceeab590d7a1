// A kernel that computes one body for every element, and running it on a device.
// in:  a body, numbers     out: numbers

import { arrayOf, type DType, itemSize } from '../../src/graph/dtype.js';
import type { Body, Rarely } from '../../src/lower/bodies/index.js';
import type { Expr, Index, Kernel, LoopMode, Range, Stmt } from '../../src/ir/loop.js';
import { callOf, renderJs, renderWasm } from '../../src/render/index.js';
import { plainMemory } from '../targets.js';
import { createJsDriver, createWasmDriver, type Memory } from '../../src/runtime/index.js';

export type Floats = 'float32' | 'float64';
type Device = ReturnType<typeof createWasmDriver> | ReturnType<typeof createJsDriver>;

/** out[i] = body(a[i], b[i]) */
export function kernelOf(
  name: string,
  body: Body,
  dtype: DType,
  mode: LoopMode,
  size: number,
): Kernel {
  const range: Range = { kind: 'range', name: 'i', extent: size };
  const index: Index = { constant: 0, terms: [{ coefficient: 1, atom: range }] };
  const stmts: Stmt[] = [];
  const load = (buffer: number): Expr => ({ kind: 'load', dtype, buffer, index });
  let [here, made] = [stmts, 0];
  const fresh = (dtype: DType) => ({ kind: 'local', name: `v${made++}`, dtype }) as const;
  const emit = (part: Expr): Expr => {
    const local = fresh(part.dtype);
    here.push({ kind: 'let', local, value: part });
    return local;
  };
  const rarely: Rarely = (condition, usual, unusual) => {
    const locals = usual.map((part) => fresh(part.dtype));
    usual.forEach((part, i) => here.push({ kind: 'var', local: locals[i]!, value: part }));
    const inside: Stmt[] = [];
    here = inside;
    unusual().forEach((part, i) => here.push({ kind: 'assign', local: locals[i]!, value: part }));
    here = stmts;
    here.push({ kind: 'if', condition, body: inside, rare: true });
    return locals;
  };
  const value = body([load(0), load(1)], dtype, emit, rarely, true);
  stmts.push({ kind: 'store', buffer: 2, index, value });
  const buffers = [0, 1, 2].map((i) => ({ dtype, size, written: i === 2 }));
  return { name, buffers, params: [], body: [{ kind: 'loop', range, mode, body: stmts }] };
}

const js = createJsDriver();
const wasm = createWasmDriver();

/** As JavaScript, or as WebAssembly in one of its modes. */
export type Way = 'js' | LoopMode;

function view(device: Device, memory: Memory, dtype: Floats, size: number) {
  const { buffer, offset } = device.locate(memory);
  return new arrayOf[dtype](buffer as ArrayBuffer, offset, size);
}

/** body(a[i], b[i]) for every i. */
export function runBody(
  body: Body,
  dtype: Floats,
  way: Way,
  a: ArrayLike<number>,
  b: ArrayLike<number> = a,
): Float32Array | Float64Array {
  const device = way === 'js' ? js : wasm;
  const kernel = kernelOf('body', body, dtype, way === 'js' ? 'serial' : way, a.length);
  const target = { ...plainMemory, shared: wasm.isShared, status: wasm.statusAddress };
  const code = way === 'js' ? renderJs(kernel) : renderWasm(kernel, target);
  const memories = [0, 1, 2].map(() => device.allocate(a.length * itemSize[dtype]));
  for (const [i, values] of [a, b].entries()) {
    view(device, memories[i]!, dtype, a.length).set(values);
  }
  device.launch(device.load('body', code, callOf(kernel)), memories, []);
  const result = view(device, memories[2]!, dtype, a.length).slice();
  for (const memory of memories) device.free(memory);
  return result as Float32Array | Float64Array;
}
