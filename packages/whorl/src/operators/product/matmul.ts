// Matrix products: matmul and its family, all one contraction over the inner axis.
// in:  two tensors of one dtype     out: their product; what fits together is said in the errors

import { reaching } from '../../autograd/paths.js';
import { add, binary, cast, mul, withNumber } from '../../graph/build.js';
import { broadcastTo, reshape } from '../../graph/movement.js';
import { contract } from '../../graph/contraction.js';
import { reduce } from '../../graph/reductions.js';
import type { Node, Shape } from '../../graph/node.js';
import { method } from '../../tensor/define.js';
import { showShape } from '../../tensor/dims.js';
import { broadcastShapes, resultType } from '../../tensor/promotion.js';
import { fromNode, Tensor } from '../../tensor/tensor.js';
import type {
  AddBmm,
  BmmMethod,
  DotMethod,
  MatMulMethod,
  MmMethod,
  MvMethod,
  OuterMethod,
} from './types.js';
import type { Methods } from '../../tensor/methods.js';
import type { Agrees } from '../../tensor/arguments/agrees.js';
import type { AddProduct } from './types.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    /**
     * [*, m, k] by [*, k, n] gives [*, m, n], batches broadcast; a vector on the left is a row, on
     * the right a column, and that dim goes from the result. Errors: 0-d, inner sizes or dtypes
     * that differ, bool. Source: torch.matmul.
     */
    matmul: MatMulMethod;
    /** [m, k] by [k, n]; nothing is broadcast. Source: torch.mm. */
    mm: MmMethod;
    /** [b, m, k] by [b, k, n], the batches equal. Source: torch.bmm. */
    bmm: BmmMethod;
    /** [m, k] by [k] gives [m]. Source: torch.mv. */
    mv: MvMethod;
    /** Two vectors of one length give a number. Source: torch.dot. */
    dot: DotMethod<'dot'>;
    /** dot: no dtype here is complex. Source: torch.vdot. */
    vdot: DotMethod<'vdot'>;
    /** [m] and [n] give all products, [m, n]. Source: torch.outer. */
    outer: OuterMethod<'outer'>;
    /** outer by another name. Source: torch.ger. */
    ger: OuterMethod<'ger'>;
    /**
     * beta * x + alpha * (mat1 @ mat2), both 1 by default; x expands to the product. With beta 0 x
     * may hold NaN. Source: torch.addmm.
     */
    addmm: AddProduct<'mm'>;
    /** beta * x + alpha * (mat @ vec). Source: torch.addmv. */
    addmv: AddProduct<'mv'>;
    /** beta * x + alpha * outer(vec1, vec2). Source: torch.addr. */
    addr: AddProduct<'outer'>;
    /** beta * x + alpha * (batch1 @ batch2). Source: torch.baddbmm. */
    baddbmm: AddProduct<'bmm'>;
    /**
     * beta * x + alpha times the sum of the products of all matrices of the batches. Source:
     * torch.addbmm.
     */
    addbmm: AddBmm;
  }
}

function checkPair(name: string, a: Tensor, b: Tensor, bools = false): void {
  if (!(b instanceof Tensor)) throw new TypeError(`${name}: expected a tensor, got ${typeof b}`);
  // of bools there is a product only where there is nothing to multiply
  const isNothing = a.ndim + b.ndim > 2 && a.numel() * b.numel() === 0;
  if (a.dtype === b.dtype && (bools || isNothing || a.dtype !== 'bool')) return;
  throw new Error(
    a.dtype === 'bool' && b.dtype === 'bool'
      ? `${name}: not implemented for bool tensors`
      : `${name}: expected both tensors to have the same dtype, but got ${a.dtype} and ${b.dtype}`,
  );
}

function checkInner(name: string, a: Shape, b: Shape): void {
  const [p, q] = [a[a.length - 1]!, b[Math.max(b.length - 2, 0)]!];
  if (p === q) return;
  throw new Error(
    `${name}: cannot multiply ${showShape(a)} by ${showShape(b)}: the inner sizes ${p} ` +
      `and ${q} differ`,
  );
}

/** [.., M, K] by [.., K, N] as nodes, batch axes broadcast. */
export function matmulNode(name: string, a: Node, b: Node): Node {
  checkInner(name, a.shape, b.shape);
  if (b.shape.length === 2 && a.shape.length > 2) return flattened(a, b);
  const batch = broadcastShapes(name, a.shape.slice(0, -2), b.shape.slice(0, -2));
  return contract(
    broadcastTo(a, [...batch, ...a.shape.slice(-2)]),
    broadcastTo(b, [...batch, ...b.shape.slice(-2)]),
  );
}

/** One matrix on the right: all rows of a batch are rows of one product. */
function flattened(a: Node, b: Node): Node {
  const k = a.shape[a.shape.length - 1]!;
  const lead = a.shape.slice(0, -1);
  const rows = lead.reduce((n, d) => n * d, 1);
  return reshape(contract(reshape(a, [rows, k]), b), [...lead, b.shape[1]!]);
}

export const matmul = method('matmul', 'other:tensor', (x: Tensor, other: Tensor) => {
  checkPair('matmul', x, other);
  if (x.ndim === 0 || other.ndim === 0) {
    throw new Error(
      `matmul: both arguments need to be at least 1D, but they are ${x.ndim}D and ` +
        `${other.ndim}D`,
    );
  }
  checkInner('matmul', x.shape, other.shape);
  const a = x.ndim === 1 ? reshape(x.node, [1, x.shape[0]!]) : x.node;
  const b = other.ndim === 1 ? reshape(other.node, [other.shape[0]!, 1]) : other.node;
  const product = matmulNode('matmul', a, b);
  const rank = product.shape.length;
  const shape = product.shape.filter(
    (_, i) => !(x.ndim === 1 && i === rank - 2) && !(other.ndim === 1 && i === rank - 1),
  );
  return fromNode(reshape(product, shape));
});

/** A product that insists on the ranks of its operands. */
function ranked(
  name: 'mm' | 'mv' | 'bmm',
  parameter: 'mat2' | 'vec',
  left: number,
  right: number,
): void {
  method(name, parameter, (x: Tensor, other: Tensor) => {
    checkPair(name, x, other);
    if (x.ndim !== left || other.ndim !== right) {
      throw new Error(
        `${name}: expected a ${left}D and a ${right}D tensor, got ${showShape(x.shape)} ` +
          `and ${showShape(other.shape)}`,
      );
    }
    if (name === 'bmm' && x.shape[0] !== other.shape[0]) {
      throw new Error(
        `bmm: the batches differ: ${showShape(x.shape)} and ${showShape(other.shape)}`,
      );
    }
    return matmul(x, other);
  });
}
ranked('mm', 'mat2', 2, 2);
ranked('mv', 'vec', 2, 1);
ranked('bmm', 'mat2', 3, 3);

function dotted(name: 'dot' | 'vdot', parameter: 'tensor' | 'other:tensor') {
  return method(name, parameter, (x: Tensor, other: Tensor) => {
    checkPair(name, x, other);
    if (x.ndim !== 1 || other.ndim !== 1 || x.shape[0] !== other.shape[0]) {
      throw new Error(
        `${name}: expected two 1D tensors of equal length, got ${showShape(x.shape)} and ` +
          `${showShape(other.shape)}`,
      );
    }
    return fromNode(reduce(mul(x.node, other.node), 'sum', [0]));
  });
}
dotted('dot', 'tensor');
dotted('vdot', 'other:tensor');

for (const name of ['outer', 'ger'] as const) {
  method(name, 'vec2', (x: Tensor, other: Tensor) => {
    if (x.ndim !== 1 || other.ndim !== 1) {
      throw new Error(
        `${name}: expected two 1D tensors, got ${showShape(x.shape)} and ` +
          `${showShape(other.shape)}`,
      );
    }
    return (x.reshape(-1, 1) as Tensor).mul(other) as Tensor;
  });
}

interface Affine {
  beta?: number;
  alpha?: number;
}

/** beta * input + alpha * (a @ b); with beta = 0 the input is not even looked at. */
function affine<N extends keyof Methods, const S extends string>(
  name: N,
  signature: Agrees<Methods[N], S>,
  product: (a: Tensor, b: Tensor) => Node,
): void {
  method(
    name,
    signature as never,
    (x: Tensor, a: Tensor, b: Tensor, { beta = 1, alpha = 1 }: Affine = {}) => {
      checkPair(name, a, b, name === 'addr');
      if (name !== 'addr' && x.dtype !== a.dtype) {
        throw new Error(
          `${name}: input tensors must have the same dtype, but got ${x.dtype} for the input and ` +
            `${a.dtype} for what is multiplied`,
        );
      }
      const scaled = times(product(a, b), alpha);
      const shape = broadcastShapes(name, x.shape, scaled.shape);
      if (shape.length !== scaled.shape.length || shape.some((n, i) => n !== scaled.shape[i])) {
        throw new Error(
          `${name}: the input of shape ${showShape(x.shape)} does not expand to the ` +
            `product's shape ${showShape(scaled.shape)}`,
        );
      }
      if (beta === 0) return fromNode(reaching(scaled, [x.node]));
      const dtype = resultType([x, a, b]);
      const own = times(cast(x.node, dtype), beta);
      return fromNode(plus(broadcastTo(own, shape), cast(scaled, dtype)));
    },
  );
}

const times = (a: Node, factor: number): Node => {
  if (factor === 1) return a;
  return withNumber(a.dtype === 'bool' ? 'AND' : 'MUL', a, factor);
};

const plus = (a: Node, b: Node): Node => (a.dtype === 'bool' ? binary('OR', a, b) : add(a, b));

const demand = (name: string, x: Tensor, rank: number): void => {
  if (x.ndim !== rank) {
    throw new Error(`${name}: expected a ${rank}D tensor, got ${showShape(x.shape)}`);
  }
};

affine('addmm', 'mat1 mat2 | * beta alpha', (a, b) => {
  demand('addmm', a, 2);
  demand('addmm', b, 2);
  return matmulNode('addmm', a.node, b.node);
});
affine('addmv', 'mat vec | * beta alpha', (a, b) => {
  demand('addmv', a, 2);
  demand('addmv', b, 1);
  return matmul(a, b).node;
});
affine('addr', 'vec1 vec2 | * beta alpha', (a, b) => {
  demand('addr', a, 1);
  demand('addr', b, 1);
  const shape = [a.shape[0]!, b.shape[0]!];
  const op = a.dtype === 'bool' ? 'AND' : 'MUL';
  return binary(
    op,
    broadcastTo(reshape(a.node, [shape[0]!, 1]), shape),
    broadcastTo(b.node, shape),
  );
});
affine('baddbmm', 'batch1 batch2 | * beta alpha', (a, b) => {
  demand('baddbmm', a, 3);
  demand('baddbmm', b, 3);
  return matmulNode('baddbmm', a.node, b.node);
});
affine('addbmm', 'batch1 batch2 | * beta alpha', (a, b) => {
  demand('addbmm', a, 3);
  demand('addbmm', b, 3);
  return reduce(matmulNode('addbmm', a.node, b.node), 'sum', [0]);
});
