// A kernel's key: two kernels of one key are one kernel to every cache, so whatever a pass looks at stands in it.

import { describe, expect, it } from 'vitest';
import { computed, parameter } from '../../src/ir/index-algebra.js';
import { kernelKey } from '../../src/ir/key.js';
import type { Expr, Index, Kernel, Local, Range, Scratch, Stmt } from '../../src/ir/loop.js';

const range: Range = { kind: 'range', name: 'i0', extent: 8 };
const at = (index: Index): Expr => ({ kind: 'load', dtype: 'float32', buffer: 0, index });
const store = (value: Expr): Stmt => ({ kind: 'store', buffer: 1, index: parameter(0, 0), value });
const kernelOf = (...body: readonly Stmt[]): Kernel => ({
  name: 'k',
  buffers: [
    { dtype: 'float32', size: 8, written: false },
    { dtype: 'float32', size: 8, written: true },
  ],
  params: ['int32'],
  body,
});
const local = (dtype: 'float32' | 'float64'): Local => ({ kind: 'local', name: 'v0', dtype });
const scratch = (length: number, dtype: 'float32' | 'float64'): Scratch => ({
  kind: 'scratch',
  name: 'part0',
  dtype,
  length,
});
const one: Expr = { kind: 'const', dtype: 'float32', value: 1 };
const row: Local = { kind: 'local', name: 'row', dtype: 'int32' };
const poke = (to: Scratch): Stmt => ({
  kind: 'poke',
  scratch: to,
  index: parameter(0, 0),
  value: one,
});
const loop = (mode: 'serial' | 'parallel', grain?: number): Stmt => ({
  kind: 'loop',
  range,
  mode,
  ...(grain !== undefined && { grain }),
  body: [store(one)],
});

describe('kernels that differ in this alone have different keys:', () => {
  const cases: Record<string, readonly [Kernel, Kernel]> = {
    'how far a parameter may go': [
      kernelOf(store(at(parameter(0, 3)))),
      kernelOf(store(at(parameter(0, 5)))),
    ],
    'how far a computed index may go': [
      kernelOf(store(at(computed(row, 3)))),
      kernelOf(store(at(computed(row, 5)))),
    ],
    'the type of a local': [
      kernelOf({ kind: 'let', local: local('float32'), value: one }),
      kernelOf({ kind: 'let', local: local('float64'), value: one }),
    ],
    'the type of an accumulator': [
      kernelOf({ kind: 'var', local: local('float32'), value: one }),
      kernelOf({ kind: 'var', local: local('float64'), value: one }),
    ],
    'the type of scratch memory': [
      kernelOf(poke(scratch(4, 'float32'))),
      kernelOf(poke(scratch(4, 'float64'))),
    ],
    'the length of scratch memory': [
      kernelOf(poke(scratch(4, 'float32'))),
      kernelOf(poke(scratch(5, 'float32'))),
    ],
    'how a loop is run': [kernelOf(loop('serial')), kernelOf(loop('parallel'))],
    'whether turns are independent': [
      kernelOf(loop('serial')),
      kernelOf({ ...loop('serial'), independent: true } as Stmt),
    ],
    'which loop turns belonged to': [
      kernelOf(loop('serial')),
      kernelOf({ ...loop('serial'), range: { ...range, origin: 'k0' } } as Stmt),
    ],
    'how many turns make a block': [kernelOf(loop('parallel', 2)), kernelOf(loop('parallel', 3))],
    'the sign of a zero': [
      kernelOf(store({ kind: 'const', dtype: 'float32', value: 0 })),
      kernelOf(store({ kind: 'const', dtype: 'float32', value: -0 })),
    ],
  };
  it.each(Object.entries(cases))('%s', (_, [a, b]) => {
    expect(kernelKey(a)).not.toBe(kernelKey(b));
    expect(kernelKey(a)).toBe(kernelKey(structuredClone(a)));
  });
});
