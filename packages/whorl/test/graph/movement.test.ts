// What a movement's row says in one column agrees with what it says in the others.

import { describe, expect, it } from 'vitest';
import * as b from '../nodes.js';
import type { Place } from '../../src/graph/axes.js';
import { coveringCount, coveringPlace } from '../../src/graph/movement/window.js';
import type { Step } from '../../src/graph/movement/row.js';
import { contiguousStrides, Node, type Shape } from '../../src/graph/node.js';
import { indicesOf, numbers } from './numbers.js';

const data = (shape: Shape): Node => new Node('BUFFER', 'float32', shape, [], null);
const dot = (a: readonly number[], c: readonly number[]): number =>
  a.reduce((sum, own, i) => sum + own * c[i]!, 0);
const exists = ({ inside }: Place<number>): boolean =>
  inside.every(({ index, lo, hi }) => lo <= index && index < hi);

const views: readonly [from: Shape, step: Step][] = [
  [[4, 6], { op: 'RESHAPE', shape: [2, 3, 4] }],
  [[2, 1, 6], { op: 'RESHAPE', shape: [2, 2, 1, 3] }],
  [[2, 3, 4], { op: 'PERMUTE', order: [2, 0, 1] }],
  [[2, 1, 4], { op: 'EXPAND', shape: [2, 3, 4] }],
  [[5, 7], { op: 'SHRINK', starts: [1, 0], steps: [1, 3], shape: [3, 3] }],
  [[5, 7], { op: 'SHRINK', starts: [0, 1], steps: [2, 2], shape: [3, 3] }],
  [[4, 5, 3], { op: 'DIAGONAL', a: 0, b: 1, starts: [0, 1], length: 4 }],
  [[4, 5, 3], { op: 'DIAGONAL', a: 2, b: 0, starts: [1, 0], length: 2 }],
  [[9, 2], { op: 'WINDOW', axis: 0, size: 2, step: 3 }],
  [[9, 2], { op: 'WINDOW', axis: 0, size: 3, step: 1 }],
];
const named = views.map(([from, step]) => ({ from, step, name: JSON.stringify(step) }));

describe('a view', () => {
  it.each(named)('$name of [$from] shows what its strides say', ({ from, step }) => {
    const strides = contiguousStrides(from);
    const seen = b.viewOf(step).show(data(from), step);
    const geometry = b.viewOf(step).geometry({ shape: from, strides, offset: 0 }, step);
    expect(geometry.shape).toEqual(seen.shape);
    for (const index of indicesOf(seen.shape)) {
      const { index: source } = b.sourcePlace(numbers, seen, index);
      expect(dot(source, strides)).toBe(geometry.offset + dot(index, geometry.strides));
    }
  });

  it.each(named)('$name of [$from] repeats elements where two lie in one place', (view) => {
    const { from, step } = view;
    const strides = contiguousStrides(from);
    const { shape, ...other } = b.viewOf(step).geometry({ shape: from, strides, offset: 0 }, step);
    const places = new Set(indicesOf(shape).map((index) => dot(index, other.strides)));
    expect(b.viewOf(step).repeats(from, step)).toBe(places.size < indicesOf(shape).length);
  });
});

const parts = named.filter(
  ({ from, step }) =>
    ['SHRINK', 'DIAGONAL', 'WINDOW'].includes(step.op) && !b.viewOf(step).repeats(from, step),
);

describe('a value put into a part', () => {
  it.each(parts)('$name of [$from] is found again where it was put, and nowhere else', (part) => {
    const { from, step } = part;
    const { shape } = b.viewOf(step).show(data(from), step);
    const whole = b.viewOf(step).put(data(from), step, data(shape));
    const strides = contiguousStrides(from);
    const put = new Map<number, readonly number[]>();
    for (const index of indicesOf(shape)) {
      put.set(dot(b.splicedIndex(numbers, whole, index), strides), index);
    }
    for (const index of indicesOf(from)) {
      const place = b.valuePlace(numbers, whole, index);
      expect(exists(place) ? place.index : undefined).toEqual(put.get(dot(index, strides)));
    }
  });
});

describe('FOLD', () => {
  it.each([
    [3, 1],
    [4, 2],
    [2, 3],
    [5, 3],
  ])('adds up the windows of %i every %i that show an element, first one first', (size, step) => {
    const axis = 1;
    const windows = b.window(data([2, 11]), axis, size, step);
    const folded = b.fold(windows, axis, size, step, 11);
    for (const index of indicesOf(folded.shape)) {
      const places = Array.from({ length: coveringCount(folded) }, (_, k) =>
        coveringPlace(numbers, folded, index, k),
      );
      const shown = indicesOf(windows.shape).filter(
        (own) => `${b.sourcePlace(numbers, windows, own).index}` === `${index}`,
      );
      expect(places.filter(exists).map((place) => place.index)).toEqual(shown);
    }
  });
});
