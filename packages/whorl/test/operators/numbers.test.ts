// Numbers of operators where several answers would be plausible: PyTorch's.

import { describe, expect, it } from 'vitest';
import {
  arange,
  grad,
  logspace,
  manualSeed,
  normal,
  ones,
  searchsorted,
  type Tensor,
  tensor,
  zeros,
} from '../../src/index.js';

const list = (x: Tensor): unknown[] => [...x.dataSync()];
const gradient = (values: number[], f: (x: Tensor) => Tensor): unknown[] => {
  const x = tensor(values, { requiresGrad: true }) as unknown as Tensor;
  (f(x).sum() as Tensor).backward();
  return list(x.grad as Tensor);
};

describe('shifts by the width or more, or by a negative number', () => {
  const distances = [0, 7, 8, 31, 32, 63, 64, -1];
  const cases = {
    int32: [
      [5, 640, 1280, -2147483648, 0, 0, 0, 0],
      [-8, -1, -1, -1, -1, -1, -1, -1],
    ],
    int64: [
      [5n, 640n, 1280n, 10737418240n, 21474836480n, -(2n ** 63n), 0n, 0n],
      [-8n, -1n, -1n, -1n, -1n, -1n, -1n, -1n],
    ],
  } as const;
  it.each(['int32', 'int64'] as const)('%s leave nothing, or the sign', (dtype) => {
    const by = tensor(distances, { dtype });
    const [left, right] = cases[dtype];
    const [five, eight] = [tensor([5], { dtype }), tensor([-8], { dtype })];
    expect(list(five.bitwiseLeftShift(by) as Tensor)).toEqual(left);
    expect(list(eight.bitwiseRightShift(by) as Tensor)).toEqual(right);
    distances.forEach((distance, i) => {
      expect(list(five.bitwiseLeftShift(distance) as Tensor)).toEqual([left[i]]);
      expect(list(eight.clone().bitwiseRightShift_(distance) as Tensor)).toEqual([right[i]]);
    });
  });

  it('bytes are gone after eight', () => {
    const x = tensor([255, 255, 255], { dtype: 'uint8' });
    const by = tensor([7, 8, 100], { dtype: 'uint8' });
    expect(list(x.bitwiseLeftShift(by) as Tensor)).toEqual([128, 0, 0]);
    expect(list(x.bitwiseRightShift(by) as Tensor)).toEqual([1, 0, 0]);
  });
});

it('arange rounds in blocks, as the vectorised kernel does', () => {
  expect(arange(0, 4, 0.1).at(9).itemSync()).toBe(0.9000000357627869);
  expect(
    arange(1, -12.334666666666665, -1 / 3)
      .at(3)
      .itemSync(),
  ).toBe(Math.fround(5.551115123125783e-17));
  expect(list(arange(0n as never, 10n as never, 4n as never) as Tensor)).toEqual([0n, 4n, 8n]);
});

it('logspace of integers cuts its ends off first', () => {
  expect(list(logspace(0.5, 2.5, 3, 10, { dtype: 'int32' }) as Tensor)).toEqual([1, 10, 100]);
});

it('histc counts every whole number into its own bin', () => {
  for (const n of [2, 10, 49, 100, 333]) {
    const counts = list((arange(n).float() as Tensor).histc(n, 0, n) as Tensor);
    expect(counts).toEqual(new Array(n).fill(1));
  }
});

it.each([
  [[1, 2], 0.5, 'nearest', 1],
  [[1, 2, 3, 4], 0.5, 'nearest', 3],
  [[1, 2, Infinity, Infinity], 1 / 3, 'linear', Infinity],
  [[1, 2, Infinity, Infinity], 1 / 3, 'lower', 2],
  [[-Infinity, -Infinity, 3, 4], 0.5, 'linear', -Infinity],
  [[Infinity], 0.7, 'linear', NaN],
  [[-Infinity, 1, Infinity], 0.25, 'midpoint', -Infinity],
  [[1, 2, 3, 4, 5, 6], 0.1, 'nearest', 2],
] as const)('the quantile of %j at %f, %s, is %f', (values, q, interpolation, wanted) => {
  expect(
    tensor([...values])
      .quantile(q, null, { interpolation })
      .itemSync(),
  ).toBe(wanted);
});

it('searchsorted puts what NaN cannot be compared with behind it', () => {
  const values = tensor([NaN, 1.5, 3, 6]);
  expect(list(searchsorted(tensor([1, NaN, 2, 5]), values) as Tensor)).toEqual([4n, 2n, 3n, 4n]);
  expect(list(searchsorted(tensor([1, 2, NaN]), values) as Tensor)).toEqual([3n, 1n, 3n, 3n]);
});

it('rows with NaN stay where sorting cannot tell them apart', async () => {
  const rows = tensor([
    [0, NaN],
    [0, 1],
    [NaN, 0],
    [2, NaN],
    [-1, NaN],
  ]) as unknown as Tensor;
  const distinct = (await rows.unique({ dim: 0 })) as Tensor;
  expect(list(distinct)).toEqual([-1, NaN, 0, NaN, NaN, 0, 0, 1, 2, NaN]);
});

it('an integer tensor has no negative powers', () => {
  const x = tensor([1n, 2n]);
  expect(() => x.pow(-2)).toThrow('Integers to negative integer powers are not allowed');
  expect(list(x.pow(tensor([-2n, -1n])) as Tensor)).toEqual([1n, 0n]);
});

it('two dtypes may be equal', async () => {
  expect(await tensor([1n, 2n]).equal(tensor([1, 2]) as never)).toBe(true);
  expect(await tensor([1.1]).equal(tensor([1.1], { dtype: 'float64' }) as never)).toBe(false);
});

it('normal draws for every element of the broadcast, and wants spreads', () => {
  manualSeed(0);
  const wide = normal(zeros(1), ones(3)) as Tensor;
  expect(list(wide).map((v) => Number(v).toFixed(4))).toEqual(['1.5410', '-0.2934', '-2.1788']);
  expect(() => normal(0, tensor([-1, 1]))).toThrow('std >= 0.0');
  expect(() => normal(0, -1, [2])).toThrow('std >= 0.0');
});

it.each([
  [[NaN, NaN, 1], NaN, 0n],
  [[1, NaN, NaN, 1], 1, 0n],
  [[NaN, 1, NaN, 2, 2], 2, 4n],
  [[3, NaN, 2, NaN, 2], 2, 2n],
  [[3, 3, 2, 2, NaN, NaN, NaN], 2, 3n],
] as const)('the mode of %j counts no NaN twice', (row, value, index) => {
  const { values, indices } = tensor([...row]).mode(0);
  expect([...list(values as Tensor), ...list(indices as Tensor)]).toEqual([value, index]);
});

describe('gradients at the edge of what is defined', () => {
  it('a second derivative of running products passes zeros', () => {
    const x = tensor([2, 0, 3], { requiresGrad: true });
    const [first] = grad(x.cumprod(0).sum(), [x], { createGraph: true });
    expect(list(first!.detach() as Tensor)).toEqual([1, 8, 0]);
    (first as Tensor).sum().backward();
    expect(list(x.grad as unknown as Tensor)).toEqual([4, 6, 2]);
  });

  it('the variance without degrees of freedom', () => {
    const f = (x: Tensor) => x.var(null, undefined, { correction: 3 }) as Tensor;
    expect(gradient([1, 2, 4], f)).toEqual([Infinity, Infinity, Infinity]);
  });

  it('digamma far below zero takes no time', () => {
    const [far, near, pole] = gradient(
      [-1e30, -2.5, -10],
      (x) => x.digamma() as Tensor,
    ) as number[];
    expect(far).toBeCloseTo(16.1221, 3);
    expect(near).toBeCloseTo(9.53924664, 5);
    expect(pole).toBe(Infinity);
    const deep = tensor([-1e9 - 0.5, -1000.3], { dtype: 'float64' }).polygamma(2);
    expect(list(deep as Tensor)[1]).toBeCloseTo(68.83754271616843, 9);
  });
});

it.each([
  [2, [4, 9, Infinity], [-4, 6, -Infinity]],
  [3, [-8, 27, -Infinity], [12, 27, Infinity]],
  [0.5, [NaN, Math.fround(Math.sqrt(3)), NaN], [NaN, 0.28867512941360474, NaN]],
  [-1, [-0.5, Math.fround(1 / 3), -0], [-0.25, -0.1111111119389534, -0]],
  [-2, [0.25, 0.1111111119389534, 0], [0.25, -0.07407407462596893, 0]],
] as const)('the power %f and its gradient have the bits of products and roots', (p, y, g) => {
  const x = tensor([-2, 3, -Infinity], { requiresGrad: true }) as unknown as Tensor;
  expect(list((x.pow(p) as Tensor).detach() as Tensor)).toEqual(y);
  (x.pow(p).sum() as Tensor).backward();
  expect(list(x.grad as Tensor)).toEqual(g);
});

describe('relu', () => {
  // 37: lanes, and elements that no lane is left for
  const values = Array.from(
    { length: 37 },
    (_, i) => [-0, 0, NaN, 1, -1, Infinity, -Infinity][i % 7]!,
  );

  it.each(['float32', 'float64'] as const)('keeps -0 and NaN: %s', (dtype) => {
    const relu = Array.from(tensor(values, { dtype }).relu().dataSync(), Number);
    expect(relu).toEqual(values.map((x) => (Object.is(x, -0) ? x : Math.max(x, 0))));
  });
});
