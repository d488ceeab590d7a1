// What does not go together is refused where the operation is called, in the name of the operation:
// never by a compiler's message at a later read, and never by a loop without end.

import { describe, expect, it } from 'vitest';
import { binary, constant, iota, scatter, splice, where } from '../../src/graph/build.js';
import { broadcastTo, expand, permute, reshape, shrink } from '../../src/graph/movement.js';
import type { DType } from '../../src/graph/dtype.js';
import { segments } from '../../src/graph/segments.js';
import { whorl } from '../loose.js';

/** A value of some shape that no simplification sees through. */
const some = (shape: number[], dtype: DType = 'float32') =>
  reshape(
    iota(
      shape.reduce((a, b) => a * b, 1),
      dtype,
    ),
    shape,
  );

describe('a node is not made of', () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      'two dtypes',
      () => binary('ADD', some([2]), some([2], 'float64')),
      /^ADD: expected both tensors to have the same dtype, but got float32\[2\] and float64\[2\]; convert/,
    ],
    ['two shapes', () => binary('MUL', some([2]), some([3])), /^MUL: the shapes \[2\] and \[3\]/],
    [
      'two ranks',
      () => binary('LT', some([2]), some([2, 1])),
      /^LT: the shapes \[2\] and \[2, 1\]/,
    ],
    [
      'branches of two dtypes',
      () => where(constant(1, 'bool', [2]), some([2]), some([2], 'int64')),
      /^WHERE: expected both/,
    ],
    [
      'a condition that is no bool',
      () => where(some([2]), some([2]), some([2])),
      /^WHERE: expected a tensor of dtype bool, but got float32\[2\]/,
    ],
    [
      'a shape of another size',
      () => reshape(some([2, 3]), [4]),
      /^RESHAPE: a tensor of shape \[2, 3\] has 6 elements and does not fill the shape \[4\]/,
    ],
    [
      'a shape of another size, a constant',
      () => reshape(constant(1, 'float32', [2]), [4]),
      /^RESHAPE/,
    ],
    ['a shape with a size that is no number', () => reshape(some([2]), [Number.NaN]), /^RESHAPE/],
    [
      'an axis that cannot grow',
      () => expand(some([2, 3]), [4, 3]),
      /^EXPAND: the shape \[2, 3\] does not broadcast to the shape \[4, 3\]/,
    ],
    ['a smaller rank', () => broadcastTo(some([2, 3]), [3]), /^EXPAND/],
    [
      'a constant that cannot grow',
      () => broadcastTo(constant(1, 'float32', [2]), [2, 3]),
      /^EXPAND/,
    ],
    ['an order with an axis twice', () => permute(some([2, 3]), [0, 0]), /^PERMUTE/],
    [
      'a part that sticks out',
      () => shrink(some([4]), [2], [1], [3]),
      /^SHRINK.*\[3\].*\[2\].*\[4\]/,
    ],
    ['a part that begins in front', () => shrink(some([4]), [-1], [1], [2]), /^SHRINK/],
    [
      'a written part of another dtype',
      () => splice(some([4]), some([2], 'float64'), { op: 'SHRINK', steps: [1] }, [0]),
      /^SPLICE: expected a tensor of dtype float32, but got float64\[2\]/,
    ],
    [
      'a scattered value of another shape than its index',
      () => scatter(some([4]), some([2], 'int64'), some([3]), 0, 'set'),
      /^SCATTER: the shapes \[3\] and \[2\]/,
    ],
  ])('%s', (_, make, message) => {
    expect(() => void make()).toThrow(message);
  });

  it.each([
    [
      [3, 1],
      [3, 3],
    ],
    [[2], [3]],
    [[0, 2], [0]],
    [[], [2]],
    [
      [4, 5],
      [10, 3],
    ],
  ])('shapes of unequal size have no common segments: %j and %j', (from, to) => {
    expect(() => segments(from, to)).toThrow('different numbers of elements');
  });
});

describe('the operator that was called is named, and at the call', () => {
  const { nn, ones } = whorl;
  const F = nn.functional;
  it.each<[string, () => unknown, RegExp]>([
    ['linear', () => F.linear(ones(2, 2), ones(2, 2), ones(3)), /^linear: .*\[3\].*\[2, 2\]/],
    [
      'bilinear',
      () => F.bilinear(ones(1, 3), ones(1, 3), ones(2, 3, 3), ones(4)),
      /^bilinear: .*\[4\].*\[1, 2\]/,
    ],
  ])('%s', (_, call, message) => {
    expect(() => void call()).toThrow(message);
    // what was refused is nobody's: the next read of something else is not disturbed
    expect(ones(2).sum().itemSync()).toBe(2);
  });
});
