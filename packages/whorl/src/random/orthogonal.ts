// nn.init.orthogonal_: the orthogonal factor of a normal matrix.
// in:  a shape, a gain     out: the array: orthonormal rows or columns, times the gain
//
// PyTorch asks LAPACK in float32; this is Householder's method in double, which agrees to about
// 1e-6 and at worst 1e-5.

import { fillNormal } from './normal.js';
import { roundingOf } from './elements.js';
import type { FloatArray } from './elements.js';
import type { Generator } from './generator.js';

/**
 * nn.init.orthogonal_ (Saxe et al. 2013) on row-major memory of `shape`, whose trailing dimensions
 * count as one. Throws for fewer than two dimensions.
 */
export function fillOrthogonal(
  out: FloatArray,
  generator: Generator,
  shape: readonly number[],
  gain = 1,
): void {
  if (shape.length < 2) throw new Error('Only tensors with 2 or more dimensions are supported');
  if (out.length === 0) return;
  const rows = shape[0];
  const cols = out.length / rows;
  fillNormal(out, generator);
  const isWide = rows < cols;
  const m = isWide ? cols : rows;
  const n = isWide ? rows : cols;
  const q = orthonormalColumns(columnsOf(out, m, n, isWide), m, n);
  const round = roundingOf(out);
  const scale = round(gain);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < m; i++) out[isWide ? j * m + i : i * n + j] = round(q[j * m + i]) * scale;
  }
}

/** The tall [m, n] matrix by columns; a wide one is read transposed. */
function columnsOf(values: FloatArray, m: number, n: number, isWide: boolean): Float64Array {
  if (isWide) return Float64Array.from(values);
  const columns = new Float64Array(m * n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) columns[j * m + i] = values[i * n + j];
  return columns;
}

/** Q of the QR factorisation whose R has a positive diagonal, by columns. Overwrites `a`. */
function orthonormalColumns(a: Float64Array, m: number, n: number): Float64Array {
  const signs = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const column = a.subarray(k * m, (k + 1) * m);
    signs[k] = makeReflector(column, k);
    for (let j = k + 1; j < n; j++) reflect(column, a.subarray(j * m, (j + 1) * m), k);
  }
  const q = new Float64Array(m * n);
  for (let j = 0; j < n; j++) {
    const column = q.subarray(j * m, (j + 1) * m);
    column[j] = signs[j];
    for (let k = n - 1; k >= 0; k--) reflect(a.subarray(k * m, (k + 1) * m), column, k);
  }
  return q;
}

/** Turns column[k..] into the unit vector of its reflector; returns the sign of R's diagonal. */
function makeReflector(column: Float64Array, k: number): number {
  let square = 0;
  for (let i = k; i < column.length; i++) square += column[i] * column[i];
  const norm = Math.sqrt(square);
  if (norm === 0) return 0;
  const diagonal = column[k] > 0 ? -norm : norm;
  column[k] -= diagonal;
  let length = 0;
  for (let i = k; i < column.length; i++) length += column[i] * column[i];
  length = Math.sqrt(length);
  for (let i = k; i < column.length; i++) column[i] /= length;
  return Math.sign(diagonal);
}

/** target - 2 v (v . target), over the rows from k on. */
function reflect(v: Float64Array, target: Float64Array, k: number): void {
  let dot = 0;
  for (let i = k; i < v.length; i++) dot += v[i] * target[i];
  dot *= 2;
  for (let i = k; i < v.length; i++) target[i] -= dot * v[i];
}
