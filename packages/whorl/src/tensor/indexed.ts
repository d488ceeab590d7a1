// Reading and writing at index tensors along one dimension: gather, scatter, indexSelect, indexAdd, masked writes.
// in:  a tensor, a dim, int64 indices     out: a tensor; twins with an underscore write into their input

import { reaching } from '../autograd/paths.js';
import {
  alias, binary, broadcastTo, cast, constant, gather, iota, reshape, scatter, shrink, where, withNumber,
} from '../graph/build.js';
import { type Node, named, sizeOf } from '../graph/node.js';
import type { ScatterKind } from '../graph/op.js';
import { define, method } from './define.js';
import { showShape, wrapDim } from './dims.js';
import { planIndex, resultShape, scatterAt, wrapIndex } from './index-tensor.js';
import { nonzeroColumns, nonzeroPositions } from './nonzero.js';
import { broadcastShapes, isScalar, type Operand, type Scalar } from './promotion.js';
import { dataSync } from './read.js';
import { assertWritable, assign, fromNode, Tensor } from './tensor.js';
import { tensor } from './create.js';

/** A function of x that also exists as a write into x. */
function register(name: string, signature: string, fn: (x: Tensor, ...rest: never[]) => Tensor, inPlace = true): void {
  const checked = method(name, signature, fn);
  if (!inPlace) return;
  method(`${name}_`, signature, (x: Tensor, ...rest: never[]) => {
    assertWritable(`${name}_`, x);
    const result = checked(x, ...rest);
    if (result.dtype !== x.dtype) {
      throw new Error(`${name}_: result type ${result.dtype} can't be cast to the desired output type ${x.dtype}`);
    }
    assign(x, result.node);
    return x;
  });
}

export function checkIndex(name: string, index: Tensor): void {
  if (!(index instanceof Tensor)) throw new TypeError(`${name}: expected an index tensor`);
  if (index.dtype !== 'int64' && index.dtype !== 'int32') {
    throw new TypeError(`${name}: expected dtype int64 or int32 for index, got ${index.dtype}`);
  }
}

/** Stored indices are checked now; what is still pending is checked when it is read. */
export function checkValues(name: string, index: Tensor, shape: readonly number[], axis: number): void {
  const n = shape[axis] ?? 1;
  if (index.cell.node.buffer === null) return;
  for (const value of dataSync(index)) {
    if (value < 0 || value >= n) {
      throw new RangeError(outside(name, value, shape, axis));
    }
  }
}

const outside = (name: string, value: number | bigint, shape: readonly number[], axis: number): string =>
  `${name}: index ${value} is out of bounds for dimension ${axis} with size ${shape[axis] ?? 1} of the tensor ` +
  showShape(shape);

export const lifted = (node: Node): Node => (node.shape.length === 0 ? reshape(node, [1]) : node);

/** out[i][j] = x[index[i][j]][j] for dim 0. index: rank of x, sizes at most x's elsewhere. Source: torch.gather. */
method('gather', 'dim index | sparse_grad', (x: Tensor, dim: number, index: Tensor) => {
  const axis = wrapDim('gather', dim, x.ndim);
  if (index instanceof Tensor && index.numel() === 0) {
    return fromNode(reaching(constant(0, x.dtype, index.shape), [x.node]));
  }
  checkIndex('gather', index);
  checkRanks('gather', x, index, axis);
  checkValues('gather', index, x.shape, axis);
  return fromNode(reshape(gather(lifted(x.node), cast(lifted(index.node), 'int64'), axis), index.shape));
});

export function checkRanks(name: string, x: Tensor, index: Tensor, axis: number): void {
  if (index.numel() === 0) return;
  if (Math.max(x.ndim, 1) !== Math.max(index.ndim, 1)) {
    throw new Error(`${name}: index tensor must have the same number of dimensions as input tensor: ` +
      `${showShape(index.shape)} for ${showShape(x.shape)}`);
  }
  index.shape.forEach((n, i) => {
    if (i !== axis && n > x.shape[i]!) {
      throw new Error(`${name}: size does not match at dimension ${i}: expected index ${showShape(index.shape)} to be no ` +
        `larger than input ${showShape(x.shape)} apart from dimension ${axis}`);
    }
  });
}

/** The part of a source that an index covers. */
export function covered(name: string, source: Tensor, index: Tensor): Node {
  if (index.numel() === 0) return constant(0, source.dtype, lifted(index.node).shape);
  const a = lifted(source.node);
  const shape = lifted(index.node).shape;
  if (a.shape.length !== shape.length || shape.some((n, i) => n > a.shape[i]!)) {
    throw new Error(`${name}: expected index ${showShape(index.shape)} to be no larger than src ${showShape(source.shape)}`);
  }
  return shrink(a, shape.map(() => 0), shape.map(() => 1), shape);
}

const reduceKinds: Record<string, ScatterKind> = { add: 'sum', multiply: 'prod', sum: 'sum', prod: 'prod', amax: 'max', amin: 'min' };

function scattered(name: string, x: Tensor, dim: number, index: Tensor, source: Operand, kind: ScatterKind): Tensor {
  checkIndex(name, index);
  const axis = wrapDim(name, dim, x.ndim);
  checkRanks(name, x, index, axis);
  checkValues(name, index, x.shape, axis);
  const at = cast(lifted(index.node), 'int64');
  if (source instanceof Tensor && source.dtype !== x.dtype) {
    throw new Error(`${name}: expected self.dtype to be equal to src.dtype, got ${x.dtype} and ${source.dtype}`);
  }
  const value = source instanceof Tensor
    ? covered(name, source, index)
    : constant(Number(source), x.dtype, at.shape);
  if (sizeOf(at.shape) === 0) return fromNode(alias(x.node));
  return fromNode(reshape(named(scatter(lifted(x.node), at, value, axis, kind), name), x.shape));
}

interface Reduced { reduce?: string }

register('scatter', 'dim index src | reduce', ((x: Tensor, dim: number, index: Tensor, source: Operand, { reduce }: Reduced = {}) => {
  if (reduce === undefined || reduce === null) return scattered('scatter', x, dim, index, source, 'set');
  if (reduce !== 'add' && reduce !== 'multiply') throw new Error(`scatter: reduce argument must be either add or multiply, got "${reduce}"`);
  return scattered('scatter', x, dim, index, source, reduceKinds[reduce]!);
}) as never);
register('scatterAdd', 'dim index src', ((x: Tensor, dim: number, index: Tensor, source: Tensor) =>
  scattered('scatterAdd', x, dim, index, source, 'sum')) as never);

/** x's elements picked along dim: [.., index.length, ..]. Source: torch.index_select. */
method('indexSelect', 'dim index', (x: Tensor, dim: number, index: Tensor) => {
  checkIndex('indexSelect', index);
  if (index.ndim > 1) throw new RangeError(`indexSelect: index is supposed to be a vector, got ${showShape(index.shape)}`);
  if (x.ndim === 0 && index.numel() !== 1) {
    throw new RangeError(`indexSelect: index to scalar can have only 1 value, got ${index.numel()} value(s)`);
  }
  const axis = wrapDim('indexSelect', dim, x.ndim);
  const source = lifted(x.node);
  checkValues('indexSelect', index, source.shape, axis);
  const k = index.numel();
  const shape = source.shape.map((n, i) => (i === axis ? k : n));
  const node = named(gather(source, spread(index, shape, axis), axis), 'indexSelect');
  return fromNode(x.ndim === 0 ? reshape(node, []) : node);
});

/** A vector of indices along one axis, the same for all others. */
const spread = (index: Tensor, shape: readonly number[], axis: number): Node => broadcastTo(
  reshape(cast(index.node, 'int64'), shape.map((n, i) => (i === axis ? n : 1))), shape);

/** Checks a vector of indices and a source of x's shape apart from dim. */
export function vectorPlan(name: string, x: Tensor, dim: number, index: Tensor, source: Tensor | null) {
  checkIndex(name, index);
  const axis = wrapDim(name, dim, x.ndim);
  if (index.ndim > 1) throw new RangeError(`${name}: index is supposed to be a vector, got ${showShape(index.shape)}`);
  const base = lifted(x.node);
  const n = base.shape[axis]!;
  for (const value of index.cell.node.buffer === null ? [] : dataSync(index)) {
    if (value >= n || value < -n) throw new RangeError(outside(name, value, base.shape, axis));
  }
  const shape = base.shape.map((m, i) => (i === axis ? index.numel() : m));
  if (source !== null) {
    const own = lifted(source.node).shape;
    if (own.length !== shape.length || own.some((m, i) => m !== shape[i])) {
      throw new Error(`${name}: source ${showShape(source.shape)} must have the input's shape ${showShape(x.shape)} with ` +
        `${index.numel()} at dimension ${axis}`);
    }
    if (source.dtype !== x.dtype) throw new Error(`${name}: self (${x.dtype}) and source (${source.dtype}) must have the same dtype`);
  }
  const at = wrapIndex(spread(index, shape, axis), n);
  return { base, axis, at, shape };
}

const indexed = (name: string, x: Tensor, dim: number, index: Tensor, source: Tensor, kind: ScatterKind, alpha = 1): Tensor => {
  const { base, axis, at, shape } = vectorPlan(name, x, dim, index, source);
  const value = alpha === 1 ? lifted(source.node) : withNumber('MUL', lifted(source.node), alpha);
  if (sizeOf(shape) === 0) return fromNode(alias(x.node));
  return fromNode(reshape(named(scatter(base, at, value, axis, kind), name), x.shape));
};

interface Alpha { alpha?: number }
register('indexAdd', 'dim index source | alpha', ((x: Tensor, dim: number, index: Tensor, source: Tensor, { alpha = 1 }: Alpha = {}) =>
  indexed('indexAdd', x, dim, index, source, 'sum', Number(alpha))) as never);
register('indexCopy', 'dim index source', ((x: Tensor, dim: number, index: Tensor, source: Tensor) =>
  indexed('indexCopy', x, dim, index, source, 'set')) as never);
register('indexFill', 'dim index value', ((x: Tensor, dim: number, index: Tensor, value: Scalar | Tensor) => {
  const { base, axis, at, shape } = vectorPlan('indexFill', x, dim, index, null);
  if (value instanceof Tensor && value.ndim > 0) {
    throw new Error(`indexFill: only supports a 0-dimensional value tensor, but got ${value.ndim} dimension(s)`);
  }
  if (sizeOf(shape) === 0) return fromNode(alias(x.node));
  // through a mask: an index given twice hands the value's gradient on once
  const hit = scatter(constant(0, 'bool', base.shape), at, constant(1, 'bool', shape), axis, 'set');
  const node = value instanceof Tensor ? broadcastTo(cast(value.node, x.dtype), base.shape)
    : constant(Number(value), x.dtype, base.shape);
  return fromNode(reshape(where(named(hit, 'indexFill'), node, base), x.shape));
}) as never);

function demandMask(name: string, mask: Tensor): void {
  if (mask instanceof Tensor && mask.dtype === 'bool') return;
  throw new TypeError(`${name}: expected mask to be a bool tensor, but got ${mask instanceof Tensor ? mask.dtype : typeof mask}`);
}

/** value where the mask is true. Source: Tensor.masked_fill. */
const maskedFill = (x: Tensor, mask: Tensor, value: Scalar | Tensor): Tensor => {
  demandMask('maskedFill', mask);
  if (value instanceof Tensor && value.ndim > 0) {
    throw new Error(`maskedFill: only supports a 0-dimensional value tensor, but got tensor with ${value.ndim} dimension(s)`);
  }
  const shape = broadcastShapes('maskedFill', x.shape, mask.shape);
  const node = isScalar(value) ? constant(Number(value), x.dtype, shape) : broadcastTo(cast(value.node, x.dtype), shape);
  return fromNode(where(broadcastTo(mask.node, shape), node, broadcastTo(x.node, shape)));
};
const maskedFillMethod = method('maskedFill', 'mask value', maskedFill);
method('maskedFill_', 'mask value', (x: Tensor, mask: Tensor, value: Scalar | Tensor) => {
  assertWritable('maskedFill_', x);
  const result = maskedFillMethod(x, mask, value);
  if (showShape(result.shape) !== showShape(x.shape)) {
    throw new Error(`maskedFill_: the mask ${showShape(mask.shape)} does not broadcast to the shape ${showShape(x.shape)} it writes into`);
  }
  assign(x, result.node);
  return x;
});

/** The elements where the mask is true, 1-d. Reads the mask. Source: torch.masked_select. */
export function maskedSelectSync(x: Tensor, mask: Tensor): Tensor {
  demandMask('maskedSelect', mask);
  const shape = broadcastShapes('maskedSelect', x.shape, mask.shape);
  const positions = nonzeroPositions(mask.expand(shape) as Tensor);
  const index = tensor(BigInt64Array.from(positions, BigInt));
  return fromNode(gather(reshape(broadcastTo(x.node, shape), [sizeOf(shape)]), index.node, 0));
}
method('maskedSelect', 'mask', async (x: Tensor, mask: Tensor) => maskedSelectSync(x, mask));

/** Fills the true places with the source's elements in order. Reads the mask. Source: Tensor.masked_scatter. */
register('maskedScatter', 'mask source', ((x: Tensor, mask: Tensor, source: Tensor) => {
  demandMask('maskedScatter', mask);
  if (x.dtype !== source.dtype) throw new Error('maskedScatter: expected self and source to have same dtypes');
  const shape = broadcastShapes('maskedScatter', x.shape, mask.shape);
  const positions = nonzeroPositions(mask.expand(shape) as Tensor);
  if (positions.length > source.numel()) {
    throw new Error(`maskedScatter: expected the source to have at least ${positions.length} elements, it has ${source.numel()}`);
  }
  const index = tensor(BigInt64Array.from(positions, BigInt));
  const flat = reshape(broadcastTo(x.node, shape), [sizeOf(shape)]);
  const values = shrink(reshape(source.node, [source.numel()]), [0], [1], [positions.length]);
  if (positions.length === 0) return fromNode(alias(reaching(broadcastTo(x.node, shape), [source.node])));
  return fromNode(reshape(scatter(flat, index.node, values, 0, 'set'), shape));
}) as never);

/** x with values put (or added) where several index tensors point together. Source: torch.index_put. */
register('indexPut', 'indices values accumulate?', ((x: Tensor, indices: readonly (Tensor | null)[], values: Tensor, accumulate = false) => {
  const flat = indices.flatMap((i) => (i instanceof Tensor && i.dtype === 'bool' ? nonzeroColumns(i) : [i]));
  const plan = planIndex('indexPut', x, flat);
  const shape = resultShape(x, plan);
  if (values.dtype !== x.dtype) throw new Error(`indexPut: source and destination dtypes match: got ${x.dtype} and ${values.dtype}`);
  return fromNode(scatterAt(x, plan, broadcastTo(values.node, shape), accumulate ? 'sum' : 'set'));
}) as never);

/** Elements by flat position. Source: torch.take. */
method('take', 'index', (x: Tensor, index: Tensor) => {
  checkIndex('take', index);
  const flat = reshape(x.node, [x.numel()]);
  const at = reshape(wrapIndex(index.node, x.numel()), [index.numel()]);
  return fromNode(reshape(gather(flat, at, 0), index.shape));
});
/** Values written to flat positions. Source: Tensor.put. */
register('put', 'index source accumulate?', ((x: Tensor, index: Tensor, source: Tensor, accumulate = false) => {
  checkIndex('put', index);
  if (index.numel() !== source.numel()) {
    throw new Error(`put: expected source and index to have the same number of elements, but got ${source.numel()} and ${index.numel()}`);
  }
  if (source.dtype !== x.dtype) throw new Error(`put: expected source dtype ${x.dtype}, got ${source.dtype}`);
  if (index.numel() === 0) return fromNode(alias(x.node));
  for (const i of dataSync(index)) if (i >= x.numel() || i < -x.numel()) throw new RangeError(`put: index ${i} out of range for ${x.numel()} elements`);
  const at = reshape(wrapIndex(index.node, x.numel()), [index.numel()]);
  const flat = scatter(reshape(x.node, [x.numel()]), at, reshape(source.node, [source.numel()]), 0, accumulate ? 'sum' : 'set');
  return fromNode(reshape(flat, x.shape));
}) as never);

/** gather with broadcasting over the other dims; without dim on the flat tensor. Source: torch.take_along_dim. */
method('takeAlongDim', 'indices dim?', (x: Tensor, indices: Tensor, dim?: number | null) => {
  checkIndex('takeAlongDim', indices);
  if (indices.dtype !== 'int64') throw new TypeError('takeAlongDim: dtype of indices should be int64');
  if (dim === undefined || dim === null) return x.reshape(-1).gather(0, indices.reshape(-1) as Tensor);
  if (x.ndim !== indices.ndim) {
    throw new Error(`takeAlongDim: input and indices should have the same number of dimensions, but got ${x.ndim} and ${indices.ndim}`);
  }
  const axis = wrapDim('takeAlongDim', dim, x.ndim);
  const one = (shape: readonly number[]) => shape.map((n, i) => (i === axis ? 1 : n));
  const common = broadcastShapes('takeAlongDim', one(x.shape), one(indices.shape));
  const wide = (t: Tensor) => t.expand(common.map((n, i) => (i === axis ? t.shape[i]! : n))) as Tensor;
  const picked = wide(indices);
  const at = fromNode(wrapIndex(picked.node, x.shape[axis]!));
  return wide(x).gather(axis, at);
});

/** One column of ones per class. input: int64 [*]; gives [*, numClasses]. Source: nn.functional.one_hot. */
export const oneHot = define('F.oneHot', 'input num_classes?', (x: Tensor, numClasses = -1) => {
  if (x.dtype !== 'int64') throw new TypeError(`oneHot: is only applicable to index tensors of type int64, got ${x.dtype}`);
  const values = dataSync(x) as BigInt64Array;
  const largest = values.reduce((m, v) => (v > m ? v : m), -1n);
  if (values.length === 0 && numClasses <= 0) throw new Error('oneHot: can not infer total number of classes from empty tensor');
  if (values.some((v) => v < 0n)) throw new Error('oneHot: class values must be non-negative');
  if (numClasses === 0) throw new Error('oneHot: num_classes should be positive');
  const classes = numClasses < 0 ? Number(largest) + 1 : numClasses;
  if (largest >= BigInt(classes)) throw new Error(`oneHot: class values must be smaller than numClasses ${classes}, got ${largest}`);
  const shape = [...x.shape, classes];
  const column = broadcastTo(reshape(x.node, [...x.shape, 1]), shape);
  return fromNode(cast(binary('EQ', column, broadcastTo(iota(classes, 'int64'), shape)), 'int64'));
}, 'functional');
