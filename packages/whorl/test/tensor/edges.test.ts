// Ordinary calls at the edges of what a dtype or a shape can do; the numbers are PyTorch's.

import { describe, expect, it } from 'vitest';
import { whorl } from '../loose.js';
import { refused } from './refused.js';

const { arange, linalg, linspace, nn, ones, slice, tensor, tensordot, zeros } = whorl;
const [int32, int64, uint8] = (['int32', 'int64', 'uint8'] as const).map((dtype) => ({ dtype }));

describe('powers of whole numbers that overflow go on modulo the width', () => {
  it('in 32 bits', async () => {
    const bases = tensor([-7, 3, 2, 0, -(2 ** 31)], int32);
    const powers = bases.pow(tensor([255, 300, 31, 0, 1], int32));
    expect(await powers.toArray()).toEqual([-616617399, -597940623, -2147483648, 1, -2147483648]);
    expect(await bases.pow(300).toArray()).toEqual([-35996895, -597940623, 0, 0, 0]);
  });

  it('in 64 bits', async () => {
    const bases = tensor([9n, -3n, 2n, 2n ** 53n + 1n], int64);
    const powers = bases.pow(tensor([300n, 2n ** 40n + 1n, 64n, 2n ** 53n + 1n], int64));
    const bits = [5424671701499493857n, 5135550532504518653n, 0n, 9007199254740993n];
    expect([...(await powers.data())]).toEqual(bits);
  });

  it('in a byte', async () => {
    const powers = tensor([0, 2, 7, 255, 128], uint8).pow(tensor([128, 128, 129, 255, 64], uint8));
    expect(await powers.toArray()).toEqual([0, 0, 7, 255, 0]);
  });
});

describe('a bound that the dtype cannot hold', () => {
  const bytes = () => tensor([0, 1, 5], uint8);

  it('bounds nothing on the far side', async () => {
    expect(await bytes().clamp(-1, 1).toArray()).toEqual([0, 1, 1]);
    expect(await bytes().clamp(2, 300).toArray()).toEqual([2, 2, 5]);
    expect(await bytes().clampMin(-1).toArray()).toEqual([0, 1, 5]);
    expect(
      await tensor([-4, 7], int32)
        .clampMax(2 ** 40)
        .toArray(),
    ).toEqual([-4, 7]);
  });

  refused([
    ['a min above all', () => bytes().clamp(300), /^clamp: min value 300 .*uint8, 0 to 255/],
    ['a max below all', () => bytes().clampMax(-1), /^clampMax: max value -1 .*uint8/],
    ['of 32 bits', () => zeros(2, int32).clampMin_(2 ** 40), /^clampMin: min value 1099511627776/],
  ]);
});

it('ravel of elements with steps between them is a copy, that of contiguous ones a view', async () => {
  const grid = arange(12).reshape(3, 4);
  grid
    .at(slice(), slice(null, null, 2))
    .ravel()
    .add_(100);
  expect(await grid.sum().item()).toBe(66);
  grid.ravel().add_(1);
  expect(await grid.sum().item()).toBe(78);
  expect(
    grid
      .at(slice(), slice(null, null, 2))
      .ravel()
      .stride(),
  ).toEqual([1]);
});

it('a write that is refused leaves no error of its values to the next read', async () => {
  const flags = tensor([true, false]);
  expect(() => flags.floorDivide_(tensor([0, 5], uint8))).toThrow(/can't be cast/);
  expect(await ones(2).add(1).toArray()).toEqual([2, 2]);
});

describe('of a matrix without elements', () => {
  it.each([1, 2, Infinity, 'fro', 'nuc'])('the norm %s is 0', async (ord) => {
    for (const shape of [
      [0, 0],
      [2, 0],
      [0, 2],
    ]) {
      expect(await linalg.matrixNorm(zeros(shape), ord).item()).toBe(0);
    }
  });

  refused(
    [-1, -2, -Infinity].map((ord) => [
      `the norm ${ord} is refused`,
      () => linalg.matrixNorm(zeros(0, 0), ord),
      /to have non-zero size/,
    ]),
  );

  it('the edges of a histogram go from 0 to 1', async () => {
    const [, edges] = zeros(0).histogram(4);
    expect(await edges.toArray()).toEqual([0, 0.25, 0.5, 0.75, 1]);
  });
});

describe('what PyTorch has no kernel for is refused at the call', () => {
  const flags = () =>
    tensor([
      [true, false],
      [true, true],
    ]);
  const named = (call: string, run: () => unknown) =>
    [`${call} of booleans`, run, new RegExp(`^${call}: not implemented for bool tensors`)] as const;
  refused([
    ...['abs', 'floor', 'ceil', 'trunc', 'fix', 'frac', 'median', 'nanmedian'].map((name) =>
      named(name, () => (flags() as never as Record<string, () => unknown>)[name]!()),
    ),
    ...['floorDivide', 'remainder', 'fmod', 'pow', 'bitwiseLeftShift', 'bitwiseRightShift'].map(
      (name) =>
        named(name, () =>
          (flags() as never as Record<string, (other: unknown) => unknown>)[name]!(flags()),
        ),
    ),
    named('div', () => flags().div(flags(), { roundingMode: 'floor' })),
    named('inner', () => flags().inner(flags())),
    named('tensordot', () => tensordot(flags(), flags())),
    ['a range', () => arange(3, { dtype: 'bool' }), /^arange: not implemented for bool/],
    ['a line', () => linspace(0, 1, 3, { dtype: 'bool' }), /^linspace: not implemented for bool/],
    named('kthvalue', () => flags().kthvalue(1)),
    named('lerp', () => flags().lerp(flags(), 0.5)),
    named('cumsum', () => flags().cumsum_(0)),
    named('cumprod', () => ones(2).cumprod(0, { dtype: 'bool' })),
    ['frac of whole numbers', () => ones(2, int32).frac(), /^frac: not implemented for int32/],
    ['a mean in bool', () => ones(2).mean(0, { dtype: 'bool' }), /^mean: expected a floating/],
    ['a mean in int64', () => ones(2).nanmean(0, int64), /^nanmean: expected a floating/],
    [
      'an index into nothing',
      () => zeros(0, 4).scatterAdd(0, zeros(2, 3, int64).add(0), ones(2, 3)),
      /^scatterAdd: no index is within bounds for dimension 0 with size 0/,
    ],
  ]);
});

describe('a layer without enough to compute with is refused', () => {
  const { avgPool3d, groupNorm } = nn.functional;
  refused([
    [
      'one value a group',
      () => groupNorm(zeros(1, 3), 3),
      /^groupNorm: expected more than 1 value/,
    ],
    [
      'a kernel that only the padding holds',
      () => avgPool3d(zeros(1, 1, 2, 2, 2), 3, { padding: 1 }),
      /^avgPool3d: input image .* smaller than kernel size/,
    ],
  ]);

  it('in two dimensions the padding counts, and several rows make a group', () => {
    expect(nn.functional.avgPool2d(zeros(1, 1, 2, 2), 3, { padding: 1 }).shape[2]).toBe(1);
    expect(groupNorm(zeros(2, 3), 3).shape).toEqual([2, 3]);
  });
});
