// What the passes make of loop nests, as loops and as pseudo code.

import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../src/ir/loop.js';
import { isIndependent } from '../../src/optimise/accesses.js';
import { fuseLoops } from '../../src/optimise/fuse-loops.js';
import { markIndependent } from '../../src/optimise/independent.js';
import { optimise } from '../../src/optimise/index.js';
import { wasmTarget } from '../../src/runtime/index.js';
import { eager } from '../targets.js';
import { chooseVectorLoops } from '../../src/optimise/vector-loop.js';
import { describeKernel } from '../../src/ir/print.js';
import {
  add,
  at,
  binary,
  constant,
  input,
  inside,
  kernel,
  load,
  loop,
  output,
  range,
  store,
  varIn,
  when,
  local,
  assign,
} from '../render/loops.js';
import { loopsIn, matmul, normaliseRows, twoSums } from './nests.js';

const lanesOf = ({ body }: Kernel): string[] =>
  loopsIn(chooseVectorLoops(markIndependent(body), wasmTarget.machine).stmts)
    .filter((line) => line.endsWith('vector'))
    .map((line) => line.split(' ')[0]);

describe('the loop that runs as lanes', () => {
  it('is the one whose elements lie side by side', () => {
    expect(lanesOf(matmul(16, 32, 16))).toEqual(['i1']);
    const i = range('i', 20),
      j = range('j', 30);
    expect(
      lanesOf(
        kernel(
          [input('float32', 600), output('float32', 600)],
          [loop(j, [loop(i, [store(1, at([30, i], [1, j]), load(0, at([30, i], [1, j])))])])],
        ),
      ),
    ).toEqual(['j']);
  });

  it('is each inner one where rows need their own scratch memory', () => {
    expect(lanesOf(normaliseRows(30, 20))).toEqual(['lane0', 'h8', 'h4', 'i1']);
  });
});

describe('independent turns', () => {
  const i = range('i', 10),
    j = range('j', 4);
  it('are those that write elements of their own', () => {
    const one = constant('float32', 1);
    expect(isIndependent(i, [store(0, at([1, i]), one)])).toBe(true);
    expect(isIndependent(i, [loop(j, [store(0, at([4, i], [1, j]), one)])])).toBe(true);
    expect(isIndependent(i, [loop(j, [store(0, at([1, i], [10, j]), one)])])).toBe(true);
    expect(isIndependent(i, [loop(j, [store(0, at([3, i], [1, j]), one)])])).toBe(false);
    expect(isIndependent(i, [store(0, at(3), one)])).toBe(false);
  });

  it('are not those that read what another turn writes', () => {
    expect(isIndependent(i, [store(0, at([1, i]), load(0, at([1, i])))])).toBe(true);
    expect(isIndependent(i, [store(0, at([1, i]), load(0, at([1, i], 1)))])).toBe(false);
    expect(isIndependent(i, [store(0, at([1, i]), load(0, at([1, i], 10)))])).toBe(true);
    expect(isIndependent(i, [store(0, at([2, i]), load(0, at([2, i], 1)))])).toBe(true);
  });

  it('are not those that hand a variable on', () => {
    const sum = local('sum');
    const body = [assign(sum, add(sum, load(0, at([1, i]))))];
    expect(isIndependent(i, body)).toBe(false);
    expect(isIndependent(i, [varIn(sum, constant('float32', 0)), ...body])).toBe(true);
  });
});

describe('fuseLoops', () => {
  it('makes two sums over the same rows one loop', () => {
    const { body } = twoSums(40, 100);
    expect(loopsIn(body)).toEqual(['i0 40 serial', 'k0 100 serial', 'k1 100 serial']);
    expect(loopsIn(fuseLoops(body))).toEqual(['i0 40 serial', 'k0 100 serial']);
  });

  it('leaves a loop alone that needs the finished sum of the one before', () => {
    const sum = local('sum'),
      k = range('k', 9),
      j = range('j', 9);
    expect(
      loopsIn(
        fuseLoops([
          varIn(sum, constant('float32', 0)),
          loop(k, [assign(sum, add(sum, load(0, at([1, k]))))]),
          loop(j, [store(1, at([1, j]), binary('div', load(0, at([1, j])), sum))]),
        ]),
      ),
    ).toEqual(['k 9 serial', 'j 9 serial']);
  });

  it('leaves loops alone of which the second reads further on than the first has written', () => {
    const k = range('k', 9),
      j = range('j', 9);
    const first = loop(k, [store(1, at([1, k]), load(0, at([1, k])))]);
    const reads = (offset: number, length: number): string[] =>
      loopsIn(
        fuseLoops([first, loop(j, [store(2, at([1, j]), load(1, at([1, j], offset)))])]),
      ).slice(0, length);
    expect(reads(0, 2)).toEqual(['k 9 serial']);
    expect(reads(1, 2)).toEqual(['k 9 serial', 'j 9 serial']);
  });
});

it('a linear layer has its weights copied side by side, and rows and vectors in registers', () => {
  expect(describeKernel(optimise(matmul(16, 20, 8, { b: true }), eager))).toMatchSnapshot();
});

describe('splitLoops', () => {
  it('leaves no question in the inner part of a padded copy', () => {
    const i = range('i0', 12);
    const own = local('w0');
    const padded = kernel(
      [input('float32', 10), output('float32', 12)],
      [
        loop(i, [
          varIn(own, constant('float32', 0)),
          when(inside(at([1, i], -1), 0, 10), [assign(own, load(0, at([1, i], -1)))]),
          store(1, at([1, i]), own),
        ]),
      ],
    );
    expect(describeKernel(optimise(padded, eager))).toMatchInlineSnapshot(`
      "test(m0: float32[10], out m1: float32[12])
        var w0 = 0
        m1[0] := w0
        for i0_3 < 2
          for i0_1 < 4 as lanes
            var w0_1 = 0
            w0_1 := m0[4 * i0_3 + i0_1]
            m1[4 * i0_3 + i0_1 + 1] := w0_1
        for i0_1 < 4 as lanes
          var w0_1 = 0
          w0_1 := m0[i0_1 + 6]
          m1[i0_1 + 7] := w0_1
        var w0_2 = 0
        m1[11] := w0_2"
    `);
  });
});
