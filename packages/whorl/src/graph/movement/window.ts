// WINDOW shows windows every few steps along an axis, each as a new last axis (Tensor.unfold);
// FOLD, its transpose, adds the last axis back where it came from.
// in:  a node, the axis, how long a window is and how far the next one     out: a node

import { splice } from '../build.js';
import { argOf, Node } from '../node.js';
import { type AxisAlgebra, everywhere, replaced, type Place } from '../axes.js';
import type { PartRow } from './row.js';

export function window(a: Node, axis: number, size: number, step: number): Node {
  const count = Math.floor((a.shape[axis]! - size) / step) + 1;
  const shape = [...a.shape.map((n, i) => (i === axis ? count : n)), size];
  return new Node('WINDOW', a.dtype, shape, [a], { axis, size, step });
}

/** The transpose of window(): adds the last axis back into an axis of length `length`. */
export function fold(a: Node, axis: number, size: number, step: number, length: number): Node {
  const shape = a.shape.slice(0, -1).map((n, i) => (i === axis ? length : n));
  return new Node('FOLD', a.dtype, shape, [a], { axis, size, step });
}

export const WINDOW: PartRow<'WINDOW'> = {
  source(axes, { arg: { axis, step } }, index) {
    const inner = index[index.length - 1]!;
    const outer = index.slice(0, -1);
    return everywhere(
      outer.map((own, i) => (i === axis ? axes.add(axes.scale(own, step), inner) : own)),
    );
  },
  inverse(axes, { arg: { axis, size, step }, to }, index) {
    const own = index[axis]!;
    const [at, within] = [axes.divide(own, step), axes.modulo(own, step)];
    return {
      index: [...replaced(index, axis, at), within],
      inside: [
        { index: at, lo: 0, hi: to[axis]! },
        { index: within, lo: 0, hi: size },
      ],
    };
  },
  transpose(g, y) {
    const { axis, size, step } = argOf<'WINDOW'>(y);
    return fold(g, axis, size, step, y.sources[0]!.shape[axis]!);
  },
  show: (node, { axis, size, step }) => window(node, axis, size, step),
  geometry({ shape, strides, offset }, { axis, size, step }) {
    const count = Math.floor((shape[axis]! - size) / step) + 1;
    return {
      shape: [...shape.map((n, i) => (i === axis ? count : n)), size],
      strides: [...strides.map((s, i) => (i === axis ? s * step : s)), strides[axis]!],
      offset,
    };
  },
  put(base, { axis, size, step }, value) {
    // a single window may be longer than the step: nothing follows that it could overlap
    const apart = value.shape[axis] === 1 ? Math.max(size, step) : step;
    return splice(base, value, { op: 'WINDOW', axis, size, step: apart }, []);
  },
  repeats: (from, { axis, size, step }) => step < size && from[axis]! >= size + step,
  stepOf: ({ axis, size, step }) => ({ op: 'WINDOW', axis, size, step }),
};

// ---- FOLD: every element takes in the windows that cover it, first one first

/** How many windows may cover an element. */
export function coveringCount(node: Node): number {
  const { size, step } = argOf<'FOLD'>(node);
  return Math.ceil(size / step);
}

/** Where in the source the k-th of the windows lies that may cover an element. */
export function coveringPlace<A>(
  axes: AxisAlgebra<A>,
  node: Node,
  index: readonly A[],
  k: A,
): Place<A> {
  const { axis, size, step } = argOf<'FOLD'>(node);
  const own = index[axis]!;
  const before = coveringCount(node) - 1;
  // window q - before + k, where q is the last window that starts at or before us
  const at = axes.add(axes.shift(axes.divide(own, step), -before), k);
  const within = axes.subtract(
    axes.shift(axes.modulo(own, step), before * step),
    axes.scale(k, step),
  );
  return {
    index: [...replaced(index, axis, at), within],
    inside: [
      { index: at, lo: 0, hi: node.sources[0]!.shape[axis]! },
      { index: within, lo: 0, hi: size },
    ],
  };
}
