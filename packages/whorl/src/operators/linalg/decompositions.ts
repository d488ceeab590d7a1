// Factorisations: cholesky and solving with it, LU, eigenvalues of symmetric matrices, singular
// values.
// in:  batches of matrices [*, m, n]     out: factors; gradients by graph nodes over the factors

import { namedResults } from '../../tensor/named-results.js';
import { add, alias, constant, eq, sub, where } from '../../graph/build.js';
import { broadcastTo, narrow, reshape, coordinate } from '../../graph/movement.js';
import type { Node } from '../../graph/node.js';
import { define, method } from '../../tensor/define.js';
import { showShape } from '../../tensor/dims.js';
import { joined } from '../movement/join.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';
import { factorise } from './factor/lu.js';
import { choleskyInto, eigen, mirrored } from './factor/symmetric.js';
import { singular } from './factor/svd.js';
import {
  batched,
  batchOf,
  columnsOf,
  demandMatrix,
  demandSquare,
  derived,
  half,
  minus,
  opaque,
  product,
  rowsOf,
  scaleColumns,
  transpose,
  triangle,
} from './matrices.js';
import { invNode, solveNode, together, triangularNode } from './solving.js';
import type { Shape } from '../../tensor/types/shape.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    cholesky<T extends Tensor>(
      this: T,
      options?: { upper?: boolean },
    ): Tensor<T['sizes'], T['dtype']>;
    choleskyInverse<T extends Tensor>(
      this: T,
      options?: { upper?: boolean },
    ): Tensor<T['sizes'], T['dtype']>;
    choleskySolve<T extends Tensor>(
      this: T,
      factor: Tensor,
      options?: { upper?: boolean },
    ): Tensor<Shape, T['dtype']>;
  }
}

interface Upper {
  upper?: boolean;
}

/** The lower half with the diagonal halved. */
function halvedTriangle(a: Node): Node {
  const n = rowsOf(a);
  const diagonal = broadcastTo(eq(coordinate([n, n], 0), coordinate([n, n], 1)), a.shape);
  return triangle(where(diagonal, half(a), a), false);
}

/**
 * The gradient is L^-T phi(L^T g) L^-1, made symmetric, where phi takes the lower half and halves
 * its diagonal (Murray, Differentiation of the Cholesky decomposition, 2016).
 */
function choleskyNode(a: Node): Node {
  const n = rowsOf(a);
  const node = batched(`cholesky ${n}`, batchOf(a), [n, n], [a], ([m], out) =>
    choleskyInto(m!, n, out),
  );
  return derived('cholesky', node, [a], (g, l) => {
    const phi = halvedTriangle(product(transpose(l), triangle(g, false)));
    const left = triangularNode(transpose(l), phi, { upper: true });
    const both = triangularNode(l, left, { upper: false, left: false });
    return [half(add(both, transpose(both)))];
  });
}

/**
 * The lower triangular L with A = L L^T (with upper, its transpose) of each symmetric positive
 * definite A.
 * Errors: not square, not positive definite (when read). Source: torch.linalg.cholesky.
 */
export const cholesky = define(
  'linalg.cholesky',
  'A | * upper',
  (x: Tensor, { upper = false }: Upper = {}): Tensor => {
    demandSquare('cholesky', x);
    const l = choleskyNode(x.node);
    return fromNode(upper ? transpose(l) : l);
  },
);
method('cholesky', '| upper', (x: Tensor, options?: Upper) => cholesky(x, options));

/**
 * How a gradient goes to a factor L of A = L L^T (or U of U^T U) from one at A's inverse and its
 * mirror.
 */
const toFactor = (common: Node, factor: Node, upper: boolean): Node =>
  minus(upper ? product(factor, common) : product(common, factor));

const squared = (l: Node, upper: boolean): Node => {
  const half = triangle(l, upper);
  return upper ? product(transpose(half), half) : product(half, transpose(half));
};

/**
 * The inverse of A from its factor: A = L L^T, or U^T U with upper. Source: torch.cholesky_inverse.
 */
export const choleskyInverse = method(
  'choleskyInverse',
  '| upper',
  (x: Tensor, { upper = false }: Upper = {}) => {
    demandSquare('choleskyInverse', x);
    const l = x.node;
    const inverse = batchedInverse(l, upper);
    return fromNode(
      derived('choleskyInverse', inverse, [l], (g, y) => {
        const common = product(product(y, add(g, transpose(g))), y);
        return [toFactor(common, l, upper)];
      }),
    );
  },
);

function batchedInverse(l: Node, upper: boolean): Node {
  const node = invNode('choleskyInverse', squared(l, upper));
  const plain = alias(node);
  plain.history = null;
  return plain;
}

/**
 * The X with A X = B for A given by its factor. x is B. B: [*, n, k], L: [*, n, n]; batches
 * broadcast. Errors: sizes or dtypes that differ. Source: torch.cholesky_solve.
 */
export const choleskySolve = method(
  'choleskySolve',
  'L | upper',
  (x: Tensor, factor: Tensor, { upper = false }: Upper = {}) => {
    demandSquare('choleskySolve', factor);
    demandMatrix('choleskySolve', x);
    if (x.shape[x.ndim - 2] !== factor.shape[factor.ndim - 1]) {
      throw new Error(
        `choleskySolve: incompatible matrix sizes: ${showShape(x.shape)} and ` +
          showShape(factor.shape),
      );
    }
    if (x.dtype !== factor.dtype) {
      throw new Error(
        'choleskySolve: expected b and A to have the same dtype, but found b of type ' +
          `${x.dtype} and A of type ${factor.dtype}`,
      );
    }
    const [b, l] = together('choleskySolve', x.node, factor.node);
    return fromNode(solvedBy(b, l, upper));
  },
);

function solvedBy(b: Node, l: Node, upper: boolean): Node {
  const plain = alias(solveNode(squared(l, upper), b));
  plain.history = null;
  return derived('choleskySolve', plain, [b, l], (g, y) => {
    const own = solvedBy(g, l, upper);
    const outer = product(own, transpose(y));
    return [own, toFactor(add(outer, transpose(outer)), l, upper)];
  });
}

/**
 * P, L and U of one matrix, one behind the other. A host routine has one result: the three are cut
 * out of it.
 */
function packedLu(a: Node): { p: Node; l: Node; u: Node } {
  const [m, n] = [rowsOf(a), columnsOf(a)];
  const k = Math.min(m, n);
  const sizes = [m * m, m * k, k * n];
  const packed = batched(
    `lu ${m} ${n}`,
    batchOf(a),
    [sizes[0]! + sizes[1]! + sizes[2]!],
    [a],
    ([matrix], out) => {
      const { lu, order } = factorise(matrix!, m, n);
      order.forEach((from, row) => {
        out[from * m + row] = 1;
      });
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < k; j++)
          out[sizes[0]! + i * k + j] = i === j ? 1 : j < i ? lu[i * n + j]! : 0;
      }
      for (let i = 0; i < k; i++)
        for (let j = i; j < n; j++) out[sizes[0]! + sizes[1]! + i * n + j] = lu[i * n + j]!;
    },
  );
  const part = (start: number, shape: readonly number[]) => {
    const axis = packed.shape.length - 1;
    return reshape(narrow(packed, axis, start, shape[0]! * shape[1]!), [...batchOf(a), ...shape]);
  };
  return {
    p: part(0, [m, m]),
    l: part(sizes[0]!, [m, k]),
    u: part(sizes[0]! + sizes[1]!, [k, n]),
  };
}

const columns = (a: Node, from: number, to: number) =>
  narrow(a, a.shape.length - 1, from, to - from);
const rows = (a: Node, from: number, to: number) => narrow(a, a.shape.length - 2, from, to - from);

/** The gradient of A = P L U from those of L and U. */
function luGradient(
  gl: Node | null,
  gu: Node | null,
  { p, l, u }: { p: Node; l: Node; u: Node },
): Node {
  const [m, n] = [rowsOf(l), columnsOf(u)];
  const k = Math.min(m, n);
  const zeros = (like: Node) => constant(0, like.dtype, like.shape);
  const [dl, du] = [gl ?? zeros(l), gu ?? zeros(u)];
  const [l1, u1] = [rows(l, 0, k), columns(u, 0, k)];
  let below = product(transpose(l1), rows(dl, 0, k));
  let above = product(columns(du, 0, k), transpose(u1));
  if (n > k) below = sub(below, product(columns(du, k, n), transpose(columns(u, k, n))));
  if (m > k) above = sub(above, product(transpose(rows(l, k, m)), rows(dl, k, m)));
  const phi = add(triangle(below, false, true), triangle(above, true));
  const right = (x: Node) => triangularNode(transpose(u1), x, { upper: false, left: false });
  const left = (x: Node) => triangularNode(transpose(l1), x, { upper: true, unitriangular: true });
  const square = right(phi);
  const rank = phi.shape.length;
  if (n > k) return product(p, left(joined([square, columns(du, k, n)], rank - 1)));
  if (m > k) return product(p, joined([left(square), right(rows(dl, k, m))], rank - 2));
  return product(p, left(square));
}

export interface LuFactors extends Iterable<Tensor>, ArrayLike<Tensor> {
  readonly P: Tensor;
  readonly L: Tensor;
  readonly U: Tensor;
}

/**
 * A = P L U: P a permutation [m, m], L lower with ones on the diagonal [m, k], U upper [k, n].
 * Errors: fewer than two dims. Source: torch.linalg.lu.
 */
export const lu = define(
  'linalg.lu',
  'A | * pivot',
  (x: Tensor, { pivot = true }: { pivot?: boolean } = {}): LuFactors => {
    demandMatrix('lu', x);
    if (!pivot) throw new Error('lu: pivot=false is not implemented on the CPU');
    const factors = packedLu(x.node);
    const own = { p: factors.p, l: alias(factors.l), u: alias(factors.u) };
    const L = fromNode(derived('lu', own.l, [x.node], (g) => [luGradient(g, null, own)]));
    const U = fromNode(derived('lu', own.u, [x.node], (g) => [luGradient(null, g, own)]));
    const P = fromNode(factors.p);
    return namedResults({ P, L, U });
  },
);

/** Eigenvalues of symmetric matrices, ascending, as a node [*, n]. */
export function eigenvalues(a: Node, upper: boolean): Node {
  const n = rowsOf(a);
  const node = batched(`eigenvalues ${n} ${upper}`, batchOf(a), [n], [a], ([m], out) =>
    out.set(eigen(mirrored(m!, n, upper), n).values),
  );
  // V diag(g) V^T; the vectors are computed only where a gradient is
  return derived('eigvalsh', node, [a], (g) => {
    const vectors = opaque(
      'eigvalsh',
      batched(`eigenvectors ${n} ${upper}`, batchOf(a), [n, n], [a], ([m], out) =>
        out.set(eigen(mirrored(m!, n, upper), n).vectors),
      ),
      [a],
    );
    return [product(scaleColumns(vectors, g), transpose(vectors))];
  });
}

/**
 * Eigenvalues of symmetric matrices, of which the lower half ('L') or upper ('U') is looked at.
 * Ascending: [*, n, n] gives [*, n]. Errors: not square. Source: torch.linalg.eigvalsh.
 */
export const eigvalsh = define(
  'linalg.eigvalsh',
  'A UPLO?',
  (x: Tensor, half: 'L' | 'U' = 'L'): Tensor => {
    demandSquare('eigvalsh', x);
    if (!/^[LU]$/i.test(half))
      throw new Error(`eigvalsh: expected UPLO to be 'L' or 'U', but got ${half}`);
    return fromNode(eigenvalues(x.node, half.toUpperCase() === 'U'));
  },
);

/** Singular values, descending, as a node [*, min(m, n)]. */
export function singularValues(a: Node): Node {
  const [m, n] = [rowsOf(a), columnsOf(a)];
  const k = Math.min(m, n);
  const node = batched(`singular ${m} ${n}`, batchOf(a), [k], [a], ([matrix], out) =>
    out.set(singular(matrix!, m, n).s),
  );
  // U diag(g) V^T
  return derived('svdvals', node, [a], (g) => {
    const vectors = (side: 'u' | 'v', length: number) =>
      opaque(
        'svdvals',
        batched(`singular ${side} ${m} ${n}`, batchOf(a), [length, k], [a], ([matrix], out) =>
          out.set(singular(matrix!, m, n)[side]),
        ),
        [a],
      );
    return [product(scaleColumns(vectors('u', m), g), transpose(vectors('v', n)))];
  });
}

/** Singular values, descending: [*, m, n] gives [*, min(m, n)]. Source: torch.linalg.svdvals. */
export const svdvals = define(
  'linalg.svdvals',
  'A | * driver',
  (x: Tensor, _options?: { driver?: string | null }): Tensor => {
    demandMatrix('svdvals', x);
    return fromNode(singularValues(x.node));
  },
);
