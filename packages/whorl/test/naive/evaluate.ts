// The oracle: a graph evaluated node by node over typed arrays, in the plainest way there is.
// in:  a node, stored leaves below it     out: its values; float32 rounds after every operation

import { download } from '../../src/engine/devices/host.js';
import { arrayOf, type TypedArray } from '../../src/graph/dtype.js';
import { contiguousStrides, type Node, type Shape, sizeOf } from '../../src/graph/node.js';
import type { Args, SpliceView } from '../../src/graph/op.js';
import { combine, identity, reduced } from './sums.js';
import { binary, convert, fit, unary, type Value, type Values } from './values.js';

export const unflat = (position: number, shape: Shape): number[] => {
  const index = new Array<number>(shape.length);
  for (let i = shape.length - 1; i >= 0; i--) {
    index[i] = position % shape[i]!;
    position = Math.floor(position / shape[i]!);
  }
  return index;
};

export const flat = (index: readonly number[], shape: Shape): number =>
  contiguousStrides(shape).reduce((sum, stride, i) => sum + stride * index[i]!, 0);

/** Where an element of a view lies, or null where the view has none. */
function shown(
  view: SpliceView,
  scalars: readonly number[],
  index: readonly number[],
  rank: number,
): number[] {
  if (view.op === 'SHRINK') return index.map((own, i) => scalars[i]! + own * view.steps[i]!);
  const last = index[index.length - 1]!;
  const rest = index.slice(0, -1);
  if (view.op === 'WINDOW')
    return rest.map((own, i) => (i === view.axis ? own * view.step + last : own));
  return Array.from({ length: rank }, (_, i) =>
    i === view.a ? scalars[0]! + last : i === view.b ? scalars[1]! + last : rest.shift()!,
  );
}

type Evaluate = (node: Node, sources: readonly Values[], out: Values) => void;

const each = (node: Node, out: Values, value: (index: number[], i: number) => Value): void => {
  for (let i = 0; i < out.length; i++)
    out[i] = fit(node.dtype, value(unflat(i, node.shape), i)) as never;
};

/** index -> the source's index, or null for the filling. */
const moved =
  (place: (node: Node, index: number[]) => number[] | null): Evaluate =>
  (node, [a], out) => {
    const { shape } = node.sources[0]!;
    each(node, out, (index) => {
      const from = place(node, index);
      return from === null
        ? convert(node.scalars[0]!, 'float64', node.dtype)
        : a![flat(from, shape)]!;
    });
  };

const special: Record<string, Evaluate> = {
  CONST: (node, _, out) =>
    each(node, out, () => {
      const value = node.scalars[0]!;
      return node.dtype === 'int64' ? BigInt(value) : value;
    }),
  IOTA: (node, _, out) => each(node, out, (_index, i) => (node.dtype === 'int64' ? BigInt(i) : i)),
  ALIAS: (node, [a], out) => each(node, out, (_, i) => a![i]!),
  CAST: (node, [a], out) =>
    each(node, out, (_, i) => convert(a![i]!, node.sources[0]!.dtype, node.dtype)),
  WHERE: (node, [c, a, b], out) => each(node, out, (_, i) => (c![i] ? a![i]! : b![i]!)),
  FMA: (node, [a, b, c], out) =>
    each(node, out, (_, i) => Number(a![i]!) * Number(b![i]!) + Number(c![i]!)),
  FLUSH: (node, [a], out) =>
    each(node, out, (_, i) => {
      const value = Number(a![i]!);
      return Math.abs(value) < node.scalars[0]! ? value * 0 : value;
    }),
  RESHAPE: (node, [a], out) => each(node, out, (_, i) => a![i]!),
  PERMUTE: moved((node, index) => {
    const { order } = node.arg as Args['PERMUTE'];
    return index.map((_, i) => index[order.indexOf(i)]!);
  }),
  EXPAND: moved((node, index) =>
    index.map((own, i) => (node.sources[0]!.shape[i] === 1 ? 0 : own)),
  ),
  PAD: moved((node, index) => {
    const { before } = node.arg as Args['PAD'];
    const from = index.map((own, i) => own - before[i]!);
    return from.every((own, i) => own >= 0 && own < node.sources[0]!.shape[i]!) ? from : null;
  }),
  SHRINK: moved((node, index) =>
    shown({ op: 'SHRINK', ...(node.arg as Args['SHRINK']) }, node.scalars, index, 0),
  ),
  FLIP: moved((node, index) => {
    const { axes } = node.arg as Args['FLIP'];
    return index.map((own, i) => (axes.includes(i) ? node.shape[i]! - 1 - own : own));
  }),
  DIAGONAL: moved((node, index) =>
    shown(
      { op: 'DIAGONAL', ...(node.arg as Args['DIAGONAL']) },
      node.scalars,
      index,
      node.sources[0]!.shape.length,
    ),
  ),
  WINDOW: moved((node, index) =>
    shown({ op: 'WINDOW', ...(node.arg as Args['WINDOW']) }, [], index, 0),
  ),
  FOLD(node, [a], out) {
    const view = { op: 'WINDOW', ...(node.arg as Args['FOLD']) } as const;
    out.fill(fit(node.dtype, 0) as never);
    for (let i = 0; i < a!.length; i++) {
      const at = flat(shown(view, [], unflat(i, node.sources[0]!.shape), 0), node.shape);
      out[at] = combine('sum', node.dtype, out[at]!, a![i]!) as never;
    }
  },
  SPLICE(node, [base, value], out) {
    const { view } = node.arg as Args['SPLICE'];
    out.set(base as never);
    for (let i = 0; i < value!.length; i++) {
      const index = unflat(i, node.sources[1]!.shape);
      out[flat(shown(view, node.scalars, index, node.shape.length), node.shape)] = value![
        i
      ] as never;
    }
  },
  REDUCE(node, [a], out) {
    const { axes } = node.arg as Args['REDUCE'];
    const { shape } = node.sources[0]!;
    const lists = Array.from({ length: out.length }, (): Value[] => []);
    for (let i = 0; i < a!.length; i++) {
      const index = unflat(i, shape).filter((_, axis) => !axes.includes(axis));
      lists[flat(index, node.shape)]!.push(a![i]!);
    }
    const sizes = axes.map((axis) => shape[axis]!);
    each(node, out, (_, i) => reduced(lists[i]!, sizes, node.arg as Args['REDUCE'], node.dtype));
  },
  SCAN(node, [a], out) {
    const { kind, axis } = node.arg as Args['SCAN'];
    const wide =
      kind === 'sum' || kind === 'prod'
        ? node.dtype === 'float32'
          ? 'float64'
          : node.dtype
        : node.dtype;
    const totals = new Map<number, Value>();
    for (let i = 0; i < a!.length; i++) {
      const line = flat(
        unflat(i, node.shape).map((own, k) => (k === axis ? 0 : own)),
        node.shape,
      );
      const total = combine(kind, wide, totals.get(line) ?? identity(kind, wide), a![i]!);
      totals.set(line, total);
      out[i] = fit(node.dtype, total) as never;
    }
  },
  GATHER(node, [table, position], out) {
    const { axis } = node.arg as Args['GATHER'];
    each(node, out, (index, i) => {
      index[axis] = Number(position![i]);
      return table![flat(index, node.sources[0]!.shape)]!;
    });
  },
  SCATTER(node, [base, position, value], out) {
    const { axis, kind } = node.arg as Args['SCATTER'];
    out.set(base as never);
    for (let i = 0; i < position!.length; i++) {
      const index = unflat(i, node.sources[1]!.shape);
      index[axis] = Number(position![i]);
      const at = flat(index, node.shape);
      out[at] = (
        kind === 'set' ? value![i] : combine(kind, node.dtype, out[at]!, value![i]!)
      ) as never;
    }
  },
  HOST(node, sources, out) {
    const { routine } = node.arg as Args['HOST'];
    routine.run(
      out,
      sources,
      node.sources.map((source) => source.shape),
      node.shape,
    );
  },
};

function evaluate(node: Node, sources: readonly Values[], out: Values): void {
  const rule = special[node.op];
  if (rule !== undefined) rule(node, sources, out);
  else if (sources.length === 1)
    each(node, out, (_, i) => unary(node.op, node.dtype, sources[0]![i]!));
  else {
    const { dtype } = node.sources[0]!;
    each(node, out, (_, i) => binary(node.op, dtype, sources[0]![i]!, sources[1]![i]!));
  }
}

/** Every pending node below `root`, sources first. */
export function naive(root: Node): TypedArray {
  const done = new Map<Node, Values>();
  const todo = [root];
  while (todo.length > 0) {
    const node = todo[todo.length - 1]!;
    const missing = node.buffer === null ? node.sources.filter((source) => !done.has(source)) : [];
    if (missing.length > 0) {
      todo.push(...missing);
      continue;
    }
    todo.pop();
    if (done.has(node)) continue;
    if (node.buffer !== null) {
      done.set(node, download(node) as Values);
      continue;
    }
    const out = new arrayOf[node.dtype](sizeOf(node.shape)) as Values;
    evaluate(
      node,
      node.sources.map((source) => done.get(source)!),
      out,
    );
    done.set(node, out);
  }
  return done.get(root)!;
}
