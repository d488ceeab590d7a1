// remainder, fmod and floorDivide of any two floats are exact: JavaScript's % is C's fmod.

import { afterEach, describe, expect, it } from 'vitest';
import { type DeviceName, useDevice } from '../devices/default.js';
import { tensor } from '../../src/index.js';

let state = 7;
const random = (): number => {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return (state >>> 8) / 2 ** 24;
};

const specials = [
  ...[0, -0, 1, -1, 3, 0.1, -0.3, 5, 1e20, 1e-20, 1e-40, 2 ** 24 + 2, Infinity, -Infinity, NaN],
  ...[Number.MAX_VALUE, Number.MAX_VALUE / 3, 2 ** -1022, 5e-324, -1.5e-323, 3.4e38, 2 ** -149],
];
const wide = (): number => (random() - 0.5) * 10 ** (random() * 600 - 300);
const near = (): number => Math.round(random() * 1e6) * 0.1;

/** Every pair of specials, ratios of any size, and multiples of a tenth. */
function pairs(): { a: number[]; b: number[] } {
  const rows: [number, number][] = specials.flatMap((x) =>
    specials.map((y) => [x, y] as [number, number]),
  );
  for (let i = 0; i < 700; i++)
    rows.push([wide(), wide()], [near(), 0.1], [wide(), random() - 0.5]);
  return { a: rows.map(([x]) => x), b: rows.map(([, y]) => y) };
}

const floored = (a: number, b: number): number => {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
};

afterEach(() => useDevice('cpu'));

describe.each<DeviceName>(['cpu', 'reference'])('on %s', (device) => {
  it.each(['float64', 'float32'] as const)('fmod and remainder of %s are exact', (dtype) => {
    useDevice(device);
    const { a, b } = pairs();
    const [x, y] = [tensor(a, { dtype }), tensor(b, { dtype })];
    const [xs, ys] = [x.dataSync(), y.dataSync()];
    const round = (v: number) => (dtype === 'float32' ? Math.fround(v) : v);
    const wanted = (f: (p: number, q: number) => number) =>
      Array.from(xs, (v, i) => round(f(Number(v), Number(ys[i]))));
    expect([...x.fmod(y).dataSync()]).toEqual(wanted((p, q) => p % q));
    expect([...x.remainder(y).dataSync()]).toEqual(wanted(floored));
  });

  it('floorDivide follows the exact remainder', () => {
    useDevice(device);
    const x = tensor([100, 1e5, 5, -5, 1e20, -0, 7], { dtype: 'float64' });
    const y = tensor([0.1, 0.1, 5e-324, 5e-324, 3, 2, 0], { dtype: 'float64' });
    // PyTorch's
    const wanted = [999, 999999, Infinity, -Infinity, 1e20 / 3, -0, Infinity];
    expect([...x.floorDivide(y).dataSync()]).toEqual(wanted);
  });
});

it('an integer by -1 wraps where it is the least of its type', () => {
  const x = tensor([-(2 ** 31)], { dtype: 'int32' });
  expect([x.floorDivide(-1), x.remainder(-1), x.fmod(-1)].map((t) => t.itemSync())).toEqual([
    -(2 ** 31),
    0,
    0,
  ]);
});
