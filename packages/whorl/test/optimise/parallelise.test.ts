// Large kernels become blocks: which ones, how many, and that every bit stays, whatever runs them.

import { describe, expect, it } from 'vitest';
import type { Kernel, Stmt } from '../../src/ir/loop.js';
import { blocksOf } from '../../src/ir/parallel.js';
import { optimise } from '../../src/optimise/index.js';
import { wasmTarget } from '../../src/runtime/index.js';
import { inBlocks } from '../targets.js';
import { Names } from '../../src/ir/names.js';
import { cutIntoBlocks } from '../../src/optimise/parallelise.js';
import { describeKernel } from '../../src/ir/print.js';
import {
  add,
  assign,
  at,
  constant,
  input,
  inside,
  kernel,
  letIn,
  load,
  local,
  loop,
  mul,
  output,
  range,
  select,
  store,
  varIn,
} from '../render/loops.js';
import { fingerprint, randomInputs, runBlocksReversed, runJs, runWasm } from '../render/run.js';
import { matmul, normaliseRows, twoSums } from './nests.js';

/** out[i] = in[i] x in[i] */
function squares(size: number): Kernel {
  const i = range('i', size);
  const own = load(0, at([1, i]));
  return kernel(
    [input('float32', size), output('float32', size)],
    [loop(i, [store(1, at([1, i]), mul(own, own))])],
  );
}

/** Rows with a border of zeros around them. */
function padded(rows: number, columns: number): Kernel {
  const [i, j] = [range('i', rows + 4), range('j', columns + 2)];
  const own = load(0, at(-2 * columns - 1, [columns, i], [1, j]));
  const within = select(
    inside(at([1, i]), 2, rows + 2),
    select(inside(at([1, j]), 1, columns + 1), own, constant('float32', 0)),
    constant('float32', 0),
  );
  return kernel(
    [input('float32', rows * columns), output('float32', (rows + 4) * (columns + 2))],
    [loop(i, [loop(j, [store(1, at([columns + 2, i], [1, j]), within)])])],
  );
}

/** Two rows, each with a number in front of its columns, the first of which have a border. */
function twoRows(columns: number, length: number): Kernel {
  const [i, j, k] = [range('i', 2), range('j', columns), range('k', length)];
  const [factor, sum] = [local('factor'), local('sum')];
  const product = mul(load(1, at([length, i], [1, k])), load(2, at([length, j], [1, k])));
  const own = select(inside(at([1, j]), 5, columns), load(3, at([1, j])), constant('float32', 0));
  return kernel(
    [
      input('float32', 2),
      input('float32', 2 * length),
      input('float32', columns * length),
      input('float32', columns),
      output('float32', 2 * columns),
    ],
    [
      loop(i, [
        letIn(factor, load(0, at([1, i]))),
        loop(j, [
          varIn(sum, constant('float32', 0)),
          loop(k, [assign(sum, add(sum, product))]),
          store(4, at([columns, i], [1, j]), add(mul(factor, sum), own)),
        ]),
      ]),
    ],
  );
}

/** Rows of a table by number, the last of which stands in an array of its own. */
function rowsByNumber(count: number, columns: number): Kernel {
  const [i, j] = [range('i', count + 1), range('j', columns)];
  const [number, row] = [local('number'), local('row')];
  const isLast: Stmt = {
    kind: 'if',
    condition: inside(at([1, i]), count, count + 1),
    body: [assign(number, load(1, at(-count, [1, i])))],
  };
  return kernel(
    [
      input('float32', count + 1),
      input('float32', 1),
      input('float32', columns),
      output('float32', (count + 1) * columns),
    ],
    [
      loop(i, [
        varIn(number, load(0, at([1, i]))),
        isLast,
        letIn(row, mul(number, number)),
        loop(j, [store(3, at([columns, i], [1, j]), mul(row, load(2, at([1, j]))))]),
      ]),
    ],
  );
}

/** One sum of everything. */
function total(size: number): Kernel {
  const i = range('i', size);
  const sum = local('sum');
  return kernel(
    [input('float32', size), output('float32', 1)],
    [
      varIn(sum, constant('float32', 0)),
      loop(i, [assign(sum, add(sum, load(0, at([1, i]))))]),
      store(1, at(), sum),
    ],
  );
}

describe('blocks', () => {
  it.each([
    ['a pointwise loop', squares(4_000_000)],
    ['a pointwise loop that nothing divides', squares(4_000_037)],
    ['columns of a matmul, packed', matmul(512, 512, 512)],
    ['rows with scratch memory of their own', normaliseRows(4000, 20)],
    ['rows of a linear layer', matmul(4000, 100, 100, { b: true })],
  ])('are made of %s', (_, large) => {
    const blocks = blocksOf(optimise(large, wasmTarget));
    expect(blocks).toBeGreaterThanOrEqual(8);
    expect(blocks).toBeLessThanOrEqual(65);
  });

  it.each([
    ['little work', squares(10_000)],
    ['a sum of everything', total(10_000_000)],
  ])('are not made of %s', (_, other) => {
    expect(blocksOf(optimise(other, wasmTarget))).toBe(1);
  });

  it('of several pieces ask which piece is theirs', () => {
    const shown = describeKernel(optimise(padded(1000, 1000), wasmTarget));
    expect(shown.match(/as blocks/g)?.length).toBe(1);
    expect(shown).toMatch(/if \(0 <= block_1 < \d+\)/);
  });

  it('that were made before stay as they are', () => {
    const [b, i] = [range('b', 7), range('i', 100_000)];
    const own = load(0, at([100_000, b], [1, i]));
    const made = kernel(
      [input('float32', 700_000), output('float32', 700_000)],
      [loop(b, [loop(i, [store(1, at([100_000, b], [1, i]), mul(own, own))])], 'parallel')],
    );
    expect(blocksOf(optimise(made, wasmTarget))).toBe(7);
    expect(blocksOf(optimise(made, inBlocks))).toBe(7);
  });
});

describe('loops that one loop was made into', () => {
  const [i, j] = [range('i', 100), range('j', 50)];
  const element = at([50, i], [1, j]);
  const first = loop(j, [store(1, element, load(0, element))]);
  const cut = (second: Stmt) => {
    const before = loop(i, [first, second]) as Stmt & { kind: 'loop' };
    const after = before.body.map((stmt) => loop(i, [stmt]));
    const whole = { lead: 0, loop: 'i', nest: new Set(['i']) };
    const effort = { cost: 1e6, least: 1e5 };
    const names = new Names([before]);
    return cutIntoBlocks([{ before, after }], whole, effort, names);
  };

  it('are cut where they have nothing to do with each other', () => {
    expect(cut(loop(j, [store(2, element, load(0, element))]))).not.toBeNull();
  });

  it('are not where one reads what the other wrote', () => {
    expect(cut(loop(j, [store(2, element, load(1, element))]))).toBeNull();
  });
});

describe('blocks keep every bit', () => {
  const kernels: [string, Kernel][] = [
    ['squares', squares(1234)],
    ['squares of few', squares(101)],
    ['two rows of columns in pieces', twoRows(1023, 256)],
    ['rows by number, the last one apart', rowsByNumber(2000, 64)],
    ['a matmul', matmul(70, 70, 37)],
    ['a transposed matmul', matmul(37, 130, 20, { a: true, b: true })],
    ['a matmul in blocks of rows and a rest', matmul(400, 512, 256, { a: true })],
    ['normalised rows', normaliseRows(100, 20)],
    ['two sums', twoSums(100, 60)],
    ['padding', padded(50, 40)],
  ];

  it.each(kernels)('of %s', (_, one) => {
    const cut = optimise(one, inBlocks);
    expect(blocksOf(cut)).toBeGreaterThan(1);
    const inputs = randomInputs(one, 3, 0.05);
    const expected = fingerprint(runJs(one, inputs));
    expect(fingerprint(runJs(cut, inputs))).toEqual(expected);
    expect(fingerprint(runWasm(cut, inputs))).toEqual(expected);
  });

  it.each(kernels)('of %s, one after the other from the last to the first', (_, one) => {
    const cut = optimise(one, inBlocks);
    const inputs = randomInputs(one, 3, 0.05);
    expect(fingerprint(runBlocksReversed(cut, inputs))).toEqual(fingerprint(runJs(one, inputs)));
  });
});

it('a kernel whose definitions read what its loop writes is one piece', () => {
  // a[i] = a[i] + a[0]: each thread would read a[0] when another one has written it
  const i = range('i', 2 ** 20);
  const first = local('first');
  const sum = (own: Stmt[]): Kernel =>
    kernel([{ dtype: 'float32', size: 2 ** 20, written: true }], own);
  const body = [store(0, at([1, i]), add(load(0, at([1, i])), first))];
  const lead: Stmt = { kind: 'let', local: first, value: load(0, at(0)) };
  expect(blocksOf(optimise(sum([lead, loop(i, body)]), inBlocks))).toBe(1);
  const other: Stmt = { kind: 'let', local: first, value: constant('float32', 3) };
  expect(blocksOf(optimise(sum([other, loop(i, body)]), inBlocks))).toBeGreaterThan(1);
});
