// DIAGONAL: where two axes have the same index, but for where they begin; the diagonal is the last
// axis.
// in:  a node, two axes, where the diagonal begins on each, its length     out: a node

import { constant, splice } from '../build.js';
import { argOf, Node } from '../node.js';
import { type AxisAlgebra, everywhere } from '../axes.js';
import type { PartRow, Shown } from './row.js';

export function diagonal(
  source: Node,
  a: number,
  b: number,
  starts: readonly number[],
  length: number,
): Node {
  const shape = [...source.shape.filter((_, i) => i !== a && i !== b), length];
  return new Node('DIAGONAL', source.dtype, shape, [source], { a, b }, starts);
}

/** Where the diagonal begins on an axis: slot 0 for a, 1 for b; null where there is no choice. */
function startOn<A>(
  axes: AxisAlgebra<A>,
  { owner, arg, from, to }: Shown<'DIAGONAL'>,
  axis: number,
): A | null {
  const room = from[axis]! - to[to.length - 1]!;
  return room === 0 ? null : axes.start(owner, axis === arg.a ? 0 : 1, room);
}

export const DIAGONAL: PartRow<'DIAGONAL'> = {
  source(axes, shown, index) {
    const { a, b } = shown.arg;
    const along = index[index.length - 1]!;
    const rest = index.slice(0, -1);
    return everywhere(
      shown.from.map((_, i) => {
        if (i !== a && i !== b) return rest.shift()!;
        return axes.add(along, startOn(axes, shown, i) ?? axes.zero);
      }),
    );
  },
  inverse<A>(axes: AxisAlgebra<A>, shown: Shown<'DIAGONAL'>, index: readonly A[]) {
    const { a, b } = shown.arg;
    const length = shown.to[shown.to.length - 1]!;
    const offset = (axis: number): A => {
      const start = startOn(axes, shown, axis);
      return start === null ? index[axis]! : axes.subtract(index[axis]!, start);
    };
    const [x, y] = [offset(a), offset(b)];
    return {
      index: [...index.filter((_, i) => i !== a && i !== b), x],
      inside: [
        { index: x, lo: 0, hi: length },
        { index: axes.subtract(x, y), lo: 0, hi: 1 },
      ],
    };
  },
  transpose(g, y) {
    const { a, b } = argOf<'DIAGONAL'>(y);
    const zeros = constant(0, g.dtype, y.sources[0]!.shape);
    return splice(zeros, g, { op: 'DIAGONAL', a, b }, y.scalars);
  },
  show: (node, { a, b, starts, length }) => diagonal(node, a, b, starts, length),
  geometry({ shape, strides, offset }, { a, b, starts, length }) {
    const keep = [...shape.keys()].filter((i) => i !== a && i !== b);
    return {
      shape: [...keep.map((i) => shape[i]!), length],
      strides: [...keep.map((i) => strides[i]!), strides[a]! + strides[b]!],
      offset: offset + starts[0]! * strides[a]! + starts[1]! * strides[b]!,
    };
  },
  put: (base, { a, b, starts }, value) => splice(base, value, { op: 'DIAGONAL', a, b }, starts),
  repeats: () => false,
  stepOf: ({ a, b }, starts, to) => ({
    op: 'DIAGONAL',
    a,
    b,
    starts,
    length: to[to.length - 1]!,
  }),
};
