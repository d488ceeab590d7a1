// Solving and inverting: inv, solve, solveTriangular, det, slogdet, logdet, matrixPower, tensorinv,
// tensorsolve.
// in:  batches of square matrices [*, n, n]     out: solutions and determinants; gradients by the
// same solvers

import { namedResults } from '../../tensor/named-results.js';
import { reaching } from '../../autograd/paths.js';
import { alias, binary, constant, mul, sub, where } from '../../graph/build.js';
import { broadcastTo, reshape } from '../../graph/movement.js';
import { reduce } from '../../graph/reductions.js';
import { type Node, sizeOf } from '../../graph/node.js';
import { define, method } from '../../tensor/define.js';
import { demandNumbers } from '../../tensor/floating.js';
import { showShape } from '../../tensor/dims.js';
import { broadcastShapes } from '../../tensor/promotion.js';
import { fromNode, Tensor } from '../../tensor/tensor.js';
import {
  determinant,
  identity,
  logDeterminant,
  solveInto,
  solveTriangularInto,
} from './factor/lu.js';
import { singular } from './factor/svd.js';
import {
  batched,
  batchOf,
  columnsOf,
  demandSquare,
  derived,
  identities,
  minus,
  product,
  rowsOf,
  transpose,
  triangle,
} from './matrices.js';
import type { Shape } from '../../tensor/types/shape.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    inverse<T extends Tensor>(this: T): Tensor<T['sizes'], T['dtype']>;
    det<T extends Tensor>(this: T): Tensor<Shape, T['dtype']>;
    logdet<T extends Tensor>(this: T): Tensor<Shape, T['dtype']>;
    slogdet(): SignLog;
    matrixPower<T extends Tensor>(this: T, n: number): Tensor<T['sizes'], T['dtype']>;
    triangularSolve(
      A: Tensor,
      upper?: boolean,
      transpose?: boolean,
      unitriangular?: boolean,
    ): [Tensor, Tensor];
  }
}

export function invNode(name: string, a: Node): Node {
  const n = rowsOf(a);
  const node = batched(`${name} ${n}`, batchOf(a), [n, n], [a], ([m], out) =>
    solveInto(name, m!, identity(n), n, n, out),
  );
  return derived(name, node, [a], (g, y) => {
    const turned = transpose(y);
    return [minus(product(product(turned, g), turned))];
  });
}

/** X with A X = B, batch axes equal. */
export function solveNode(a: Node, b: Node): Node {
  const [n, k] = [rowsOf(b), columnsOf(b)];
  const node = batched(`solve ${n}`, batchOf(a), [n, k], [a, b], ([m, right], out) =>
    solveInto('solve', m!, right!, n, k, out),
  );
  return derived('solve', node, [a, b], (g, y) => {
    const own = solveNode(transpose(a), g);
    return [minus(product(own, transpose(y))), own];
  });
}

export interface TriangularOptions {
  upper: boolean;
  left?: boolean;
  unitriangular?: boolean;
}

export function triangularNode(
  a: Node,
  b: Node,
  { upper, left = true, unitriangular = false }: TriangularOptions,
): Node {
  if (!left) {
    return transpose(triangularNode(transpose(a), transpose(b), { upper: !upper, unitriangular }));
  }
  const [n, k] = [rowsOf(b), columnsOf(b)];
  const node = batched(
    `triangular ${n} ${upper} ${unitriangular}`,
    batchOf(a),
    [n, k],
    [a, b],
    ([m, right], out) => solveTriangularInto(m!, right!, n, k, upper, unitriangular, out),
  );
  return derived('solveTriangular', node, [a, b], (g, y) => {
    const own = triangularNode(transpose(a), g, { upper: !upper, unitriangular });
    const full = minus(product(own, transpose(y)));
    return [triangle(full, upper, unitriangular), own];
  });
}

/** Batch axes of both broadcast to one shape. */
export function together(name: string, a: Node, b: Node): [Node, Node] {
  const batch = broadcastShapes(name, batchOf(a), batchOf(b));
  const grown = (x: Node) => broadcastTo(x, [...batch, ...x.shape.slice(-2)]);
  return [grown(a), grown(b)];
}

/**
 * The inverse of each matrix. Errors: not square, singular (when read). Source: torch.linalg.inv.
 */
export const inv = define('linalg.inv', 'A', (x: Tensor): Tensor => {
  demandSquare('inv', x);
  return fromNode(invNode('inv', x.node));
});
method('inverse', '', (x: Tensor) => inv(x));

function checkRows(name: string, a: Tensor, b: Tensor, left: boolean): void {
  if (!(b instanceof Tensor)) throw new TypeError(`${name}: expected a tensor, got ${typeof b}`);
  if (a.dtype !== b.dtype)
    throw new TypeError(`${name}: expected one dtype, got ${a.dtype} and ${b.dtype}`);
  const own = b.shape[b.ndim - (left ? 2 : 1)];
  if (own === a.shape[a.ndim - 1]) return;
  throw new Error(
    `${name}: incompatible shapes of A and B for the equation ${left ? 'AX = B' : 'XA = B'}: ` +
      `${showShape(a.shape)} and ${showShape(b.shape)}`,
  );
}

/**
 * The X with A X = B (with left: false, X A = B). A: [*, n, n]; B: [*, n, k], or [n] or a batch of
 * vectors
 * [*, n] that fits A's. Errors: shapes that do not fit, a singular A (when read). Source:
 * torch.linalg.solve.
 */
export const solve = define(
  'linalg.solve',
  'A B | * left',
  (a: Tensor, b: Tensor, { left = true }: { left?: boolean } = {}): Tensor => {
    demandSquare('solve', a);
    const lead = showShape(a.shape.slice(0, -1));
    const vector = b.ndim === 1 || (a.ndim - 1 === b.ndim && showShape(b.shape) === lead);
    if (!vector) checkRows('solve', a, b, left);
    else if (b.shape[b.ndim - 1] !== a.shape[a.ndim - 1] || !left) {
      throw new Error(
        `solve: a vector B must have the length of A's rows and stand on the right (left: true), ` +
          `got ${showShape(a.shape)} and ${showShape(b.shape)}`,
      );
    }
    const right = vector ? reshape(b.node, [...b.shape, 1]) : b.node;
    const turned = left || vector;
    const [p, q] = together(
      'solve',
      turned ? a.node : transpose(a.node),
      turned ? right : transpose(right),
    );
    const x = solveNode(p, q);
    if (vector) return fromNode(reshape(x, x.shape.slice(0, -1)));
    return fromNode(turned ? x : transpose(x));
  },
);

/**
 * The X with A X = B (left: false: X A = B) for triangular A, whose other half is not looked at.
 * Source: torch.linalg.solve_triangular.
 */
export const solveTriangular = define(
  'linalg.solveTriangular',
  'A B | * upper! left unitriangular',
  (a: Tensor, b: Tensor, options: TriangularOptions): Tensor => {
    demandSquare('solveTriangular', a);
    checkRows('solveTriangular', a, b, options.left ?? true);
    const [p, q] = together('solveTriangular', a.node, b.node);
    return fromNode(triangularNode(p, q, options));
  },
);

/** [X, A] with A X = b for triangular A. Source: torch.triangular_solve. */
export const triangularSolve = method(
  'triangularSolve',
  'A upper? transpose? unitriangular?',
  (b: Tensor, a: Tensor, upper = true, turn = false, unitriangular = false): [Tensor, Tensor] => {
    demandSquare('triangularSolve', a);
    checkRows('triangularSolve', a, b, true);
    const [p, q] = together('triangularSolve', a.node, b.node);
    const x = turn
      ? triangularNode(transpose(p), q, { upper: !upper, unitriangular })
      : triangularNode(p, q, { upper, unitriangular });
    return [fromNode(x), fromNode(alias(p))];
  },
);

const scalarTimes = (scalar: Node, m: Node): Node =>
  mul(m, broadcastTo(reshape(scalar, [...scalar.shape, 1, 1]), m.shape));

/** The matrix of cofactors, det(A) A^-T, which is there for singular A, too. */
function cofactors(a: Node): Node {
  const n = rowsOf(a);
  const node = batched(`cofactors ${n}`, batchOf(a), [n, n], [a], ([m], out) => {
    const { u, s, v } = singular(m!, n, n);
    const sign = Math.sign(determinant(u, n) * determinant(v, n));
    for (let k = 0; k < n; k++) {
      let others = sign;
      for (let i = 0; i < n; i++) if (i !== k) others *= s[i]!;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) out[i * n + j]! += others * u[i * n + k]! * v[j * n + k]!;
      }
    }
  });
  return derived('det', node, [a], (g) => {
    const inverse = transpose(invNode('det', a));
    const along = reduce(mul(g, inverse), 'sum', [
      inverse.shape.length - 2,
      inverse.shape.length - 1,
    ]);
    const change = sub(
      scalarTimes(along, inverse),
      product(product(inverse, transpose(g)), inverse),
    );
    return [scalarTimes(detNode(a), change)];
  });
}

function detNode(a: Node): Node {
  const n = rowsOf(a);
  if (n === 0) return reaching(constant(1, a.dtype, batchOf(a)), [a]);
  const node = batched(`det ${n}`, batchOf(a), [], [a], ([m], out) => {
    out[0] = determinant(m!, n);
  });
  return derived('det', node, [a], (g) => [scalarTimes(g, cofactors(a))]);
}

/** The determinant of each matrix. Source: torch.linalg.det. */
export const det = define('linalg.det', 'A', (x: Tensor): Tensor => {
  demandSquare('det', x);
  return fromNode(detNode(x.node));
});
method('det', '', (x: Tensor) => det(x));

function signAndLog(a: Node): { sign: Node; log: Node } {
  const n = rowsOf(a);
  const part = (key: 'sign' | 'log') =>
    batched(`slogdet ${key} ${n}`, batchOf(a), [], [a], ([m], out) => {
      out[0] = logDeterminant(m!, n)[key];
    });
  const log = derived('slogdet', part('log'), [a], (g) => [
    scalarTimes(g, transpose(invNode('slogdet', a))),
  ]);
  return {
    sign: derived('slogdet', part('sign'), [a], () => [constant(0, a.dtype, a.shape)]),
    log,
  };
}

export interface SignLog extends Iterable<Tensor>, ArrayLike<Tensor> {
  readonly sign: Tensor;
  readonly logabsdet: Tensor;
}

/** The sign of the determinant and the logarithm of its size. Source: torch.linalg.slogdet. */
export const slogdet = define('linalg.slogdet', 'A', (x: Tensor): SignLog => {
  demandSquare('slogdet', x);
  const parts = signAndLog(x.node);
  const [sign, logabsdet] = [fromNode(parts.sign), fromNode(parts.log)];
  return namedResults({ sign, logabsdet });
});
method('slogdet', '', (x: Tensor) => slogdet(x));

/** The logarithm of the determinant; NaN where it is negative. Source: torch.logdet. */
export const logdet = method('logdet', '', (x: Tensor) => {
  demandSquare('logdet', x);
  const { sign, log } = signAndLog(x.node);
  const negative = binary('LT', sign, constant(0, sign.dtype, sign.shape));
  return fromNode(where(negative, constant(Number.NaN, log.dtype, log.shape), log));
});

/**
 * A multiplied n times with itself; the inverse for negative n. Source: torch.linalg.matrix_power.
 */
export const matrixPower = define('linalg.matrixPower', 'A n', (x: Tensor, n: number): Tensor => {
  demandSquare('matrixPower', x, n < 0);
  if (n > 1) demandNumbers('matrixPower', x);
  if (!Number.isInteger(n)) throw new TypeError(`matrixPower: n must be a whole number, got ${n}`);
  if (n === 0) {
    return fromNode(reaching(identities(batchOf(x.node), rowsOf(x.node), x.dtype), [x.node]));
  }
  let square = n < 0 ? invNode('matrixPower', x.node) : x.node;
  let result: Node | null = null;
  for (let rest = Math.abs(n); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = result === null ? square : product(result, square);
    if (rest > 1) square = product(square, square);
  }
  return fromNode(result === x.node ? alias(x.node) : result!);
});
method('matrixPower', 'n', (x: Tensor, n: number) => matrixPower(x, n));

/** The inverse for tensordot over the last dims: the first `ind` dims against the others. */
export const tensorinv = define(
  'linalg.tensorinv',
  'A ind?',
  (x: Tensor, ind: number = 2): Tensor => {
    if (!(ind > 0))
      throw new RangeError(`tensorinv: expected a strictly positive integer for ind, got ${ind}`);
    const [first, last] = [x.shape.slice(0, ind), x.shape.slice(ind)];
    if (sizeOf(first) !== sizeOf(last)) {
      throw new Error(
        `tensorinv: expected the products of the dims before and from ${ind} to be equal, got ` +
          showShape(x.shape),
      );
    }
    const n = sizeOf(first);
    return fromNode(reshape(invNode('tensorinv', reshape(x.node, [n, n])), [...last, ...first]));
  },
);

/** The X with tensordot(A, X, X.ndim) = B; `dims` of A are moved to its end first. */
export const tensorsolve = define(
  'linalg.tensorsolve',
  'A B dims:ints?',
  (a: Tensor, b: Tensor, dims?: readonly number[] | null): Tensor => {
    const moved =
      dims == null
        ? a
        : (a.movedim(
            [...dims],
            dims.map((_, i) => a.ndim - dims.length + i),
          ) as Tensor);
    const rest = moved.shape.slice(b.ndim);
    const n = sizeOf(rest);
    if (n * n !== moved.numel() || b.numel() !== n) {
      throw new Error(
        `tensorsolve: expected A to reshape to a square matrix for B, got ${showShape(a.shape)} ` +
          `and ${showShape(b.shape)}`,
      );
    }
    const x = solveNode(reshape(moved.node, [n, n]), reshape(b.node, [n, 1]));
    return fromNode(reshape(x, rest));
  },
);
