// Where a kernel computes a value, without its arithmetic: which loops each index depends on.
// in:  the loops and indices at which a node is computed     out: those at which its sources are
//
// Where elements lie is said in graph/, once for this and for the addresses of lower/: what has
// equal keys here has equal addresses there.

import type { AxisAlgebra, Place as Indices } from '../graph/axes.js';
import { sourcePlace, valuePlace } from '../graph/movement.js';
import { coveringCount, coveringPlace } from '../graph/movement/window.js';
import { argOf, type Node, type Shape, sizeOf } from '../graph/node.js';
import { type Op, type OpOf, ops } from '../graph/op.js';
import { summedAxes, termIndex } from '../graph/reductions.js';
import { runsInLanes } from '../graph/sum-order.js';
import { indexedPlace } from '../graph/walks.js';

/**
 * An index along one axis: equal keys, equal values; `level` is the innermost loop it depends on.
 */
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
export function ownPlace(shape: Shape, prefix = 'i'): Place {
  const axes = shape.map((size, i) =>
    size === 1 ? nowhere : { key: `${prefix}${i}`, level: i + 1 },
  );
  return { axes, loops: [1, ...shape], floor: 0 };
}

// ---- arithmetic

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

const made = (key: string, { level }: Axis): Axis => ({ key, level });

const keyed: AxisAlgebra<Axis> = {
  zero: nowhere,
  add(a, b) {
    if (b === nowhere) return a;
    return a === nowhere ? b : made(`(${a.key}+${b.key})`, a.level > b.level ? a : b);
  },
  subtract: (a, b) => made(`(${a.key}-${b.key})`, a.level > b.level ? a : b),
  shift: (a, by) => (by === 0 ? a : made(`(${a.key}+${by})`, a)),
  scale: (a, by) => (by === 1 || a === nowhere ? a : made(`${a.key}*${by}`, a)),
  divide: (a, by) => (by === 1 || a === nowhere ? a : made(`(${a.key}/${by})`, a)),
  modulo: (a, by) => (by === 1 || a === nowhere ? nowhere : made(`(${a.key}%${by})`, a)),
  mirror: (a, last) => (last === 0 ? a : made(`(${last}-${a.key})`, a)),
  unflatten(flat, sizes) {
    let real = 0;
    for (const size of sizes) if (size !== 1) real++;
    // one axis is the position itself
    if (real < 2) return sizes.map((size) => (size === 1 ? nowhere : flat));
    const key = `[${flat.key}:${sizes.join()}]`;
    return sizes.map((size, i) => (size === 1 ? nowhere : made(`${key}${i}`, flat)));
  },
  start: ({ scalars }, slot) => ({ key: `s${listNumber(scalars)}.${slot}`, level: 0 }),
};

// ---- from a value to its sources

/** Behind conditions, where there are any, which nothing leaves. */
function placed(place: Place, { index, inside }: Indices<Axis>): Place {
  const { loops } = place;
  return { axes: index, loops, floor: inside.length === 0 ? place.floor : levelOf(place) };
}

type Rule = (node: Node, place: Place, visit: number) => Place[];

/** What is not made of elements at its own index. */
const rules: Readonly<Record<OpOf<'reduce'> | 'SPLICE' | 'GATHER', Rule>> = {
  SPLICE: (node, place) => [place, placed(place, valuePlace(keyed, node, place.axes))],
  GATHER(node, place) {
    const keys = place.axes.map((own) => own.key).join();
    const level = levelOf({ ...place, floor: 0 });
    const found = { key: `g${node.sources[1]!.index}(${keys})`, level };
    return [{ ...place, axes: indexedPlace(node, place.axes, found) }, place];
  },
  FOLD(node, place, visit) {
    const level = levelOf(place) + 1;
    const k = { key: `k${visit}`, level };
    const loops = [...place.loops.slice(0, level), coveringCount(node)];
    return [placed({ axes: [k], loops, floor: 0 }, coveringPlace(keyed, node, place.axes, k))];
  },
  /** In lanes nothing moves out of the loops; in sequence each axis is a loop of its own. */
  REDUCE(node, place, visit) {
    const { shape } = node.sources[0]!;
    const loops = place.loops.slice(0, levelOf(place) + 1);
    const summed = summedAxes(node);
    const count = sizeOf(summed.map((axis) => shape[axis]!));
    const inLanes = runsInLanes(argOf<'REDUCE'>(node).order, count);
    if (inLanes) loops.push(count);
    const inner = summed.map((axis): Axis => {
      if (!inLanes) loops.push(shape[axis]!);
      return { key: `k${visit}.${axis}`, level: loops.length - 1 };
    });
    const axes = termIndex(nowhere, node, place.axes, inner);
    return [{ axes, loops, floor: place.floor }];
  },
};

/** The places of a node's sources when it is computed at `place`; `visit` numbers this use. */
export function sourcePlaces(node: Node, place: Place, visit: number): readonly Place[] {
  const rule = (rules as Partial<Record<Op, Rule>>)[node.op];
  if (rule !== undefined) return rule(node, place, visit);
  if (node.sources.length === 0) return [];
  const { kind } = ops[node.op];
  if (kind === 'movement') return [placed(place, sourcePlace(keyed, node, place.axes))];
  if (kind !== 'pointwise') throw new Error(`${node.op} is not computed inside a kernel`);
  return node.sources.map(() => place);
}
