// Moves elements about: a row for each movement op, and what makes its nodes.
// in:  a node and where its elements go
// out: a node; where its elements, its memory and its gradient lie
//
// A row stands beside the function that makes the node. Who lowers, plans, differentiates or shows
// memory asks the row.

import { DIAGONAL } from './movement/diagonal.js';
import { EXPAND } from './movement/expand.js';
import { FLIP } from './movement/flip.js';
import { PERMUTE } from './movement/permute.js';
import { RESHAPE } from './movement/reshape.js';
import type { AxisAlgebra, Place } from './axes.js';
import type { MovementRow, PartRow, Step, Viewing, ViewRow } from './movement/row.js';
import { PAD, SHRINK } from './movement/shrink.js';
import { WINDOW } from './movement/window.js';
import { argOf, type Node } from './node.js';
import type { MovementOp, OpOf, PartOp, ViewOp } from './op.js';

export { diagonal } from './movement/diagonal.js';
export { broadcastTo, coordinate, expand } from './movement/expand.js';
export { flip } from './movement/flip.js';
export { permute } from './movement/permute.js';
export { reshape, viewStrides } from './movement/reshape.js';
export { narrow, pad, shrink } from './movement/shrink.js';
export { fold, window } from './movement/window.js';

const parts: { readonly [O in PartOp]: PartRow<O> } = { SHRINK, DIAGONAL, WINDOW };

const views: { readonly [O in ViewOp]: ViewRow<O> } = { RESHAPE, PERMUTE, EXPAND, ...parts };

const movements: { readonly [O in OpOf<'movement'>]: MovementRow<O> } = { PAD, FLIP, ...views };

export const movementOps = Object.keys(movements) as MovementOp[];

/** A row whose op is not known; it is given what belongs to its own op. */
type Any<Row> = { readonly [K in keyof Row]: Row[K] };

const movementOf = (op: MovementOp) => movements[op] as Any<MovementRow<'SHRINK'>>;
const partOf = (op: PartOp) => parts[op] as Any<PartRow<'SHRINK'>>;

/** How memory is shown by steps of this kind. */
export const viewOf = ({ op }: Step): Viewing<Step> => views[op] as Viewing<Step>;

/** Where an element of a movement node lies in its source. */
export function sourcePlace<A>(axes: AxisAlgebra<A>, owner: Node, index: readonly A[]): Place<A> {
  const { arg, sources, shape: to } = owner;
  const shown = { owner, arg: arg as never, from: sources[0]!.shape, to };
  return movementOf(owner.op as MovementOp).source(axes, shown, index);
}

/** The gradient of a movement node's source. */
export const transpose = (g: Node, y: Node): Node => movementOf(y.op as MovementOp).transpose(g, y);

// ---- SPLICE: a view of its base shows the value

const shownBy = (owner: Node) => ({
  owner,
  arg: argOf<'SPLICE'>(owner).view as never,
  from: owner.shape,
  to: owner.sources[1]!.shape,
});

const partBy = (node: Node) => partOf(argOf<'SPLICE'>(node).view.op);

/** Where an element of the value that a SPLICE puts in comes to lie. */
export const splicedIndex = <A>(axes: AxisAlgebra<A>, node: Node, index: readonly A[]) =>
  partBy(node).source(axes, shownBy(node), index).index;

/** Where an element of a SPLICE comes from in the value that was put in. */
export const valuePlace = <A>(axes: AxisAlgebra<A>, node: Node, index: readonly A[]): Place<A> =>
  partBy(node).inverse(axes, shownBy(node), index);

/** What `node` shows in the place that a SPLICE puts its value in. */
export function splicedPart(node: Node, by: Node): Node {
  const part = partBy(by);
  const { view } = argOf<'SPLICE'>(by);
  return part.show(node, part.stepOf(view as never, by.scalars, by.sources[1]!.shape));
}
