// What stands on singular values: pinv, matrixRank, lstsq.
// in:  matrices [*, m, n], tolerances     out: pseudo-inverses, ranks, least-squares solutions

import { namedResults } from '../../tensor/named-results.js';
import { reaching } from '../../autograd/paths.js';
import { add, binary, cast, constant, mul, sub, unary } from '../../graph/build.js';
import { broadcastTo, reshape } from '../../graph/movement.js';
import type { Node } from '../../graph/node.js';
import { define, method } from '../../tensor/define.js';
import { showShape } from '../../tensor/dims.js';
import { dataSync } from '../../tensor/read.js';
import { reduceNode, untracked } from '../reduce/reduce.js';
import { fromNode, Tensor } from '../../tensor/tensor.js';
import { eigenvalues, singularValues } from './decompositions.js';
import { singular } from './factor/svd.js';
import {
  batched,
  batchOf,
  columnsOf,
  demandMatrix,
  demandSquare,
  derived,
  product,
  rowsOf,
  transpose,
} from './matrices.js';
import { together } from './solving.js';
import type { Shape } from '../../tensor/types/shape.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    pinverse<T extends Tensor>(this: T, rcond?: number): Tensor<Shape, T['dtype']>;
  }
}

export interface ToleranceOptions {
  /** what counts as 0: singular values up to atol, or up to rtol times the largest */
  atol?: number | Tensor | null;
  rtol?: number | Tensor | null;
  hermitian?: boolean;
}

const epsilonOf = (dtype: string): number => (dtype === 'float64' ? 2 ** -52 : 2 ** -23);

/** Both tolerances as nodes of the batch's shape. */
function tolerances(a: Node, { atol, rtol }: ToleranceOptions): { atol: Node; rtol: Node } {
  const batch = batchOf(a);
  const laid = (value: number | Tensor) =>
    value instanceof Tensor
      ? broadcastTo(cast(untracked(value.node), a.dtype), batch)
      : constant(value, a.dtype, batch);
  const absolute = laid(atol ?? 0);
  const usual = Math.max(rowsOf(a), columnsOf(a)) * epsilonOf(a.dtype);
  if (rtol != null) return { atol: absolute, rtol: laid(rtol) };
  // an absolute tolerance alone turns the usual relative one off
  return { atol: absolute, rtol: laid(typeof atol === 'number' && atol > 0 ? 0 : usual) };
}

function pinvNode(a: Node, options: ToleranceOptions): Node {
  const [m, n] = [rowsOf(a), columnsOf(a)];
  const { atol, rtol } = tolerances(a, options);
  const node = batched(
    `pinv ${m} ${n}`,
    batchOf(a),
    [n, m],
    [a, atol, rtol],
    ([matrix, least, share], out) => {
      const { u, s, v } = singular(matrix!, m, n);
      const limit = Math.max(least![0]!, share![0]! * (s[0] ?? 0));
      for (let k = 0; k < s.length; k++) {
        if (!(s[k]! > limit)) continue;
        for (let i = 0; i < n; i++) {
          const factor = v[i * s.length + k]! / s[k]!;
          for (let j = 0; j < m; j++) out[i * m + j]! += factor * u[j * s.length + k]!;
        }
      }
    },
  );
  return derived('pinv', node, [a], (g, y) => [pinvGradient(g, y, a)]);
}

/** Golub and Pereyra's derivative, for matrices of constant rank; the smaller side first. */
function pinvGradient(g: Node, y: Node, a: Node): Node {
  const [turned, back] = [transpose(g), transpose(y)];
  if (rowsOf(a) <= columnsOf(a)) {
    const k = product(turned, y);
    const kb = product(k, back);
    const first = sub(kb, transpose(product(y, k)));
    const second = sub(first, product(product(a, y), kb));
    return add(second, product(product(back, y), sub(turned, product(k, a))));
  }
  const k = product(y, turned);
  const bk = product(back, k);
  const first = sub(bk, transpose(product(k, y)));
  const second = add(first, product(product(sub(turned, product(a, k)), y), back));
  return sub(second, product(product(bk, y), a));
}

/**
 * The pseudo-inverse of each matrix: [*, m, n] gives [*, n, m]. Singular values up to max(atol,
 * rtol * largest)
 * count as 0; rtol: max(m, n) * eps by default. Source: torch.linalg.pinv.
 */
export const pinv = define(
  'linalg.pinv',
  'A | rcond hermitian * atol rtol',
  (
    x: Tensor,
    { rcond, ...options }: ToleranceOptions & { rcond?: number | Tensor | null } = {},
  ): Tensor => {
    demandMatrix('pinv', x);
    if (options.hermitian === true) demandSquare('pinv', x);
    return fromNode(pinvNode(x.node, { ...options, rtol: options.rtol ?? rcond }));
  },
);
method('pinverse', 'rcond?', (x: Tensor, rcond = 1e-15) => pinv(x, { rtol: rcond }));

/** How many singular values (eigenvalues, with hermitian) are above the tolerance. int64 [*]. */
export const matrixRank = define(
  'linalg.matrixRank',
  'A | tol hermitian * atol rtol',
  (
    x: Tensor,
    { tol, ...options }: ToleranceOptions & { tol?: number | Tensor | null } = {},
  ): Tensor => {
    demandMatrix('matrixRank', x);
    if (options.hermitian === true) demandSquare('matrixRank', x);
    const limits = tol == null ? options : { ...options, atol: tol, rtol: 0 };
    return fromNode(rankNode(untracked(x.node), limits));
  },
);

function rankNode(a: Node, options: ToleranceOptions): Node {
  const hermitian = options.hermitian === true;
  const values = hermitian ? unary('ABS', eigenvalues(a, false)) : singularValues(a);
  const last = values.shape.length - 1;
  const k = values.shape[last]!;
  if (k === 0) return constant(0, 'int64', batchOf(a));
  const { atol, rtol } = tolerances(a, options);
  const largest = reduceNode(values, 'max', [last]);
  const limit = binary('MAX', atol, mul(rtol, largest));
  const over = binary('LT', broadcastTo(reshape(limit, [...limit.shape, 1]), values.shape), values);
  return reduceNode(cast(over, 'int64'), 'sum', [last]);
}

export interface LstsqOptions {
  rcond?: number | null;
  /** which of LAPACK's answers are given: ranks (not gels), singular values (gelsd, gelss) */
  driver?: 'gels' | 'gelsy' | 'gelsd' | 'gelss' | null;
}
export interface LeastSquares extends Iterable<Tensor>, ArrayLike<Tensor> {
  readonly solution: Tensor;
  readonly residuals: Tensor;
  readonly rank: Tensor;
  readonly singularValues: Tensor;
}

/**
 * The squared lengths of A X - B per column, where there are more rows than columns and A has full
 * rank.
 */
function residualsOf(a: Node, b: Node, x: Node, rank: Node | null): Node {
  const [m, n] = [rowsOf(a), columnsOf(a)];
  const known =
    rank === null ||
    (dataSync(fromNode(rank), 'lstsq') as BigInt64Array).every((r) => Number(r) === n);
  if (m <= n || !known) return reaching(constant(0, a.dtype, [0]), [a, b]);
  const gap = sub(product(a, x), b);
  return reduceNode(mul(gap, gap), 'sum', [gap.shape.length - 2]);
}

/**
 * The X for which A X is nearest to B, the shortest of several. A: [*, m, n]; B: [*, m, k].
 * Errors: fewer than two dims, rows that do not fit. Source: torch.linalg.lstsq.
 */
export const lstsq = define(
  'linalg.lstsq',
  'A B rcond? | * driver',
  (
    a: Tensor,
    b: Tensor,
    rcond?: number | null,
    { driver = 'gelsy' }: LstsqOptions = {},
  ): LeastSquares => {
    demandMatrix('lstsq', a);
    if (b.ndim < 1) throw new Error('lstsq: input B must have at least 1 dimension');
    const vector = a.ndim - 1 === b.ndim;
    const right = vector ? reshape(b.node, [...b.shape, 1]) : b.node;
    if (rowsOf(right) !== a.shape[a.ndim - 2]) {
      throw new Error(
        `lstsq: the sizes of A and B do not fit: ${showShape(a.shape)} and ${showShape(b.shape)}`,
      );
    }
    const [p, q] = together('lstsq', a.node, right);
    const options = rcond == null ? {} : { rtol: rcond };
    const x = product(pinvNode(p, options), q);
    const solution = fromNode(vector ? reshape(x, x.shape.slice(0, -1)) : x);
    const ranked = driver !== 'gels';
    const spectral = driver === 'gelsd' || driver === 'gelss';
    const rank = ranked ? rankNode(untracked(a.node), options) : constant(0, 'int64', [0]);
    const residuals =
      driver === 'gelsy'
        ? reaching(constant(0, p.dtype, [0]), [p, q])
        : residualsOf(p, q, x, spectral ? rank : null);
    const values = spectral ? singularValues(untracked(a.node)) : constant(0, p.dtype, [0]);
    return namedResults({
      solution,
      residuals: fromNode(residuals),
      rank: fromNode(rank),
      singularValues: fromNode(values),
    });
  },
);
