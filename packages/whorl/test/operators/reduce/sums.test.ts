// Sums of very many numbers: the order that a node carries keeps them right.

import { afterAll, describe, expect, it } from 'vitest';
import { type DeviceName, useDevice } from '../../devices/default.js';
import { whorl } from '../../loose.js';

const tenth = Math.fround(0.1);
const count = 4_000_000;

describe.each(['cpu', 'reference'] as DeviceName[])('4,000,000 x 0.1 on %s', (device) => {
  afterAll(() => void useDevice('cpu'));

  it.each([
    ['a row', [count], undefined],
    ['a matrix, all of it', [2000, 2000], undefined],
    ['a column', [count, 1], 0],
    ['the last axis', [1, count], 1],
  ])('sum right to 1e-6: %s', (_, shape, dim) => {
    useDevice(device);
    const x = whorl.tensor(new Float32Array(count).fill(tenth), { shape });
    const sum = dim === undefined ? x.sum() : x.sum(dim);
    const mean = dim === undefined ? x.mean() : x.mean(dim);
    expect(Math.abs(sum.dataSync()[0] / (count * tenth) - 1)).toBeLessThan(1e-6);
    expect(Math.abs(mean.dataSync()[0] / tenth - 1)).toBeLessThan(1e-6);
  });
});
