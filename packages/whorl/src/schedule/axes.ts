// Where a kernel computes a value, without its arithmetic: which loops each index depends on.
// in:  the loops and indices at which a node is computed     out: those at which its sources are
// This follows lower/ step by step: keys equal there are equal here, so are the places of sums.

import { argOf, type Node } from '../graph/node.js';
import { type Op, ops, type SpliceView } from '../graph/op.js';
import { segments } from '../graph/segments.js';

/** An index along one axis: equal keys, equal values; `level` is the innermost loop it depends on. */
export interface Axis {
  readonly key: string;
  readonly level: number;
}

export interface Place {
  readonly axes: readonly Axis[];
  /** Turns of the loop at each level; level 0 is the kernel itself. */
  readonly loops: readonly number[];
  /** Inside an `if` at this level, which nothing leaves. */
  readonly floor: number;
}

export const nowhere: Axis = { key: '0', level: 0 };

/** The level at which a value is computed: the innermost loop that its indices depend on. */
export function levelOf({ axes, floor }: Place): number {
  let level = floor;
  for (const axis of axes) if (axis.level > level) level = axis.level;
  return level;
}

/** How often a value at `place` is computed. */
export function evaluations(place: Place): number {
  const level = levelOf(place);
  let count = 1;
  for (let i = 0; i <= level; i++) count *= place.loops[i]!;
  return count;
}

/** One loop per axis of `shape`, each value at its own index. */
export function ownPlace(shape: readonly number[], prefix = 'i'): Place {
  const axes = shape.map((size, i) =>
    size === 1 ? nowhere : { key: `${prefix}${i}`, level: i + 1 },
  );
  return { axes, loops: [1, ...shape], floor: 0 };
}

type Rule = (node: Node, place: Place, visit: number) => Place[];
const wholeLevel = (axes: readonly Axis[]): number =>
  axes.reduce((level, axis) => Math.max(level, axis.level), 0);

const moved = (place: Place, axes: readonly Axis[]): Place[] => [{ ...place, axes }];
const guarded = (place: Place, axes: readonly Axis[]): Place => ({
  ...place,
  axes,
  floor: levelOf(place),
});

/** Lists of starts by number: views made from one list start at the same place. */
const lists = new WeakMap<readonly number[], number>();
let listCount = 0;

function listNumber(list: readonly number[]): number {
  let number = lists.get(list);
  if (number === undefined) {
    number = listCount++;
    lists.set(list, number);
  }
  return number;
}

/** Where a view shows an element, when its `start` is scalar `i` of `node`. */
const stepped = (node: Node, axis: Axis, i: number, step: number): Axis => ({
  key: `(${axis.key}*${step}+s${listNumber(node.scalars)}.${i})`,
  level: axis.level,
});

const rules: Partial<Record<Op, Rule>> = {
  RESHAPE(node, place) {
    const from = node.shape;
    const to = node.sources[0]!.shape;
    const axes: Axis[] = [];
    for (const segment of segments(from, to)) {
      const read = place.axes
        .slice(...segment.from)
        .filter((_, i) => from[segment.from[0] + i] !== 1);
      const written = to.slice(...segment.to);
      axes.push(...split(read, written));
    }
    return moved(place, axes);
  },
  PERMUTE(node, place) {
    const axes = new Array<Axis>(place.axes.length);
    argOf<'PERMUTE'>(node).order.forEach((axis, i) => {
      axes[axis] = place.axes[i]!;
    });
    return moved(place, axes);
  },
  EXPAND(node, place) {
    const { shape } = node.sources[0]!;
    return moved(
      place,
      place.axes.map((axis, i) => (shape[i] === 1 ? nowhere : axis)),
    );
  },
  PAD(node, place) {
    const { before } = argOf<'PAD'>(node);
    const axes = place.axes.map((axis, i) =>
      before[i] === 0 ? axis : { key: `(${axis.key}-${before[i]})`, level: axis.level },
    );
    return [guarded(place, axes)];
  },
  SHRINK(node, place) {
    const { steps } = argOf<'SHRINK'>(node);
    const { shape } = node.sources[0]!;
    return moved(
      place,
      place.axes.map((axis, i) =>
        shape[i] === node.shape[i] && steps[i] === 1 ? axis : stepped(node, axis, i, steps[i]!),
      ),
    );
  },
  FLIP(node, place) {
    const { axes } = argOf<'FLIP'>(node);
    return moved(
      place,
      place.axes.map((axis, i) =>
        axes.includes(i) ? { key: `(${node.shape[i]! - 1}-${axis.key})`, level: axis.level } : axis,
      ),
    );
  },
  DIAGONAL(node, place) {
    const { a, b } = argOf<'DIAGONAL'>(node);
    const along = place.axes[place.axes.length - 1]!;
    const rest = place.axes.slice(0, -1);
    return moved(
      place,
      node.sources[0]!.shape.map((_, i) =>
        i === a ? stepped(node, along, 0, 1) : i === b ? stepped(node, along, 1, 1) : rest.shift()!,
      ),
    );
  },
  WINDOW(node, place) {
    const { axis, step } = argOf<'WINDOW'>(node);
    const inner = place.axes[place.axes.length - 1]!;
    return moved(
      place,
      place.axes
        .slice(0, -1)
        .map((own, i) =>
          i === axis
            ? { key: `(${own.key}*${step}+${inner.key})`, level: Math.max(own.level, inner.level) }
            : own,
        ),
    );
  },
  FOLD(node, place, visit) {
    const { axis, size, step } = argOf<'FOLD'>(node);
    const level = levelOf(place) + 1;
    const loops = [...place.loops.slice(0, level), Math.ceil(size / step)];
    const window = { key: `k${visit}`, level };
    const axes = [
      ...place.axes.map((own, i) => (i === axis ? window : own)),
      { key: `m${visit}`, level },
    ];
    return [{ axes, loops, floor: level }];
  },
  REDUCE: reducePlace,
  GATHER(node, place) {
    const { axis } = argOf<'GATHER'>(node);
    const keys = place.axes.map((own) => own.key).join();
    const found = { key: `g${node.sources[1]!.index}(${keys})`, level: wholeLevel(place.axes) };
    return [{ ...place, axes: place.axes.map((own, i) => (i === axis ? found : own)) }, place];
  },
  SPLICE(node, place) {
    const axes = splicedAxes(argOf<'SPLICE'>(node).view, node, place.axes);
    return [place, guarded(place, axes)];
  },
};

/** A segment of a reshape: one axis stays what it is, several are mixed. */
function split(read: readonly Axis[], written: readonly number[]): Axis[] {
  const real = written.filter((size) => size !== 1).length;
  if (read.length === 1 && real === 1)
    return written.map((size) => (size === 1 ? nowhere : read[0]!));
  const level = wholeLevel(read);
  const key = `[${read.map((axis) => axis.key).join()}:${written.join()}]`;
  return written.map((size, i) => (size === 1 ? nowhere : { key: `${key}${i}`, level }));
}

/** In lanes nothing moves out of the loops; in sequence each axis is a loop of its own. */
function reducePlace(node: Node, place: Place, visit: number): Place[] {
  const { axes, order } = argOf<'REDUCE'>(node);
  const { shape } = node.sources[0]!;
  const level = levelOf(place);
  const loops = place.loops.slice(0, level + 1);
  const count = axes.reduce((n, axis) => n * shape[axis]!, 1);
  const inLanes = order === 'lanes' && count >= 64;
  if (inLanes) loops.push(count);
  let next = 0;
  const inner = shape.map((size, i): Axis => {
    if (!axes.includes(i)) return place.axes[next++]!;
    if (size === 1) return nowhere;
    if (!inLanes) loops.push(size);
    return { key: `k${visit}.${i}`, level: loops.length - 1 };
  });
  return [{ axes: inner, loops, floor: place.floor }];
}

function splicedAxes(view: SpliceView, node: Node, axes: readonly Axis[]): Axis[] {
  const { shape } = node.sources[1]!;
  const shifted = (axis: Axis, i: number | string): Axis => ({
    key: `x${node.index}.${i}(${axis.key})`,
    level: axis.level,
  });
  switch (view.op) {
    case 'SHRINK':
      return axes.map((axis, i) =>
        shape[i] === node.shape[i] ? axis : shape[i] === 1 ? nowhere : shifted(axis, i),
      );
    case 'DIAGONAL':
      return [...axes.filter((_, i) => i !== view.a && i !== view.b), shifted(axes[view.a]!, 'd')];
    case 'WINDOW':
      return [
        ...axes.map((axis, i) => (i === view.axis ? shifted(axis, 'w') : axis)),
        shifted(axes[view.axis]!, 'k'),
      ];
  }
}

/** The places of a node's sources when it is computed at `place`; `visit` numbers this use. */
export function sourcePlaces(node: Node, place: Place, visit: number): readonly Place[] {
  const rule = rules[node.op];
  if (rule !== undefined) return rule(node, place, visit);
  if (node.sources.length === 0) return [];
  if (ops[node.op].kind !== 'pointwise')
    throw new Error(`${node.op} is not computed inside a kernel`);
  return node.sources.map(() => place);
}
