// The loops of ops that are not computed at the index of whoever reads them.
// in:  a node     out: which loops go through each of its sources, and where they are then

import { replaced } from './axes.js';
import { argOf, type Node, type Shape } from './node.js';
import type { Op, OpOf } from './op.js';

/** A loop for each axis of `shape`. `order`: axes, outermost first. */
export interface Loops {
  readonly shape: Shape;
  readonly order: readonly number[];
}

const rowMajor = (shape: Shape): Loops => ({ shape, order: [...shape.keys()] });
const once: Loops = { shape: [], order: [] };

type Walk = (node: Node) => readonly Loops[];

/** A SPLICE has loops of its own where it is written over its base, which is not read then. */
const walks: Readonly<Record<OpOf<'stored'> | 'SPLICE', Walk>> = {
  SCAN(node) {
    const { axis } = argOf<'SCAN'>(node);
    const others = [...node.shape.keys()].filter((i) => i !== axis);
    return [{ shape: node.shape, order: [...others, axis] }];
  },
  SCATTER({ shape, sources }) {
    const values = rowMajor(sources[1]!.shape);
    return [rowMajor(shape), values, values];
  },
  SPLICE: ({ sources }) => [once, rowMajor(sources[1]!.shape)],
  HOST: ({ sources }) => sources.map(() => once),
  TRANSFER: () => [once],
};

/** By source. */
export function loopsOf(node: Node): readonly Loops[] {
  const walk = (walks as Partial<Record<Op, Walk>>)[node.op];
  if (walk === undefined) throw new Error(`${node.op} has no loops of its own`);
  return walk(node);
}

/** Where a GATHER reads its table and a SCATTER writes. `position`: what the index says. */
export const indexedPlace = <A>(node: Node, index: readonly A[], position: A): A[] =>
  replaced(index, (node.arg as { readonly axis: number }).axis, position);
