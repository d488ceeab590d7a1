// Reading and writing element by element at index tensors along one dimension: gather, scatter.
// in:  a tensor, a dim, int64 indices
// out: a tensor; twins with an underscore write into their input

import { reaching } from '../../autograd/paths.js';
import { alias, cast, constant, gather, scatter } from '../../graph/build.js';
import { reshape, shrink } from '../../graph/movement.js';
import { type Node, named, sizeOf } from '../../graph/node.js';
import type { ScatterKind } from '../../graph/op.js';
import { method } from '../../tensor/define.js';
import { showShape, wrapDim } from '../../tensor/dims.js';
import { withTwin } from '../twins.js';
import { numberOf, type Operand } from '../../tensor/promotion.js';
import { areKnown, dataSync } from '../../tensor/read.js';
import { fromNode, Tensor } from '../../tensor/tensor.js';
import type { Changing, Shuffling } from '../types.js';
import type { Gather, ScatterAddArgs, ScatterArgs } from './types.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    /**
     * out[i][j] = x[index[i][j]][j] for dim 0. index: int64 or int32, of x's rank, no larger than x
     * in other dims; the result has its shape. Source: torch.gather.
     */
    gather: Gather;
    /**
     * x with out[index[i][j]][j] = src[i][j] for dim 0; src: a tensor of x's dtype or a number.
     * Which value stays where indices meet is not said; reduce 'add' or 'multiply' combines them.
     * Source: torch.scatter.
     */
    scatter: Shuffling<ScatterArgs>;
    /** x with src[i][j] added at [index[i][j]][j] for dim 0. Source: torch.scatter_add. */
    scatterAdd: Shuffling<ScatterAddArgs>;
    scatter_: Changing<ScatterArgs>;
    scatterAdd_: Changing<ScatterAddArgs>;
  }
}

export function checkIndex(name: string, index: Tensor): void {
  if (!(index instanceof Tensor)) throw new TypeError(`${name}: expected an index tensor`);
  if (index.dtype !== 'int64' && index.dtype !== 'int32') {
    throw new TypeError(`${name}: expected dtype int64 or int32 for index, got ${index.dtype}`);
  }
}

/** More indices than these are left to the kernel that uses them, which checks each for nothing. */
const most = 4096;

/** Whether a mistake is looked for here, so that the error comes from where it was made. */
export const areFew = (index: Tensor): boolean => index.numel() <= most;

/** Few stored indices are checked now; others when what is made with them is read. */
export function checkValues(
  name: string,
  index: Tensor,
  shape: readonly number[],
  axis: number,
): void {
  const n = shape[axis] ?? 1;
  if (n === 0 && index.numel() > 0) {
    throw new RangeError(
      `${name}: no index is within bounds for dimension ${axis} with size 0 of the tensor ` +
        showShape(shape),
    );
  }
  if (!areFew(index) || !areKnown(index)) return;
  for (const value of dataSync(index)) {
    if (value < 0 || value >= n) {
      throw new RangeError(outside(name, value, shape, axis));
    }
  }
}

export const outside = (
  name: string,
  value: number | bigint,
  shape: readonly number[],
  axis: number,
): string =>
  `${name}: index ${value} is out of bounds for dimension ${axis} with size ${shape[axis] ?? 1} ` +
  'of the tensor ' +
  showShape(shape);

export const lifted = (node: Node): Node => (node.shape.length === 0 ? reshape(node, [1]) : node);

method('gather', 'dim index | * sparse_grad', (x: Tensor, dim: number, index: Tensor) => {
  const axis = wrapDim('gather', dim, x.ndim);
  if (index instanceof Tensor && index.numel() === 0) {
    return fromNode(reaching(constant(0, x.dtype, index.shape), [x.node]));
  }
  checkIndex('gather', index);
  checkRanks('gather', x, index, axis);
  checkValues('gather', index, x.shape, axis);
  return fromNode(
    reshape(gather(lifted(x.node), cast(lifted(index.node), 'int64'), axis), index.shape),
  );
});

export function checkRanks(name: string, x: Tensor, index: Tensor, axis: number): void {
  if (index.numel() === 0) return;
  if (Math.max(x.ndim, 1) !== Math.max(index.ndim, 1)) {
    throw new Error(
      `${name}: index tensor must have the same number of dimensions as input tensor: ` +
        `${showShape(index.shape)} for ${showShape(x.shape)}`,
    );
  }
  index.shape.forEach((n, i) => {
    if (i !== axis && n > x.shape[i]!) {
      throw new Error(
        `${name}: size does not match at dimension ${i}: expected index ` +
          `${showShape(index.shape)} to be no larger than input ${showShape(x.shape)} apart from ` +
          `dimension ${axis}`,
      );
    }
  });
}

/** The part of a source that an index covers. */
export function covered(name: string, source: Tensor, index: Tensor): Node {
  if (index.numel() === 0) return constant(0, source.dtype, lifted(index.node).shape);
  const a = lifted(source.node);
  const shape = lifted(index.node).shape;
  if (a.shape.length !== shape.length || shape.some((n, i) => n > a.shape[i]!)) {
    throw new Error(
      `${name}: expected index ${showShape(index.shape)} to be no larger than src ` +
        `${showShape(source.shape)}`,
    );
  }
  return shrink(
    a,
    shape.map(() => 0),
    shape.map(() => 1),
    shape,
  );
}

const reduceKinds: Record<string, ScatterKind> = {
  add: 'sum',
  multiply: 'prod',
  sum: 'sum',
  prod: 'prod',
  amax: 'max',
  amin: 'min',
};

function scattered(
  name: string,
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Operand,
  kind: ScatterKind,
): Tensor {
  checkIndex(name, index);
  const axis = wrapDim(name, dim, x.ndim);
  checkRanks(name, x, index, axis);
  checkValues(name, index, x.shape, axis);
  const at = cast(lifted(index.node), 'int64');
  if (source instanceof Tensor && source.dtype !== x.dtype) {
    throw new Error(
      `${name}: expected self.dtype to be equal to src.dtype, got ${x.dtype} and ${source.dtype}`,
    );
  }
  const value =
    source instanceof Tensor
      ? covered(name, source, index)
      : constant(numberOf(source), x.dtype, at.shape);
  if (sizeOf(at.shape) === 0) return fromNode(alias(x.node));
  return fromNode(reshape(named(scatter(lifted(x.node), at, value, axis, kind), name), x.shape));
}

interface Reduced {
  reduce?: string;
}

withTwin('scatter', 'dim index src | * reduce', ((
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Operand,
  { reduce }: Reduced = {},
) => {
  if (reduce === undefined || reduce === null)
    return scattered('scatter', x, dim, index, source, 'set');
  if (reduce !== 'add' && reduce !== 'multiply')
    throw new Error(`scatter: reduce argument must be either add or multiply, got "${reduce}"`);
  return scattered('scatter', x, dim, index, source, reduceKinds[reduce]!);
}) as never);
withTwin('scatterAdd', 'dim index src:tensor', ((
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
) => scattered('scatterAdd', x, dim, index, source, 'sum')) as never);
