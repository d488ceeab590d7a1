// The plane as square cells, each asked once for its class, at its middle.
// in:  the axes, a model     out: a class for each cell, rows from below

import type { Range } from './description.js';
import { classify } from './source.js';

export interface Grid {
  /** Cells in each direction. */
  readonly size: number;
  readonly x: Range;
  readonly y: Range;
  /** The class of cell (column, row) at [row * size + column]; -1 where the model gives NaN. */
  readonly classes: Int16Array;
  /** Scores of the same cells, `count` each; null where the model only tells classes. */
  readonly scores: ArrayLike<number> | null;
  readonly count: number;
}

export const cellWidth = (grid: Grid): number => (grid.x[1] - grid.x[0]) / grid.size;
export const cellHeight = (grid: Grid): number => (grid.y[1] - grid.y[0]) / grid.size;

export async function askModel(
  who: string,
  model: unknown,
  x: Range,
  y: Range,
  size: number,
): Promise<Grid> {
  const points = new Float32Array(2 * size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const at = 2 * (row * size + column);
      points[at] = x[0] + ((x[1] - x[0]) * (column + 0.5)) / size;
      points[at + 1] = y[0] + ((y[1] - y[0]) * (row + 0.5)) / size;
    }
  }
  const classified = await classify(who, model, points);
  return { size, x, y, ...classified };
}
