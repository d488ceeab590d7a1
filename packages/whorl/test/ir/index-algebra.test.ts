// Index algebra: the same values as plain arithmetic, and as few div and mod as the bounds allow.

import { describe, expect, it } from 'vitest';
import {
  add,
  boundsOf,
  counter,
  divide,
  fixed,
  keyOf,
  modulo,
  parameter,
  scale,
  shift,
  subtract,
  unflatten,
} from '../../src/ir/index-algebra.js';
import type { Atom, Index, Range } from '../../src/ir/loop.js';
import { reshaped as reshapedBy } from '../../src/graph/movement/reshape.js';
import { addresses } from '../../src/lower/places.js';

const range = (name: string, extent: number): Range => ({ kind: 'range', name, extent });
const [i, j, k] = [range('i', 6), range('j', 10), range('k', 7)].map(counter) as [
  Index,
  Index,
  Index,
];
const ranges = { i: 6, j: 10, k: 7 };
type Point = Record<string, number>;

const axes = addresses(() => fixed(0));
const reshaped = (index: readonly Index[], from: readonly number[], to: readonly number[]) =>
  reshapedBy(axes, index, from, to);

function evaluate(index: Index, at: Point): number {
  const atomValue = (atom: Atom): number => {
    switch (atom.kind) {
      case 'range':
        return at[atom.name]!;
      case 'div':
        return Math.floor(natural(evaluate(atom.of, at)) / atom.by);
      case 'mod':
        return natural(evaluate(atom.of, at)) % atom.by;
      default:
        return at[`p${(atom as { slot: number }).slot}`]!;
    }
  };
  return index.terms.reduce((sum, t) => sum + t.coefficient * atomValue(t.atom), index.constant);
}

/** div and mod stand over indices that are never negative. */
function natural(value: number): number {
  expect(value).toBeGreaterThanOrEqual(0);
  return value;
}

let state = 7;
const below = (n: number): number => {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return Math.floor(((state >>> 8) / 2 ** 24) * n);
};

function randomIndex(depth: number): Index {
  if (depth === 0) return [i, j, k, fixed(below(9))][below(4)]!;
  const a = randomIndex(depth - 1);
  switch (below(5)) {
    case 0:
      return add(a, randomIndex(depth - 1));
    case 1:
      return scale(a, 1 + below(12));
    case 2:
      return shift(a, below(20) - 6);
    case 3:
      return boundsOf(a).lo >= 0 ? divide(a, 1 + below(12)) : a;
    default:
      return boundsOf(a).lo >= 0 ? modulo(a, 1 + below(12)) : a;
  }
}

const randomPoint = (): Point =>
  Object.fromEntries(Object.entries(ranges).map(([name, extent]) => [name, below(extent)]));

describe('values', () => {
  it('are those of plain arithmetic, within their bounds', () => {
    for (let n = 0; n < 3000; n++) {
      const index = randomIndex(4);
      const by = 1 + below(15);
      const at = randomPoint();
      const value = evaluate(index, at);
      const { lo, hi } = boundsOf(index);
      expect(value).toBeGreaterThanOrEqual(lo);
      expect(value).toBeLessThanOrEqual(hi);
      expect(evaluate(divide(index, by), at)).toBe(Math.floor(value / by));
      expect(evaluate(modulo(index, by), at)).toBe(((value % by) + by) % by);
    }
  });

  it('survive a reshape there and back', () => {
    const shapes = [
      [6, 10, 7],
      [60, 7],
      [420],
      [4, 105],
      [2, 3, 70],
      [6, 1, 70],
      [30, 14],
      [7, 10, 6],
    ];
    for (const shape of shapes) {
      const there = reshaped([i, j, k], [6, 10, 7], shape);
      const back = reshaped(there, shape, [6, 10, 7]);
      const at = randomPoint();
      expect(back.map((index) => evaluate(index, at))).toEqual([at.i, at.j, at.k]);
    }
  });
});

describe('simplification', () => {
  const flat = add(scale(i, 10), j);
  const m = counter(range('m', 4));
  const digits = add(scale(j, 4), m);
  const cases: [string, Index, Index][] = [
    ['(4 j + m) div 20 is j div 5: m is below 4', divide(digits, 20), divide(j, 5)],
    ['(4 j + m) mod 20 is 4 (j mod 5) + m', modulo(digits, 20), add(scale(modulo(j, 5), 4), m)],
    ['(10 i + j) div 10 is i', divide(flat, 10), i],
    ['(10 i + j) mod 10 is j', modulo(flat, 10), j],
    ['j div 10 is 0', divide(j, 10), fixed(0)],
    ['(10 i + j) div 5 is 2 i + j div 5', divide(flat, 5), add(scale(i, 2), divide(j, 5))],
    ['(20 i + 2 j) div 4 halves both', divide(scale(flat, 2), 4), divide(flat, 2)],
    ['a div in a div is one', divide(divide(flat, 4), 3), divide(flat, 12)],
    ['a mod in a mod is one', modulo(modulo(flat, 12), 4), modulo(flat, 4)],
    ['x div b * b + x mod b is x', add(scale(divide(flat, 4), 4), modulo(flat, 4)), flat],
    ['opposites cancel', subtract(add(i, j), j), i],
  ];
  it.each(cases)('%s', (_, got, wanted) => expect(keyOf(got)).toBe(keyOf(wanted)));

  it('a reshape of contiguous axes stays affine', () => {
    const [a, b] = reshaped([flat], [60], [6, 10]);
    expect([keyOf(a!), keyOf(b!)]).toEqual([keyOf(i), keyOf(j)]);
    expect(keyOf(reshaped([i, j], [6, 10], [60])[0]!)).toBe(keyOf(flat));
  });

  it('axes that do not mix are not divided', () => {
    const result = reshaped([i, j, k], [6, 10, 7], [6, 70]);
    expect(result.map(keyOf)).toEqual([keyOf(i), keyOf(add(scale(j, 7), k))]);
  });

  it('three axes put together again are what they were', () => {
    const [x, y, z] = unflatten(counter(range('f', 420)), [6, 10, 7]) as [Index, Index, Index];
    expect(keyOf(add(scale(x, 70), add(scale(y, 7), z)))).toBe('f+0');
  });

  it('a parameter stays below its limit', () => {
    expect(boundsOf(add(parameter(0, 5), i))).toEqual({ lo: 0, hi: 10 });
    expect(keyOf(divide(add(scale(i, 8), parameter(0, 7)), 8))).toBe(keyOf(i));
  });
});
