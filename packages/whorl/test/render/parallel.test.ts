// The parallel loop: a launch runs the blocks that it is asked for, and several kernels share a module.

import { describe, expect, it } from 'vitest';
import { plainMemory } from '../targets.js';
import type { Kernel, Stmt } from '../../src/ir/loop.js';
import { encodeModule } from '../../src/render/wasm/encoding/encoder.js';
import { callOf, kernelFunctions } from '../../src/render/index.js';
import { describeKernel } from '../../src/ir/print.js';
import { agree } from './agree.js';
import {
  add,
  at,
  constant,
  input,
  kernel,
  letIn,
  load,
  local,
  loop,
  mul,
  output,
  peek,
  poke,
  range,
  scratch,
  store,
  vector,
} from './loops.js';
import { prepareWasm } from './run.js';

/** out[32 b + i] = in[32 b + i] x factor, in `count` blocks; the factor goes through scratch memory. */
function scaled(count: number, factor: number): Kernel {
  const [b, i, k] = [range('b', count), range('i', 32), range('k', 4)];
  const panel = scratch('panel', 4);
  const own = local('own');
  return kernel(
    [input('float32', 32 * count), output('float32', 32 * count)],
    [
      loop(k, [poke(panel, at([1, k]), constant('float32', factor))]),
      letIn(own, peek(panel, at(3))),
      loop(
        b,
        [vector(i, [store(1, at([32, b], [1, i]), mul(load(0, at([32, b], [1, i])), own))])],
        'parallel',
      ),
    ],
  );
}

const ones = (length: number): Float32Array => new Float32Array(length).fill(1);

describe('a parallel loop', () => {
  it('is all its blocks for the reference', () => {
    agree(scaled(5, 3));
  });

  it('runs the blocks it is asked for, and no others', () => {
    const { run, read } = prepareWasm(scaled(5, 3), [ones(160), ones(160)]);
    run(1, 3);
    const [, out] = read().buffers;
    const firsts = [0, 1, 2, 3, 4].map((block) => Number(out[32 * block]));
    expect(firsts).toEqual([1, 3, 3, 1, 1]);
    expect([...out].filter((value) => value === 3).length).toBe(64);
  });

  it.each([1, 2, 4])('in blocks of %i turns with a rest behind, ends before the rest', (grain) => {
    const [b, i] = [range('b', 4), range('i', 32)];
    const tens = loop(i, [store(0, at([32, b], [1, i]), constant('float32', 10))]);
    const rest = store(0, at(128), constant('float32', 20));
    const tiled = kernel(
      [output('float32', 256)],
      [{ ...loop(b, [tens], 'parallel'), grain } as Stmt, rest],
    );
    const { blocks } = callOf(tiled);
    const { run, read } = prepareWasm(tiled, [ones(256)]);
    run(0, blocks);
    const counts = [10, 20, 1].map(
      (value) => read().buffers[0]!.filter((own: number | bigint) => own === value).length,
    );
    expect(counts).toEqual([128, 1, 127]);
  });

  it('is counted and shown as blocks', () => {
    expect(callOf(scaled(5, 3)).blocks).toBe(5);
    expect(describeKernel(scaled(5, 3))).toContain('for b < 5 as blocks');
  });

  it('must be the first that stores', () => {
    const one = scaled(5, 3);
    const before = { ...one, body: [store(1, at(0), constant('float32', 1)), ...one.body] };
    expect(() => prepareWasm(before, [ones(160), ones(160)])).toThrow(
      'kernel test stores in front of its parallel loop',
    );
  });

  it('must stand outermost', () => {
    const outer = range('o', 2);
    const nested = kernel(
      [output('float32', 2)],
      [
        loop(outer, [
          loop(range('b', 2), [store(0, at([1, outer]), constant('float32', 1))], 'parallel'),
        ]),
      ],
    );
    expect(() => prepareWasm(nested, [ones(2)])).toThrow('parallel loop b is not outermost');
  });
});

describe('arguments', () => {
  it('are addresses of four bytes, then parameters in slots of eight', () => {
    const { buffers, params, bytes } = callOf(
      kernel(
        [input('float32', 1), input('bool', 1), output('float32', 1)],
        [],
        ['int64', 'float32'],
      ),
    );
    expect(buffers).toEqual([0, 4, 8]);
    expect(params).toEqual([
      { offset: 16, type: 'i64' },
      { offset: 24, type: 'f32' },
    ]);
    expect(bytes).toBe(32);
  });
});

describe('one module', () => {
  it('holds several kernels, large ones with functions of their own', () => {
    const memory = new WebAssembly.Memory({ initial: 32 });
    const kernels = [nest(2), nest(5)];
    const functions: ReturnType<typeof kernelFunctions> = [];
    for (const [i, one] of kernels.entries()) {
      const names = { exportName: `k${i}`, first: functions.length };
      functions.push(...kernelFunctions(one, plainMemory, names));
    }
    expect(functions.length).toBeGreaterThan(2);
    const bytes = encodeModule({ functions, shared: false }) as Uint8Array<ArrayBuffer>;
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
    new Int32Array(memory.buffer, 64, 1)[0] = 131_072;
    const first = (): number => new Float32Array(memory.buffer, 131_072, 1)[0];
    const outcomes = ['k0', 'k1'].map((name) => {
      (instance.exports[name] as (...args: number[]) => void)(64, 65_536, 0, 1);
      return first();
    });
    expect(outcomes).toEqual([2, 5]);
  });
});

/** Enough turns that the inner loop becomes a function: out[i] = value. */
function nest(value: number): Kernel {
  const [r, i] = [range('r', 2000), range('i', 4000)];
  const zero = mul(load(0, at([1, i])), constant('float32', 0));
  return kernel(
    [output('float32', 4000)],
    [loop(r, [loop(i, [store(0, at([1, i]), add(zero, constant('float32', value)))])])],
  );
}
