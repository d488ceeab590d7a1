// The elementary functions through both renderers: WebAssembly and JavaScript agree bit for bit.

import { describe, expect, it } from 'vitest';
import type { DType } from '../../src/graph/dtype.js';
import { arrayOf, itemSize } from '../../src/graph/dtype.js';
import { bodies } from '../../src/lower/bodies/index.js';
import type { Expr, Index, Kernel, LoopMode, Range, Stmt } from '../../src/lower/loop.js';
import { callOf, renderJs, renderWasm } from '../../src/render/index.js';
import type { Memory } from '../../src/runtime/index.js';
import { createJsDevice, createWasmDevice } from '../../src/runtime/index.js';

type Name = keyof typeof bodies;
const names = Object.keys(bodies) as Name[];
const size = 1027;

/** out[i] = body(a[i], b[i]) */
function kernelOf(name: Name, dtype: DType, mode: LoopMode): Kernel {
  const range: Range = { kind: 'range', name: 'i', extent: size };
  const index: Index = { constant: 0, terms: [{ coefficient: 1, atom: range }] };
  const body: Stmt[] = [];
  const load = (buffer: number): Expr => ({ kind: 'load', dtype, buffer, index });
  const value = bodies[name]([load(0), load(1)], dtype, (part) => {
    const local = { kind: 'local', name: `v${body.length}`, dtype: part.dtype } as const;
    body.push({ kind: 'let', local, value: part });
    return local;
  });
  body.push({ kind: 'store', buffer: 2, index, value });
  const buffers = [0, 1, 2].map((i) => ({ dtype, size, written: i === 2 }));
  return { name, buffers, params: [], body: [{ kind: 'loop', range, mode, body }] };
}

const wasm = createWasmDevice();
const js = createJsDevice();

/** Magnitudes from tiny to huge, with both signs, and a few specials. */
function fill(device: typeof wasm | typeof js, dtype: 'float32' | 'float64'): Memory[] {
  const specials = [0, -0, Infinity, -Infinity, NaN, 1, -1, 0.5];
  return [0, 1, 2].map((which) => {
    const memory = device.allocate(size * itemSize[dtype]);
    const { buffer, offset } = device.locate(memory);
    new arrayOf[dtype](buffer as ArrayBuffer, offset, size).set(
      Float64Array.from(
        { length: size },
        (_, i) =>
          specials[i * (which + 1)] ?? Math.sin(i * 12.9898 + which) * 10 ** (Math.sin(i) * 3),
      ),
    );
    return memory;
  });
}

function bytesOf(device: typeof wasm | typeof js, memory: Memory): Uint8Array {
  const { buffer, offset } = device.locate(memory);
  return new Uint8Array(buffer as ArrayBuffer, offset, memory.bytes).slice();
}

describe.each(['float32', 'float64'] as const)('%s', (dtype) => {
  const inWasm = fill(wasm, dtype),
    inJs = fill(js, dtype);
  const numbers = (bytes: Uint8Array) => new arrayOf[dtype](bytes.buffer as ArrayBuffer);

  it.each(names)('%s is the same in lanes, alone and in JavaScript', (name) => {
    js.launch(js.load(name, renderJs(kernelOf(name, dtype, 'serial'))), inJs, []);
    const wanted = numbers(bytesOf(js, inJs[2]!));
    for (const mode of ['vector', 'serial'] as const) {
      const kernel = kernelOf(name, dtype, mode);
      const code = renderWasm(kernel, { shared: wasm.isShared, status: wasm.statusAddress });
      wasm.launch(wasm.load(name, code, callOf(kernel)), inWasm, []);
      expect(numbers(bytesOf(wasm, inWasm[2]!))).toEqual(wanted);
    }
  });
});
