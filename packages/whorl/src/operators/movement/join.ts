// Joining: cat, stack and their kin.
// in:  tensors and a dimension     out: one tensor

import { reaching } from '../../autograd/paths.js';
import { alias, cast, constant, splice } from '../../graph/build.js';
import { promote } from '../../graph/dtype.js';
import { type Node, sizeOf } from '../../graph/node.js';
import { define } from '../../tensor/define.js';
import { showShape, wrapDim } from '../../tensor/dims.js';
import { reshapeTo } from './movement.js';
import { fromNode, Tensor, viewOf } from '../../tensor/tensor.js';
import type { Concatenate, Stacking } from '../create/types.js';

function demandTensors(name: string, tensors: readonly Tensor[]): void {
  if (!Array.isArray(tensors) || tensors.length === 0)
    throw new Error(`${name}: expected a non-empty list of Tensors`);
  tensors.forEach((t, i) => {
    if (!(t instanceof Tensor))
      throw new TypeError(`${name}: expected Tensor as element ${i}, but got ${typeof t}`);
  });
}

/**
 * More parts are joined in groups first: each splice looks at everything that was joined before it.
 */
const mostParts = 64;

const inGroups = (parts: readonly Node[]): (readonly Node[])[] =>
  Array.from({ length: Math.ceil(parts.length / mostParts) }, (_, i) =>
    parts.slice(i * mostParts, (i + 1) * mostParts),
  );

/** Lays parts one behind the other along an axis. */
export function joined(parts: readonly Node[], axis: number): Node {
  if (parts.length > mostParts) {
    const groups = inGroups(parts).map((group) => joined(group, axis));
    return joined(groups, axis);
  }
  const shape = [...parts[0]!.shape];
  shape[axis] = parts.reduce((n, part) => n + part.shape[axis]!, 0);
  let result: Node = constant(0, parts[0]!.dtype, shape);
  let start = 0;
  for (const part of parts) {
    const starts = shape.map((_, i) => (i === axis ? start : 0));
    if (part.shape[axis] === shape[axis])
      return reaching(
        part,
        parts.filter((other) => other !== part),
      );
    const seen = sizeOf(part.shape) > 0 || sizeOf(shape) === 0;
    if (seen) result = splice(result, part, { op: 'SHRINK', steps: shape.map(() => 1) }, starts);
    start += part.shape[axis]!;
  }
  return result;
}

/** What cat skips, whatever the others' shape is. */
const isNothing = (t: Tensor): boolean => t.ndim === 1 && t.shape[0] === 0;

/** Joins tensors along an existing dimension; 1-d empty ones are skipped. Source: torch.cat. */
export const cat = define('cat', 'tensors dim?', ((
  tensors: readonly Tensor[],
  dim: number = 0,
): Tensor => {
  demandTensors('cat', tensors);
  const dtype = tensors.map((t) => t.dtype).reduce(promote);
  const real = tensors.filter((t) => !isNothing(t));
  const empty = tensors.filter(isNothing).map((t) => t.node);
  if (real.length === 0) return fromNode(reaching(constant(0, dtype, [0]), empty));
  const first = real[0]!;
  if (first.ndim === 0)
    throw new Error(
      'cat: zero-dimensional tensor (at position 0) cannot be concatenated; use stack()',
    );
  const axis = wrapDim('cat', dim, first.ndim);
  real.forEach((t, i) => {
    const fits =
      t.ndim === first.ndim && t.shape.every((n, j) => j === axis || n === first.shape[j]);
    if (!fits) {
      throw new Error(
        `cat: ${showShape(first.shape)} and ${showShape(t.shape)} (number ${i}) differ outside ` +
          `dim ${axis}`,
      );
    }
  });
  const node = joined(
    real.map((t) => cast(t.node, dtype)),
    axis,
  );
  // a copy even of a single part: writes to the result must not reach it
  return fromNode(alias(reaching(node, empty)));
}) as Concatenate);
/** cat by another name. Source: torch.concat. */
export const concat = define('concat', 'tensors dim?', cat);
/** cat by another name. Source: torch.concatenate. */
export const concatenate = define('concatenate', 'tensors dim?', cat);

/** Joins tensors of one shape along a new dimension. Source: torch.stack. */
export const stack = define('stack', 'tensors dim?', ((
  tensors: readonly Tensor[],
  dim: number = 0,
): Tensor => {
  demandTensors('stack', tensors);
  const first = tensors[0]!;
  const axis = wrapDim('stack', dim, first.ndim + 1);
  tensors.forEach((t, i) => {
    if (showShape(t.shape) !== showShape(first.shape)) {
      throw new Error(
        `stack: expects each tensor to be equal size, but got ${showShape(first.shape)} at entry ` +
          `0 and ${showShape(t.shape)} at entry ${i}`,
      );
    }
  });
  const lifted = [...first.shape.slice(0, axis), 1, ...first.shape.slice(axis)];
  return cat(
    tensors.map((t) => viewOf(t, { op: 'RESHAPE', shape: lifted })),
    axis,
  );
}) as Stacking);

/** At least n dimensions, new ones where numpy puts them. */
export function atLeast(x: Tensor, n: number): Tensor {
  if (x.ndim >= n) return x;
  if (n === 1) return reshapeTo(x, [1]);
  if (n === 2) return reshapeTo(x, [1, x.ndim === 0 ? 1 : x.shape[0]!]);
  if (x.ndim === 0) return reshapeTo(x, [1, 1, 1]);
  return reshapeTo(x, x.ndim === 1 ? [1, x.shape[0]!, 1] : [...x.shape, 1]);
}

const lifting = (name: string, n: number) =>
  define(name, '...tensors:tensor/tensors', (...args: (Tensor | readonly Tensor[])[]) => {
    const list =
      args.length === 1 && Array.isArray(args[0]) ? (args[0] as Tensor[]) : (args as Tensor[]);
    if (args.length > 1) demandTensors(name, list);
    return args.length === 1 && args[0] instanceof Tensor
      ? atLeast(args[0], n)
      : list.map((t) => atLeast(t, n));
  });
export const atleast1d = lifting('atleast1d', 1);
export const atleast2d = lifting('atleast2d', 2);
export const atleast3d = lifting('atleast3d', 3);

/** Along the first dim, 1-d tensors as rows. Source: torch.vstack. */
export const vstack = define('vstack', 'tensors', (tensors: readonly Tensor[]) => {
  demandTensors('vstack', tensors);
  return cat(
    tensors.map((t) => atLeast(t, 2)),
    0,
  );
});
/** Along the second dim, 1-d tensors along their only one. Source: torch.hstack. */
export const hstack = define('hstack', 'tensors', (tensors: readonly Tensor[]) => {
  demandTensors('hstack', tensors);
  const lifted = tensors.map((t) => atLeast(t, 1));
  return cat(lifted, lifted[0]!.ndim === 1 ? 0 : 1);
});
/** Along the third dim. Source: torch.dstack. */
export const dstack = define('dstack', 'tensors', (tensors: readonly Tensor[]) => {
  demandTensors('dstack', tensors);
  return cat(
    tensors.map((t) => atLeast(t, 3)),
    2,
  );
});
/** 1-d tensors as columns. Source: torch.column_stack. */
export const columnStack = define('columnStack', 'tensors', (tensors: readonly Tensor[]) => {
  demandTensors('columnStack', tensors);
  return hstack(tensors.map((t) => (t.ndim <= 1 ? reshapeTo(t, [t.numel(), 1]) : t)));
});
