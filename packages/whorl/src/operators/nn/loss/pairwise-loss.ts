// How a loss between an input and a target is registered: which shapes and dtypes go together, and
// what its result is of.
// in:  a name, options, a formula of two nodes     out: a function of two tensors, reduced by
//      'mean' (default), 'sum' or 'none'

import { cast } from '../../../graph/build.js';
import { broadcastTo } from '../../../graph/movement.js';
import { type DType, isFloating } from '../../../graph/dtype.js';
import type { Node } from '../../../graph/node.js';
import type { Agrees } from '../../../tensor/arguments/agrees.js';
import { define } from '../../../tensor/define.js';
import { showShape } from '../../../tensor/dims.js';
import { broadcastShapes, resultType, resultLayout } from '../../../tensor/promotion.js';
import { fromNode, type Tensor } from '../../../tensor/tensor.js';
import { demandSameShape, reduceLoss, type Reduction } from './reduction.js';
import { floatingOnly } from '../../../tensor/floating.js';

export interface LossOptions {
  reduction?: Reduction;
}

/** The result's dtype, of what both have in common, the input's and the target's. */
export type Rule = (name: string, common: DType, input: Tensor, target: Tensor) => DType;

/** Of a common dtype, which must be floating. */
export const promoted: Rule = (name, common) => floatingOnly(name, common);
/** Of the input's dtype, which must be floating. */
export const inputs: Rule = (name, _common, input) => floatingOnly(name, input.dtype);

interface Shapes {
  /** broadcast: as operands do; warned: with PyTorch's warning; same: they must be equal. */
  readonly shapes: 'broadcast' | 'warned' | 'same';
  readonly dtype: Rule;
}

const told = new Set<string>();

/** Two sizes that broadcast are a slip more often than not: said once for a pair of them. */
export function warnOfSizes(name: string, input: Tensor, target: Tensor): void {
  const [own, other] = [showShape(input.shape), showShape(target.shape)];
  if (own === other || told.has(`${name} ${own} ${other}`)) return;
  told.add(`${name} ${own} ${other}`);
  console.warn(
    `whorl: ${name}: using a target size (${other}) that is different to the input size ` +
      `(${own}). This will likely lead to incorrect results due to broadcasting. Please ensure ` +
      'they have the same size.',
  );
}

/** Tensors in one shape and in the dtype that they have in common. */
export function together(name: string, ...tensors: Tensor[]): Node[] {
  const shape = broadcastShapes(name, ...tensors.map((t) => t.shape));
  const dtype = resultType(tensors);
  return tensors.map((t) => broadcastTo(cast(t.node, dtype), shape));
}

/** A factor for each element of a loss, or for what broadcasts to it. */
export function weighted(
  name: string,
  weight: Tensor | null | undefined,
  shape: readonly number[],
) {
  if (weight == null) return null;
  demandFits(name, 'weight', weight, shape);
  return broadcastTo(weight.node, shape);
}

export function demandFits(
  name: string,
  what: string,
  tensor: Tensor,
  shape: readonly number[],
): void {
  const lead = shape.length - tensor.ndim;
  const fits = lead >= 0 && tensor.shape.every((n, i) => n === 1 || n === shape[lead + i]);
  if (fits) return;
  throw new Error(
    `${name}: output with shape ${showShape(shape)} doesn't match the broadcast shape of ${what} ` +
      showShape(tensor.shape),
  );
}

/** PyTorch has no derivative for some arguments, and says so. */
export function demandConstant(
  name: string,
  what: string,
  tensor: Tensor | null | undefined,
): void {
  if (!tensor?.requiresGrad) return;
  throw new Error(
    `${name}: not differentiable with respect to argument '${what}'; this input cannot require a ` +
      'gradient: detach() it',
  );
}

/** A loss whose formula looks at one element of each. */
export type Loss<O extends LossOptions = LossOptions> = (
  input: Tensor,
  target: Tensor,
  options?: O,
) => Tensor;

/** Registers such a loss. */
export function pairwiseLoss<const S extends string, O extends LossOptions = LossOptions>(
  name: string,
  signature: Agrees<Loss<O>, S>,
  { shapes, dtype }: Shapes,
  make: (x: Node, y: Node, o: O, target: Tensor, input: Tensor) => Node,
): Loss<O> {
  return define(
    `F.${name}`,
    signature as never,
    (input: Tensor, target: Tensor, o: O = {} as O) => {
      if (shapes === 'same') demandSameShape(name, input, target);
      if (shapes === 'warned') warnOfSizes(name, input, target);
      const result = dtype(name, resultType([input, target]), input, target);
      const [x, y] = together(name, input, target) as [Node, Node];
      const wide = isFloating(x.dtype) ? x.dtype : result;
      const loss = cast(make(cast(x, wide), cast(y, wide), o, target, input), result);
      const layout = o.reduction === 'none' ? resultLayout(loss.shape, [input, target]) : null;
      return fromNode(reduceLoss(name, loss, o.reduction ?? 'mean'), layout);
    },
    'functional',
  );
}
