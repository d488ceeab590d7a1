// LU factorisation with partial pivoting of one matrix, in double; solving and inverting with it.
// in:  row-major numbers     out: factors, solutions

export interface Factors {
  /** L below the diagonal (its ones left out), U on and above it: [m, n] */
  readonly lu: Float64Array;
  /** row i of the factors was row order[i] of the matrix */
  readonly order: number[];
  /** 1 or -1: whether the number of row swaps is even */
  readonly sign: number;
}

/**
 * Factors [m, n]; a column without a pivot is passed over. Gauss: the largest number of a column is
 * swapped up, so that no factor is above 1.
 */
export function factorise(a: Float64Array, m: number, n: number): Factors {
  const lu = a.slice();
  const order = Array.from({ length: m }, (_, i) => i);
  let sign = 1;
  for (let k = 0; k < Math.min(m, n); k++) {
    let best = k;
    for (let i = k + 1; i < m; i++) {
      if (Math.abs(lu[i * n + k]!) > Math.abs(lu[best * n + k]!)) best = i;
    }
    if (best !== k) {
      swapRows(lu, n, k, best);
      [order[k], order[best]] = [order[best]!, order[k]!];
      sign = -sign;
    }
    const pivot = lu[k * n + k]!;
    if (pivot === 0) continue;
    for (let i = k + 1; i < m; i++) {
      const factor = (lu[i * n + k]! /= pivot);
      if (factor === 0) continue;
      for (let j = k + 1; j < n; j++) lu[i * n + j]! -= factor * lu[k * n + j]!;
    }
  }
  return { lu, order, sign };
}

function swapRows(a: Float64Array, n: number, i: number, j: number): void {
  for (let k = 0; k < n; k++) [a[i * n + k], a[j * n + k]] = [a[j * n + k]!, a[i * n + k]!];
}

/** Writes the X with A X = B into `out`; a: [n, n], b: [n, k]. Throws where A is singular. */
export function solveInto(
  name: string,
  a: Float64Array,
  b: Float64Array,
  n: number,
  k: number,
  out: Float64Array,
): void {
  const { lu, order } = factorise(a, n, n);
  for (let i = 0; i < n; i++) {
    if (lu[i * n + i] !== 0) continue;
    throw new Error(`${name}: the solver failed because the input matrix is singular`);
  }
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < k; c++) {
      // forwards through L, whose diagonal is 1; then backwards through U
      let value = b[order[i]! * k + c]!;
      for (let j = 0; j < i; j++) value -= lu[i * n + j]! * out[j * k + c]!;
      out[i * k + c] = value;
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let c = 0; c < k; c++) {
      let value = out[i * k + c]!;
      for (let j = i + 1; j < n; j++) value -= lu[i * n + j]! * out[j * k + c]!;
      out[i * k + c] = value / lu[i * n + i]!;
    }
  }
}

/** Writes the X with A X = B for a triangular A, of which only its half is looked at. */
export function solveTriangularInto(
  a: Float64Array,
  b: Float64Array,
  n: number,
  k: number,
  upper: boolean,
  unit: boolean,
  out: Float64Array,
): void {
  for (let step = 0; step < n; step++) {
    const i = upper ? n - 1 - step : step;
    for (let c = 0; c < k; c++) {
      let value = b[i * k + c]!;
      const [from, to] = upper ? [i + 1, n] : [0, i];
      for (let j = from; j < to; j++) value -= a[i * n + j]! * out[j * k + c]!;
      out[i * k + c] = unit ? value : value / a[i * n + i]!;
    }
  }
}

/** The identity of n rows. */
export function identity(n: number): Float64Array {
  const eye = new Float64Array(n * n);
  for (let i = 0; i < n; i++) eye[i * n + i] = 1;
  return eye;
}

/**
 * The logarithm of |det|, and the sign of det (0 where it is 0). A sum of logarithms, since the
 * product of many pivots leaves the range.
 */
export function logDeterminant(a: Float64Array, n: number): { sign: number; log: number } {
  const { lu, sign } = factorise(a, n, n);
  let result = sign;
  let log = 0;
  for (let i = 0; i < n; i++) {
    const pivot = lu[i * n + i]!;
    result *= Math.sign(pivot);
    log += Math.log(Math.abs(pivot));
  }
  return { sign: result, log };
}

/** The product of the pivots; each swap of rows turns its sign. */
export function determinant(a: Float64Array, n: number): number {
  const { lu, sign } = factorise(a, n, n);
  let product = sign;
  for (let i = 0; i < n; i++) product *= lu[i * n + i]!;
  return product;
}
