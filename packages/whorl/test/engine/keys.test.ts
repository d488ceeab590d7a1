// What comes out of the engine's caches is what would be made: equal programs of other sizes, one after the other.

import { describe, expect, it } from 'vitest';
import { arange, compile, constantPadNd, slice, type Tensor } from '../../src/index.js';

const numbers = (x: Tensor): number[] => Array.from(x.dataSync() as Float32Array);
/** 1 2 3 4 5 with one 9 in front and `after` of them behind. */
const padded = (after: number): number[] => [9, 1, 2, 3, 4, 5, ...Array(after).fill(9)];
const pad = (after: number): Tensor =>
  constantPadNd(arange(1, 6).float(), [1, after], 9) as unknown as Tensor;

describe('a window of what was padded or written shows what is there, however much room it has', () => {
  const rooms = [0, 1, 5, 7, 2].flatMap((after) =>
    [0, 1, 2 + after].map((start) => [after, start] as const),
  );
  const shows: Record<string, (x: Tensor, start: number) => Tensor> = {
    narrow: (x, start) => x.narrow(0, start, 4) as Tensor,
    'at(slice)': (x, start) => x.at(slice(start, start + 4)) as Tensor,
    'narrow, compiled': (x, start) =>
      compile((y: Tensor) => (y.narrow(0, start, 4) as Tensor).mul(1))(x) as Tensor,
  };
  for (const [name, show] of Object.entries(shows)) {
    it.each(rooms)(`${name}: %i behind, from %i`, (after, start) => {
      const expected = padded(after).slice(start, start + 4);
      expect(numbers(show(pad(after), start).mul(1))).toEqual(expected);
    });
  }

  it.each(rooms)('written by a slice, %i longer, from %i', (more, start) => {
    const x = arange(0, 6 + more)
      .float()
      .sliceScatter(arange(10, 12).float(), 0, 1, 3) as Tensor;
    const expected = Array.from({ length: 6 + more }, (_, i) => (i === 1 || i === 2 ? 9 + i : i));
    expect(numbers((x.narrow(0, start, 4) as Tensor).mul(1))).toEqual(
      expected.slice(start, start + 4),
    );
  });
});
