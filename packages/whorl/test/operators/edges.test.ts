// Ordinary calls at the edges of what a dtype or a shape can do; the numbers are PyTorch's.

import { describe, expect, it } from 'vitest';
import { whorl } from '../loose.js';
import { refused } from '../refused.js';

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

describe('what PyTorch refuses by its dtype or shape', () => {
  const flags = (...shape: number[]) => ones(shape, { dtype: 'bool' });
  const { conv1d, convTranspose1d, adaptiveAvgPool3d } = nn.functional;
  const none = /^\w+: not implemented for bool tensors/;
  refused([
    ['members among booleans', () => whorl.isin(tensor([1]), flags(2)), none],
    ['a boolean as the only member', () => whorl.isin(tensor([1]), true), none],
    ['an integral of booleans', () => whorl.trapezoid(flags(3)), none],
    ['an integral over booleans', () => whorl.cumulativeTrapezoid(ones(2), flags(2)), none],
    ['slopes of booleans', () => whorl.gradient(flags(3)), none],
    ['slopes of bytes', () => whorl.gradient(ones(3, uint8)), /^gradient: .* uint8/],
    ['a cross product of booleans', () => flags(3).cross(flags(3)), none],
    ['addcmul of booleans', () => flags(2).addcmul(flags(2), flags(2)), none],
    ['a linear map of booleans', () => nn.functional.linear(flags(2, 2), flags(2, 2)), none],
    ['a convolution of booleans', () => conv1d(flags(1, 1, 2), flags(1, 1, 2)), none],
    ['a boolean exponent of 2', () => ones(2).ldexp(flags(2)), none],
    ['booleans between booleans', () => flags(2).clamp(flags(2), flags(2)), none],
    ['lerp of whole numbers', () => ones(2, int32).lerp(ones(2, int32), 0.5), /^lerp: .* int32/],
    ['a boolean alpha', () => ones(2).add(1, { alpha: true }), /^add: Boolean alpha/],
    ['a byte to a power beyond it', () => ones(2, uint8).pow(300), /^pow: 300 .* uint8/],
    ['int32 to a power beyond it', () => ones(2, int32).pow(2n ** 40n), /^pow: .* int32/],
    ['int32 places to fill', () => ones(3).indexFill(0, tensor([0], int32), 1), /dtype int64/],
    ['int32 places to copy to', () => ones(3).indexCopy(0, tensor([0], int32), ones(1)), /int64/],
    ['a fill of nothing', () => zeros(0, 2).indexFill(0, tensor([0n]), 1), /no index is within/],
    ['a copy into nothing', () => zeros(0).indexCopy(0, tensor([0n]), ones(1)), /no index is/],
    ['a second dimension of a number', () => tensor(1).movedim(0, 1), /^movedim: Dimension out/],
    ['the parts of a number', () => tensor(1).unflatten(0, [1, 1]), /^unflatten: a 0-d tensor/],
    [
      'an image of no size',
      () => conv1d(zeros(1, 1, 0), ones(1, 1, 1), { padding: 1 }),
      /only zero/,
    ],
    ['one to grow from', () => convTranspose1d(zeros(1, 1, 0), ones(1, 1, 3)), /only zero/],
    ['pools without channels', () => adaptiveAvgPool3d(zeros(1, 0, 4, 4, 4), 2), /expected 4D/],
    [
      'a line that begins below a byte',
      () => linspace(-2.5, 3.5, 7, uint8),
      /^linspace: -2.5 .* uint8/,
    ],
    ['a fraction below a byte', () => ones(2, uint8).fill_(-1.5), /^fill_: -1.5 .* uint8/],
  ]);
});

describe('what PyTorch answers although there is next to nothing to compute with', () => {
  const flags = (...shape: number[]) => zeros(shape, { dtype: 'bool' });
  const answers: [string, () => any, unknown][] = [
    ['booleans from below', () => tensor([true, false]).clamp(tensor([true, true])), [true, true]],
    ['booleans from above', () => tensor([true, false]).clamp(null, flags(2)), [false, false]],
    [
      'a power 0 of whole numbers',
      () => ones(2, 2, int32).matrixPower(0),
      [
        [1, 0],
        [0, 1],
      ],
    ],
    [
      'a power 2 of whole numbers',
      () => ones(2, 2, int32).matrixPower(2),
      [
        [2, 2],
        [2, 2],
      ],
    ],
    ['a product over nothing', () => flags(2, 0).matmul(flags(0, 1)), [[false], [false]]],
    ['the transpose of a number', () => tensor(1).mT, 1],
    ['none of a number', () => tensor(1).topk(0).values, 1],
    ['no channels', () => nn.functional.adaptiveAvgPool2d(zeros(1, 0, 2, 2), 1), [[]]],
    ['a variance of nothing', () => zeros(0).var({ correction: -1 }), Number.NaN],
    ['deviations of nothing', () => zeros(1, 0).std(1, { correction: -1 }), [Number.NaN]],
    ['an integral of no bytes', () => whorl.trapezoid(zeros(0, uint8)), 0],
  ];
  it.each(answers)('%s', async (_, run, value) => {
    expect(await run().toArray()).toEqual(value);
  });
});

describe('bytes', () => {
  const bytes = (...values: number[]) => tensor(values, uint8);

  it('lie on a line that falls, and on one whose end wraps', async () => {
    expect(await linspace(200, 10, 7, uint8).toArray()).toEqual([200, 168, 136, 105, 73, 41, 10]);
    expect(await linspace(1, -1, 4, uint8).toArray()).toEqual([1, 85, 170, 255]);
    expect(await whorl.logspace(1, -1, 4, 10, uint8).toArray()).toEqual([10, 0, 0, 0]);
  });

  it('are added in pairs, which wrap, before they are integrated', async () => {
    const y = bytes(200, 100, 250);
    expect(await whorl.trapezoid(y).item()).toBe(453);
    expect(await whorl.trapezoid(y, tensor([0, 1, 5])).item()).toBe(210);
    expect(await whorl.trapezoid(y, { dx: 2 }).item()).toBe(906);
    expect(await whorl.cumulativeTrapezoid(y).toArray()).toEqual([22, 69]);
  });
});

describe('gradients at edges', () => {
  const tracked = (values: unknown) => tensor(values, { requiresGrad: true });
  const gradient = async (x: any, run: (x: any) => any) =>
    whorl.grad(run(x).sum(), [x])[0].toArray();

  it('of cdist: each of the farthest has all of it', async () => {
    const x = tracked([[1, -2, 2]]);
    const to = (y: any) => whorl.cdist(y, zeros(1, 3), Infinity);
    expect(await gradient(x, to)).toEqual([[0, -1, 1]]);
  });

  it('of a truncated quotient: 0 beside NaN, too', async () => {
    const x = tracked([1, Number.NaN, 0]);
    const by = tensor([Number.NaN, 2, 0]);
    expect(await gradient(x, (y) => y.div(by, { roundingMode: 'trunc' }))).toEqual([0, 0, 0]);
  });

  it('of a copied sign: NaN of NaN and of infinity, 0 of 0', async () => {
    const x = tracked([Number.NaN, Infinity, 0, 3, -3]);
    const signs = tensor([1, 1, 1, -1, -1]);
    expect(await gradient(x, (y) => y.copysign(signs))).toEqual([NaN, NaN, 0, -1, 1]);
    expect(await gradient(tracked([1, 2]), (y) => ones(2, int32).copysign(y))).toEqual([0, 0]);
  });

  it.each(['median', 'nanmedian', 'diag', 'diagflat', 'diagEmbed'])(
    '%s of nothing',
    async (name) => {
      expect(await gradient(tracked([]), (y) => y[name]())).toEqual([]);
    },
  );
});

it('a smoothed cross-entropy whose weights add up to 0 is NaN', async () => {
  const [scores, target] = [ones(2, 2), tensor([0n, 1n])];
  for (const weight of [zeros(2), tensor([1, -1])]) {
    const options = { weight, labelSmoothing: 0.1 };
    expect(await nn.functional.crossEntropy(scores, target, options).item()).toBeNaN();
  }
});

it.each(['signbit', 'isreal', 'frexp'])('%s keeps the order of the axes', (name) => {
  const results = [zeros(3, 4).t()[name]()].flatMap((r) =>
    r.mantissa ? [r.mantissa, r.exponent] : r,
  );
  for (const result of results) expect(result.stride()).toEqual([1, 4]);
});

describe('a write at a computed index that is out of bounds', () => {
  const index = () => tensor([0n, 7n, 1n]).add(0n);
  it.each(['scatter_', 'scatterAdd_', 'indexAdd_', 'indexCopy_'])(
    '%s: read for somebody else, it leaves the values of before for good',
    async (name) => {
      const [x, other] = [ones(3), ones(2).add(1)];
      const reader = x.mul(7);
      x[name](0, index(), tensor([5, 6, 7]));
      await expect(other.toArray()).rejects.toThrow(/index out of range/);
      x.mul_(2);
      expect(await ones(2).add(3).toArray()).toEqual([4, 4]);
      expect(await x.toArray()).toEqual([2, 2, 2]);
      expect(await reader.toArray()).toEqual([7, 7, 7]);
    },
  );
});

it('what is put into one of several windows that overlap shows there alone', async () => {
  const put = zeros(4).unfold(0, 3, 1).selectScatter(ones(3), 0, 1);
  expect(await put.toArray()).toEqual([
    [0, 0, 0],
    [1, 1, 1],
  ]);
});
