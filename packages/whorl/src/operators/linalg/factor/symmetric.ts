// Eigenvalues and eigenvectors of one symmetric matrix by Jacobi's rotations, and Cholesky's
// factor; in double.
// in:  [n, n], of which one half is looked at     out: values ascending, vectors as columns; L with
// A = L L^T

export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** The full matrix from its lower (or upper) half. */
export function mirrored(a: Float64Array, n: number, upper: boolean): Float64Array {
  const full = a.slice();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (upper) full[i * n + j] = full[j * n + i]!;
      else full[j * n + i] = full[i * n + j]!;
    }
  }
  return full;
}

/**
 * Jacobi's method: plane after plane is turned so that one element beside the diagonal vanishes.
 * Few sweeps over all planes do; 60 end what does not converge, such as NaN.
 */
export function eigen(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice();
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  for (let sweep = 0; sweep < 60 && offDiagonal(a, n); sweep++) {
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) annihilate(a, vectors, n, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort(
    (i, j) => a[i * n + i]! - a[j * n + j]!,
  );
  const sorted = new Float64Array(n * n);
  order.forEach((from, to) => {
    for (let i = 0; i < n; i++) sorted[i * n + to] = vectors[i * n + from]!;
  });
  return { values: Float64Array.from(order, (i) => a[i * n + i]!), vectors: sorted };
}

/** Whether something beside the diagonal is left that matters. */
function offDiagonal(a: Float64Array, n: number): boolean {
  let [off, all] = [0, 0];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      all += a[i * n + j]! ** 2;
      if (i !== j) off += a[i * n + j]! ** 2;
    }
  }
  return off > all * 1e-32;
}

/** Turns the plane of p and q so that a[p][q] becomes 0. */
function annihilate(a: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q]!;
  if (apq === 0) return;
  // t: the tangent of the smaller of the two angles; with the larger one sweeps may not converge
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  const turn = (m: Float64Array, i: number, j: number) => {
    const [x, y] = [m[i]!, m[j]!];
    m[i] = c * x - s * y;
    m[j] = s * x + c * y;
  };
  for (let k = 0; k < n; k++) turn(a, k * n + p, k * n + q);
  for (let k = 0; k < n; k++) turn(a, p * n + k, q * n + k);
  for (let k = 0; k < n; k++) turn(vectors, k * n + p, k * n + q);
}

/**
 * Writes the lower triangular L with A = L L^T. Throws where A is not positive definite. What is
 * NaN is not positive either.
 */
export function choleskyInto(a: Float64Array, n: number, out: Float64Array): void {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let value = a[i * n + j]!;
      for (let k = 0; k < j; k++) value -= out[i * n + k]! * out[j * n + k]!;
      if (i > j) {
        out[i * n + j] = value / out[j * n + j]!;
      } else if (value > 0) {
        out[i * n + i] = Math.sqrt(value);
      } else {
        throw new Error(
          'cholesky: the factorization could not be completed because the input is not ' +
            `positive-definite (the leading minor of order ${i + 1} is not positive-definite)`,
        );
      }
    }
  }
}
