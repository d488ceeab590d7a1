// What each movement op shows: where an element of its result comes from.
// in:  an index into the result     out: the index into the source, and when it exists at all

import { argOf, type Node, type Shape } from '../graph/node.js';
import { segments } from '../graph/segments.js';
import type { MovementOp, SpliceView } from '../graph/op.js';
import {
  add,
  boundsOf,
  divide,
  fixed,
  modulo,
  scale,
  shift,
  subtract,
  unflatten,
  zero,
} from '../ir/index-algebra.js';
import type { Expr, Index } from '../ir/loop.js';
import { and } from './bodies/expressions.js';

/** A kernel parameter for scalar `slot` of `node`, which lies in 0..hi. */
export type StartOf = (node: Node, slot: number, hi: number) => Index;

export interface Place {
  readonly index: readonly Index[];
  /** lo <= index < hi for each, or there is no such element. */
  readonly inside: readonly Inside[];
}
export interface Inside {
  readonly index: Index;
  readonly lo: number;
  readonly hi: number;
}

type Rule = (node: Node, index: readonly Index[], start: StartOf) => Place;

const always: readonly Inside[] = [];
const at = (index: readonly Index[]): Place => ({ index, inside: always });

const rules: Record<MovementOp, Rule> = {
  RESHAPE: (node, index) => at(reshaped(index, node.shape, node.sources[0]!.shape)),
  PERMUTE: (node, index) => {
    const source = new Array<Index>(index.length);
    argOf<'PERMUTE'>(node).order.forEach((axis, i) => {
      source[axis] = index[i]!;
    });
    return at(source);
  },
  EXPAND: (node, index) => {
    const { shape } = node.sources[0]!;
    return at(index.map((own, i) => (shape[i] === 1 ? zero : own)));
  },
  PAD: (node, index) => {
    const { shape } = node.sources[0]!;
    const { before } = argOf<'PAD'>(node);
    const source = index.map((own, i) => shift(own, -before[i]!));
    return {
      index: source,
      inside: source.map((own, i) => ({ index: own, lo: 0, hi: shape[i]! })),
    };
  },
  SHRINK: (node, index, start) => {
    const { steps } = argOf<'SHRINK'>(node);
    return at(
      shown.SHRINK(node, { op: 'SHRINK', steps }, node.sources[0]!.shape, node.shape, index, start),
    );
  },
  FLIP: (node, index) => {
    const { axes } = argOf<'FLIP'>(node);
    return at(
      index.map((own, i) => (axes.includes(i) ? subtract(fixed(node.shape[i]! - 1), own) : own)),
    );
  },
  DIAGONAL: (node, index, start) => {
    const { a, b } = argOf<'DIAGONAL'>(node);
    const { shape } = node.sources[0]!;
    return at(shown.DIAGONAL(node, { op: 'DIAGONAL', a, b }, shape, node.shape, index, start));
  },
  WINDOW: (node, index, start) => {
    const view = { op: 'WINDOW', ...argOf<'WINDOW'>(node) } as const;
    return at(shown.WINDOW(node, view, node.sources[0]!.shape, node.shape, index, start));
  },
};

type ViewOf<O> = Extract<SpliceView, { op: O }>;
/** Where element `index` of a view of shape `to` lies in what it views, of shape `from`. */
type Shown<V> = (
  node: Node,
  view: V,
  from: Shape,
  to: Shape,
  index: readonly Index[],
  start: StartOf,
) => Index[];

const shown: { [O in SpliceView['op']]: Shown<ViewOf<O>> } = {
  SHRINK: (node, { steps }, from, to, index, start) =>
    index.map((own, i) => {
      const room = from[i]! - 1 - steps[i]! * (to[i]! - 1);
      return add(scale(own, steps[i]!), room === 0 ? zero : start(node, i, room));
    }),
  DIAGONAL(node, { a, b }, from, to, index, start) {
    const along = index[index.length - 1]!;
    const rest = index.slice(0, -1);
    return from.map((n, i) => {
      if (i !== a && i !== b) return rest.shift()!;
      const room = n - to[index.length - 1]!;
      return add(along, room === 0 ? zero : start(node, i === a ? 0 : 1, room));
    });
  },
  WINDOW(_, { axis, step }, _from, _to, index) {
    const inner = index[index.length - 1]!;
    return index.slice(0, -1).map((own, i) => (i === axis ? add(scale(own, step), inner) : own));
  },
};

/** Where an element of the value that a SPLICE puts in comes to lie. */
export function splicedPlace(node: Node, index: readonly Index[], start: StartOf): Index[] {
  const { view } = argOf<'SPLICE'>(node);
  return shown[view.op](node, view as never, node.shape, node.sources[1]!.shape, index, start);
}

/** Where the element `index` of a movement node lies in its source. */
export const sourcePlace: Rule = (node, index, start) =>
  rules[node.op as MovementOp](node, index, start);

/** Axes are matched where their products are equal, so that only what really mixes is divided. */
export function reshaped(index: readonly Index[], shape: Shape, to: Shape): Index[] {
  const result: Index[] = [];
  for (const segment of segments(shape, to)) {
    let flat = zero;
    for (let i = segment.from[0]; i < segment.from[1]; i++) {
      flat = add(scale(flat, shape[i]!), shape[i] === 1 ? zero : index[i]!);
    }
    result.push(...unflatten(flat, to.slice(...segment.to)));
  }
  return result;
}

/** Where an element of a SPLICE comes from in the value that was put in. */
export function valuePlace(node: Node, index: readonly Index[], start: StartOf): Place {
  const { view } = argOf<'SPLICE'>(node);
  return splicers[view.op](node, view as never, index, start);
}

type Splicer<V> = (node: Node, view: V, index: readonly Index[], start: StartOf) => Place;

const splicers: { [O in SpliceView['op']]: Splicer<ViewOf<O>> } = {
  SHRINK(node, { steps }, index, start) {
    const { shape } = node.sources[1]!;
    const inside: Inside[] = [];
    const source = index.map((own, i) => {
      const step = steps[i]!;
      const count = shape[i]!;
      const room = node.shape[i]! - 1 - step * (count - 1);
      const offset = room === 0 ? own : subtract(own, start(node, i, room));
      inside.push({ index: offset, lo: 0, hi: step * (count - 1) + 1 });
      if (step > 1) inside.push({ index: modulo(offset, step), lo: 0, hi: 1 });
      return divide(offset, step);
    });
    return { index: source, inside };
  },
  DIAGONAL(node, { a, b }, index, start) {
    const { shape } = node.sources[1]!;
    const length = shape[shape.length - 1]!;
    const offset = (axis: number, slot: number): Index => {
      const room = node.shape[axis]! - length;
      return room === 0 ? index[axis]! : subtract(index[axis]!, start(node, slot, room));
    };
    const [x, y] = [offset(a, 0), offset(b, 1)];
    return {
      index: [...index.filter((_, i) => i !== a && i !== b), x],
      inside: [
        { index: x, lo: 0, hi: length },
        { index: subtract(x, y), lo: 0, hi: 1 },
      ],
    };
  },
  WINDOW(node, { axis, size, step }, index) {
    const { shape } = node.sources[1]!;
    const own = index[axis]!;
    const [window, within] = [divide(own, step), modulo(own, step)];
    return {
      index: [...index.map((other, i) => (i === axis ? window : other)), within],
      inside: [
        { index: window, lo: 0, hi: shape[axis]! },
        { index: within, lo: 0, hi: size },
      ],
    };
  },
};

/** All of `inside` as one condition; true and false where the bounds decide it. */
export function conditionOf(inside: readonly Inside[]): Expr | boolean {
  let condition: Expr | null = null;
  for (const { index, lo, hi } of inside) {
    const bounds = boundsOf(index);
    if (bounds.lo >= hi || bounds.hi < lo || lo >= hi) return false;
    if (bounds.lo >= lo && bounds.hi < hi) continue;
    const own: Expr = { kind: 'inside', dtype: 'bool', index, lo, hi };
    condition = condition === null ? own : and(condition, own);
  }
  return condition ?? true;
}
