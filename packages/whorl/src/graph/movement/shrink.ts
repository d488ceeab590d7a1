// SHRINK takes a part of every axis, in steps; PAD, its transpose where the steps are 1, puts a
// number around.
// in:  a node, where the part begins and how long it is
// out: a node, an old one where it is the whole

import { constant, sameShape, splice } from '../build.js';
import { demandInside } from '../fits.js';
import { argOf, Node, type Shape } from '../node.js';
import { constantAs } from './reshape.js';
import { type AxisAlgebra, everywhere, type Inside } from '../axes.js';
import type { MovementRow, PartRow, Shown } from './row.js';

/** out[i] = a[start + step * i] per axis, `shape` long. */
export function shrink(
  a: Node,
  starts: readonly number[],
  steps: readonly number[],
  shape: Shape,
): Node {
  if (sameShape(a.shape, shape) && steps.every((s) => s === 1)) return a;
  demandInside('SHRINK', a.shape, starts, steps, shape);
  if (a.op === 'CONST') return constantAs(a, shape);
  return new Node('SHRINK', a.dtype, shape, [a], { steps }, starts);
}

/** `count` elements of one axis from `start`. */
export const narrow = (a: Node, axis: number, start: number, count: number): Node =>
  shrink(
    a,
    a.shape.map((_, i) => (i === axis ? start : 0)),
    a.shape.map(() => 1),
    a.shape.map((n, i) => (i === axis ? count : n)),
  );

export function pad(a: Node, before: readonly number[], after: readonly number[], value = 0): Node {
  if (before.every((n) => n === 0) && after.every((n) => n === 0)) return a;
  const shape = a.shape.map((n, i) => before[i]! + n + after[i]!);
  return new Node('PAD', a.dtype, shape, [a], { before }, [value]);
}

/** How far from the beginning of axis i the part may begin. */
const roomOf = ({ arg, from, to }: Shown<'SHRINK'>, i: number): number =>
  from[i]! - 1 - arg.steps[i]! * (to[i]! - 1);

export const SHRINK: PartRow<'SHRINK'> = {
  source: (axes, shown, index) =>
    everywhere(
      index.map((own, i) => {
        const room = roomOf(shown, i);
        const start = room === 0 ? axes.zero : axes.start(shown.owner, i, room);
        return axes.add(axes.scale(own, shown.arg.steps[i]!), start);
      }),
    ),
  inverse<A>(axes: AxisAlgebra<A>, shown: Shown<'SHRINK'>, index: readonly A[]) {
    const inside: Inside<A>[] = [];
    const source = index.map((own, i) => {
      const step = shown.arg.steps[i]!;
      const room = roomOf(shown, i);
      const offset = room === 0 ? own : axes.subtract(own, axes.start(shown.owner, i, room));
      inside.push({ index: offset, lo: 0, hi: step * (shown.to[i]! - 1) + 1 });
      if (step > 1) inside.push({ index: axes.modulo(offset, step), lo: 0, hi: 1 });
      return axes.divide(offset, step);
    });
    return { index: source, inside };
  },
  /** What was cut away gets zeros: a pad where the step is 1, else a splice into zeros. */
  transpose(g, y) {
    const { steps } = argOf<'SHRINK'>(y);
    const { shape } = y.sources[0]!;
    if (steps.every((s) => s === 1)) {
      return pad(
        g,
        y.scalars,
        shape.map((n, i) => n - y.scalars[i]! - g.shape[i]!),
      );
    }
    return splice(constant(0, g.dtype, shape), g, { op: 'SHRINK', steps }, y.scalars);
  },
  show: (node, { starts, steps, shape }) => shrink(node, starts, steps, shape),
  geometry: ({ strides, offset }, { starts, steps, shape }) => ({
    shape,
    strides: strides.map((s, i) => s * steps[i]!),
    offset: starts.reduce((sum, start, i) => sum + start * strides[i]!, offset),
  }),
  put(base, { starts, steps, shape }, value) {
    const whole = shape.every((n, i) => n === base.shape[i] && steps[i] === 1);
    return whole ? value : splice(base, value, { op: 'SHRINK', steps }, starts);
  },
  repeats: () => false,
  merged: (first, second) => ({
    op: 'SHRINK',
    starts: first.starts.map((s, i) => s + first.steps[i]! * second.starts[i]!),
    steps: first.steps.map((s, i) => s * second.steps[i]!),
    shape: second.shape,
  }),
  stepOf: ({ steps }, starts, shape) => ({ op: 'SHRINK', starts, steps, shape }),
};

export const PAD: MovementRow<'PAD'> = {
  source(axes, { arg: { before }, from }, index) {
    const source = index.map((own, i) => axes.shift(own, -before[i]!));
    const inside = source.map((own, i) => ({ index: own, lo: 0, hi: from[i]! }));
    return { index: source, inside };
  },
  transpose(g, y) {
    const { before } = argOf<'PAD'>(y);
    return shrink(
      g,
      before,
      before.map(() => 1),
      y.sources[0]!.shape,
    );
  },
};
