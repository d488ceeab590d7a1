// Selecting gives what sorting gives: the first places of the stable order, and the one at a rank.

import { describe, expect, it } from 'vitest';
import { firstOfRow, placeOfRank } from '../../../src/operators/order/select-row.js';
import { sortRow } from '../../../src/operators/order/sort-row.js';
import type { TypedArray } from '../../../src/graph/dtype.js';

const size = 3000;
const numbers = Array.from({ length: size }, (_, i) => Math.sin(i * i) * 40);
const odd = [NaN, -0, 0, Infinity, -Infinity, NaN, -1e-40, 1e-40];
const rows: Record<string, TypedArray> = {
  float32: Float32Array.from([...odd, ...numbers]),
  'float32 with many ties': Float32Array.from(numbers, (x) => Math.round(x / 8)),
  'float32, all equal': new Float32Array(size).fill(2),
  'float32, ascending': Float32Array.from({ length: size }, (_, i) => i),
  'float32, descending': Float32Array.from({ length: size }, (_, i) => -i),
  float64: Float64Array.from([...odd, ...numbers]),
  int32: Int32Array.from(numbers, (x) => x * 5e7),
  int64: BigInt64Array.from(numbers, (x) => BigInt(Math.round(x)) << 40n),
  uint8: Uint8Array.from(numbers, (x) => x + 100),
};

describe.each(Object.entries(rows))('%s', (_, row) => {
  const sorted = (descending: boolean): BigInt64Array => {
    const order = new BigInt64Array(row.length);
    sortRow(row, order, descending);
    return order;
  };

  it.each([1, 10, 64, 65, 700, row.length])('the first %d are those of the sort', (count) => {
    for (const descending of [false, true]) {
      const first = new BigInt64Array(count);
      firstOfRow(row, first, descending);
      expect(first).toEqual(sorted(descending).slice(0, count));
    }
  });

  it('the one at a rank is that of the sort', () => {
    const order = sorted(false);
    for (const rank of [0, 5, 63, 64, 1500, row.length - 1]) {
      expect(BigInt(placeOfRank(row, rank))).toBe(order[rank]);
    }
  });
});
