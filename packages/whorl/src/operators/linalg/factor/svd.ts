// Singular values and vectors of one matrix, by rotations of its columns (one-sided Jacobi), in
// double.
// in:  [m, n]     out: A = U diag(s) V^T with k = min(m, n) columns, s descending

export interface Singular {
  /** [m, k] */
  readonly u: Float64Array;
  /** [k] */
  readonly s: Float64Array;
  /** [n, k] */
  readonly v: Float64Array;
}

/**
 * Hestenes' method: pairs of columns are turned in their plane until all are orthogonal. What is
 * left are the vectors of U, as long as the singular values are large; the turns together are V.
 */
export function singular(a: Float64Array, m: number, n: number): Singular {
  if (m < n) {
    const { u, s, v } = singular(transposed(a, m, n), n, m);
    return { u: v, s, v: u };
  }
  // columns as rows: rotations then run along memory
  const columns = transposed(a, m, n);
  const turns = new Float64Array(n * n);
  for (let i = 0; i < n; i++) turns[i * n + i] = 1;
  for (let sweep = 0; sweep < 60; sweep++) if (!rotateAll(columns, turns, m, n)) break;
  return sorted(columns, turns, m, n);
}

export function transposed(a: Float64Array, m: number, n: number): Float64Array {
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[j * m + i] = a[i * n + j]!;
  return out;
}

/** Makes each pair of columns orthogonal once; whether one still was not. */
function rotateAll(columns: Float64Array, turns: Float64Array, m: number, n: number): boolean {
  let rotated = false;
  for (let p = 0; p < n - 1; p++) {
    for (let q = p + 1; q < n; q++) {
      let [alpha, beta, gamma] = [0, 0, 0];
      for (let i = 0; i < m; i++) {
        const [x, y] = [columns[p * m + i]!, columns[q * m + i]!];
        alpha += x * x;
        beta += y * y;
        gamma += x * y;
      }
      if (Math.abs(gamma) <= 1e-15 * Math.sqrt(alpha * beta) || gamma === 0) continue;
      rotated = true;
      // t: the tangent of the smaller of the angles that make the pair orthogonal
      const zeta = (beta - alpha) / (2 * gamma);
      const t = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
      const c = 1 / Math.sqrt(1 + t * t);
      rotate(columns, m, p, q, c, c * t);
      rotate(turns, n, p, q, c, c * t);
    }
  }
  return rotated;
}

/** Turns two rows in their plane; c and s are the angle's cosine and sine. */
function rotate(
  rows: Float64Array,
  width: number,
  p: number,
  q: number,
  c: number,
  s: number,
): void {
  for (let i = 0; i < width; i++) {
    const [x, y] = [rows[p * width + i]!, rows[q * width + i]!];
    rows[p * width + i] = c * x - s * y;
    rows[q * width + i] = s * x + c * y;
  }
}

/** Lengths in descending order, the vectors with them. */
function sorted(columns: Float64Array, turns: Float64Array, m: number, n: number): Singular {
  const lengths = Array.from({ length: n }, (_, j) =>
    Math.hypot(...columns.subarray(j * m, (j + 1) * m)),
  );
  const order = lengths.map((_, j) => j).sort((a, b) => lengths[b]! - lengths[a]!);
  const left: Float64Array[] = [];
  const s = new Float64Array(n);
  const v = new Float64Array(n * n);
  // a column as short as this is rounding errors, and points nowhere
  const least = (lengths[order[0] ?? 0] ?? 0) * 1e-14;
  order.forEach((j, k) => {
    const length = lengths[j]!;
    s[k] = length;
    const vector = columns.slice(j * m, (j + 1) * m);
    left.push(length > least ? vector.map((x) => x / length) : completed(left, m));
    for (let i = 0; i < n; i++) v[i * n + k] = turns[j * n + i]!;
  });
  const u = new Float64Array(m * n);
  left.forEach((vector, k) => {
    for (let i = 0; i < m; i++) u[i * n + k] = vector[i]!;
  });
  return { u, s, v };
}

/**
 * A unit vector orthogonal to those there are: the unit vector that is furthest from them, cleaned
 * twice.
 */
function completed(basis: readonly Float64Array[], m: number): Float64Array {
  let best = new Float64Array(m);
  let length = 0;
  for (let axis = 0; axis < m && length < 0.5; axis++) {
    const vector = new Float64Array(m);
    vector[axis] = 1;
    for (let pass = 0; pass < 2; pass++) {
      for (const other of basis) {
        let along = 0;
        for (let i = 0; i < m; i++) along += other[i]! * vector[i]!;
        for (let i = 0; i < m; i++) vector[i]! -= along * other[i]!;
      }
    }
    const own = Math.hypot(...vector);
    if (own > length) [best, length] = [vector, own];
  }
  return best.map((x) => x / length);
}
