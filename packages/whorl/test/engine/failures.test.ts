// A failure takes with it what is made of it, and nothing else: values, writes, memory, other reads.

import { describe, expect, it } from 'vitest';
import { driver } from '../devices/default.js';
import * as b from '../nodes.js';
import { Node } from '../../src/graph/node.js';
import * as whorl from '../../src/index.js';
import { fromNode } from '../../src/tensor/tensor.js';
import type { Loose } from '../loose.js';

const w = whorl as unknown as Loose;
const { arange, linalg, memory, nn, ones, optim, tensor, zeros } = w;
const valuesOf = (x: Loose): number[] => Array.from(x.dataSync() as number[]);
/** An index that is known only when it is computed. */
const computed = (...at: number[]): Loose => tensor(at, { dtype: 'int64' }).add(0);
const rowOf = (...at: number[]): Loose => tensor([1, 2, 3]).at(computed(...at));

const failing: Record<string, () => Loose> = {
  'an index out of range': () => rowOf(1, 7).mul(1),
  'a division by zero': () => computed(1, 2).floorDivide(computed(0, 1)).float(),
  'a factorization that does not exist': () =>
    linalg
      .cholesky(
        tensor([
          [1, 2],
          [2, 1],
        ]).mul(1),
      )
      .sum(0),
};

describe('a write of a value that turns out to be an error never happened', () => {
  const cases = Object.keys(failing).flatMap((name) =>
    ['stored', 'pending'].map((state) => [name, state] as const),
  );
  it.each(cases)('%s, into a %s tensor', (name, state) => {
    const x = zeros(2).add(1);
    if (state === 'stored') x.dataSync();
    x.add_(1);
    x.mul_(3);
    x.add_(failing[name]!());
    expect(() => x.dataSync()).toThrow();
    for (let i = 0; i < 3; i++) expect(valuesOf(x)).toEqual([6, 6]);
    x.add_(1);
    expect(valuesOf(x)).toEqual([7, 7]);
  });

  const parts: Record<string, (x: Loose) => void> = {
    'copied into a slice': (x) => x.narrow(0, 0, 2).copy_(rowOf(1, 7)),
    'added to a slice': (x) => x.narrow(0, 0, 2).add_(rowOf(1, 7)),
    'added by index': (x) => x.indexAdd_(0, tensor([0, 1]).long(), rowOf(1, 7)),
    'set by index': (x) => x.setAt([0], rowOf(7).sum()),
  };
  it.each(Object.keys(parts))('%s of stored memory', (name) => {
    const x = zeros(4).add(1);
    x.dataSync();
    expect(() => {
      parts[name]!(x);
      x.dataSync();
    }).toThrow(/out of range/);
    for (let i = 0; i < 2; i++) expect(valuesOf(x)).toEqual([1, 1, 1, 1]);
    x.narrow(0, 0, 1).fill_(5);
    expect(valuesOf(x)).toEqual([5, 1, 1, 1]);
  });

  it('what is read of the value before it does not take its memory', () => {
    const x = tensor([3]);
    const turned = x.flip(0);
    x.copy_(failing['a factorization that does not exist']!().sum().add(zeros(1)));
    expect(() => x.dataSync()).toThrow(/positive-definite/);
    expect(valuesOf(x)).toEqual([3]);
    expect(valuesOf(turned)).toEqual([3]);
  });

  it('what was read of the value before it is kept', () => {
    const x = zeros(2).add(1);
    x.add_(1);
    const twice = x.mul(2);
    x.copy_(rowOf(1, 7));
    expect(() => twice.dataSync()).toThrow(/out of range/);
    expect(valuesOf(twice)).toEqual([4, 4]);
    expect(valuesOf(x)).toEqual([2, 2]);
  });
});

describe('beside a value that turns out to be an error', () => {
  it('a write that has nothing to do with it stays', () => {
    const [seen, sum] = [zeros(3), zeros(3)];
    valuesOf(seen);
    valuesOf(sum);
    for (const i of [0, 1, 5, 1]) {
      try {
        seen.add_(1);
        sum.add_(rowOf(i).sum());
        sum.dataSync();
      } catch {}
    }
    expect(valuesOf(seen)).toEqual([4, 4, 4]);
    expect(valuesOf(sum)).toEqual([5, 5, 5]);
  });

  it.each(Object.keys(failing))('%s: all others of the flush are computed', (name) => {
    const [x, y] = [zeros(2).add(1), zeros(2).add(2)];
    const bad = [failing[name]!(), failing[name]!(), rowOf(9, 9)];
    const good = [x.mul(3), y.sum(), x.add(y), rowOf(0, 2)];
    x.add_(1);
    y.add_(bad[0]);
    const mixed = x.add(bad[1]);
    expect(() => w.ones(1).add(1).dataSync()).toThrow();
    expect(good.map(valuesOf)).toEqual([[3, 3], [4], [3, 3], [1, 3]]);
    expect([x, y].map(valuesOf)).toEqual([
      [2, 2],
      [2, 2],
    ]);
    for (const value of [...bad, mixed]) expect(() => value.dataSync()).toThrow();
  });

  it('however many there are', () => {
    const values = Array.from({ length: 30 }, (_, i) => rowOf(i % 3 === 0 ? 50 : 1));
    expect(() => w.ones(1).add(1).dataSync()).toThrow(/out of range/);
    values.forEach((value, i) => {
      if (i % 3 === 0) expect(() => value.dataSync()).toThrow(/out of range/);
      else expect(valuesOf(value)).toEqual([2]);
    });
  });

  it('nothing is left in memory', () => {
    const table = new nn.Embedding(2000, 32);
    const optimizer = new optim.SGD(table.parameters(), { lr: 0.1 });
    const step = () => {
      optimizer.zeroGrad();
      table
        .forward(tensor([0, 9999]).long())
        .sum()
        .backward();
      optimizer.step();
    };
    const before = valuesOf(table.weight);
    const usedAfter = (steps: number): number => {
      for (let i = 0; i < steps; i++) expect(step).toThrow(/out of range/);
      return memory().used;
    };
    const few = usedAfter(3);
    expect(usedAfter(40) - few).toBeLessThan(2000 * 32 * 4);
    expect(valuesOf(table.weight)).toEqual(before);
  });
});

describe('a device without memory', () => {
  it('is an error of an update of many values, which goes through when there is memory', () => {
    const weights = Array.from({ length: 150 }, (_, i) => ones(i + 1).requiresGrad_());
    for (const x of weights) x.grad = ones(x.shape[0]).mul(2);
    const optimizer = new optim.SGD(weights, { lr: 0.5, momentum: 0.9 });
    const device = driver();
    const { allocate } = device;
    device.allocate = () => {
      throw new RangeError('no room');
    };
    try {
      expect(() => optimizer.step()).toThrow('no room');
      expect(() => weights[7].mul(2).dataSync()).toThrow('no room');
    } finally {
      device.allocate = allocate;
    }
    for (const x of weights) expect(new Set(valuesOf(x.detach()))).toEqual(new Set([0]));
  });
});

describe('a pending value that cannot be computed', () => {
  const one = (): Node => ones(1).add(1).node;
  const huge = (): Node => b.expand(b.reshape(one(), [1, 1]), [2 ** 31, 4]);
  const impossible: Record<string, () => Node> = {
    'because its dtypes do not go together': () =>
      new Node('ADD', 'float32', [1], [one(), b.cast(one(), 'float64')], null),
    'because its shape is none': () =>
      new Node('EXPAND', 'float32', [Number.NaN], [one()], null) as Node,
    'because there is no memory for it': () => b.add(huge(), huge()),
  };
  it.each(Object.keys(impossible))('%s is the error of who reads it alone', (name) => {
    const bad = fromNode(impossible[name]!());
    const written = ones(3).add(1);
    written.add_(1);
    const other = ones(2).add(3);
    expect(ones(2).add(1).sum().itemSync()).toBe(4);
    expect([other, written].map(valuesOf)).toEqual([
      [4, 4],
      [3, 3, 3],
    ]);
    for (let i = 0; i < 3; i++) expect(() => bad.dataSync()).toThrow();
    expect(ones(2).add(1).sum().itemSync()).toBe(4);
    const [used, count] = [memory().used, memory().buffers];
    for (let i = 0; i < 5; i++) expect(() => bad.dataSync()).toThrow();
    expect(memory().used).toBeLessThanOrEqual(used);
    expect(memory().buffers).toBeLessThanOrEqual(count);
  });

  it('and is written is the error of who reads that, once', () => {
    const x = arange(1).float();
    x.dataSync();
    x.copy_(fromNode(impossible['because its dtypes do not go together']!()));
    expect(ones(2).add(1).sum().itemSync()).toBe(4);
    expect(() => x.dataSync()).toThrow();
    expect(valuesOf(x)).toEqual([0]);
  });
});
