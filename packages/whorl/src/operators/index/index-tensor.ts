// Advanced indexing: several index tensors pick elements together.
// in:  a tensor whose first axes are indexed by tensors (null: not indexed)
// out: gathered values, or a write

import { capturing } from '../../capture/looking/capturing.js';
import { add, cast, constant, gather, lt, scatter, where, withNumber } from '../../graph/build.js';
import { broadcastTo, expand, permute, reshape } from '../../graph/movement.js';
import { type Node, named, type Shape, sizeOf, transfer } from '../../graph/node.js';
import type { ScatterKind } from '../../graph/op.js';
import { showShape } from '../../tensor/dims.js';
import { areFew } from './indexed.js';
import { nonzeroColumns } from './nonzero.js';
import { showsTwice } from '../../tensor/overlap.js';
import { broadcastShapes } from '../../tensor/promotion.js';
import { changed } from '../../tensor/put.js';
import { areKnown, dataSync, isReadable } from '../../tensor/read.js';
import { scatterThrough } from '../../tensor/shared-memory.js';
import { pointwiseStrides } from '../../tensor/strides.js';
import { assign } from '../../tensor/assign.js';
import type { Tensor } from '../../tensor/tensor.js';

/**
 * Where the elements are: axes in an order with the indexed ones first, and one flat index over
 * those.
 */
interface Plan {
  /** indexed axes first, then the others */
  readonly order: readonly number[];
  readonly indexed: number;
  /** shape that the index tensors broadcast to */
  readonly shape: Shape;
  /** flat position over the indexed axes, [shape] */
  readonly flat: Node;
  /** where `shape` goes in the result */
  readonly front: number;
}

/**
 * Checks what the host knows of the indices: a few stored ones are looked at now, others when what
 * is made with them is read.
 */
function checkRange(name: string, index: Tensor, shape: Shape, axis: number): void {
  const n = shape[axis]!;
  const isConstant = isReadable(index) && capturing.now === null && index.cell.node.op === 'CONST';
  if (!areFew(index) || (!areKnown(index) && !isConstant)) return;
  for (const value of dataSync(index)) {
    if (value >= n || value < -n) {
      throw new RangeError(
        `${name}: index ${value} is out of bounds for dimension ${axis} with size ${n} of the ` +
          `tensor ${showShape(shape)}; it must be in ${-n}..${n - 1}`,
      );
    }
  }
}

/** The index tensors of a mask's true places; `axis` is the first that it covers. */
export function maskColumns(name: string, x: Tensor, axis: number, mask: Tensor): Tensor[] {
  mask.shape.forEach((n, i) => {
    if (n !== x.shape[axis + i]) {
      throw new RangeError(
        `${name}: the shape of the mask ${showShape(mask.shape)} at index ${i} does not match ` +
          `the shape of the indexed tensor ${showShape(x.shape)} at index ${axis + i}`,
      );
    }
  });
  return nonzeroColumns(mask);
}

/** Negative indices count from the end. */
export const wrapIndex = (index: Node, n: number): Node => {
  const wide = cast(index, 'int64');
  const zero = constant(0, 'int64', wide.shape);
  return where(lt(wide, zero), withNumber('ADD', wide, n), wide);
};

/** Index tensors may lie on the cpu, wherever `x` does. */
export function planIndex(name: string, x: Tensor, indices: readonly (Tensor | null)[]): Plan {
  const axes = [...indices.keys()].filter((i) => indices[i] !== null);
  const shape = broadcastShapes(name, ...axes.map((i) => indices[i]!.shape));
  const rest = [...x.shape.keys()].filter((i) => !axes.includes(i));
  let flat: Node = constant(0, 'int64', shape);
  axes.forEach((axis, i) => {
    const index = indices[axis]!;
    checkRange(name, index, x.shape, axis);
    const own = index.isCpu ? transfer(index.node, x.device) : index.node;
    const wrapped = broadcastTo(wrapIndex(own, x.shape[axis]!), shape);
    flat = i === 0 ? wrapped : add(withNumber('MUL', flat, x.shape[axis]!), wrapped);
  });
  const adjacent = axes.every((axis, i) => i === 0 || axis === axes[i - 1]! + 1);
  return {
    order: [...axes, ...rest],
    indexed: axes.length,
    shape,
    flat,
    front: adjacent ? axes[0]! : 0,
  };
}

const leading = (x: Shape, plan: Plan): number =>
  sizeOf(plan.order.slice(0, plan.indexed).map((i) => x[i]!));
const trailing = (x: Shape, plan: Plan): number[] =>
  plan.order.slice(plan.indexed).map((i) => x[i]!);

/** x as [indexed elements, others]. */
const asTable = (node: Node, plan: Plan): Node =>
  reshape(permute(node, plan.order), [
    leading(node.shape, plan),
    sizeOf(trailing(node.shape, plan)),
  ]);

const asRows = (plan: Plan, columns: number): Node => {
  const rows = sizeOf(plan.shape);
  return expand(reshape(plan.flat, [rows, 1]), [rows, columns]);
};

/** The order of axes that moves the index's axes from the front to where they belong. */
const placement = (plan: Plan, rank: number): number[] => {
  const k = plan.shape.length;
  const others = [...Array(rank - k).keys()].map((i) => i + k);
  const own = [...Array(k).keys()];
  return [...others.slice(0, plan.front), ...own, ...others.slice(plan.front)];
};

export function gatherAt(x: Node, plan: Plan): Node {
  const rest = trailing(x.shape, plan);
  const table = asTable(x, plan);
  const picked = named(gather(table, asRows(plan, table.shape[1]!), 0), 'at');
  const shaped = reshape(picked, [...plan.shape, ...rest]);
  return permute(shaped, placement(plan, shaped.shape.length));
}

/**
 * PyTorch's strides of x[indices]: its iterator goes over x with the indexed axes standing still,
 * and the indices.
 */
export function gatherLayout(
  x: Tensor,
  indices: readonly (Tensor | null)[],
  plan: Plan,
): readonly number[] | null {
  const used = indices.filter((index): index is Tensor => index !== null);
  if (x.layout === null && used.every((index) => index.layout === null)) return null;
  const [k, shape] = [plan.shape.length, resultShape(x, plan)];
  const rest = plan.order.slice(plan.indexed).map((axis) => x.strides[axis]!);
  const isIndexed = (i: number) => i >= plan.front && i < plan.front + k;
  const still = shape.map((_, i) => (isIndexed(i) ? 0 : rest.shift()!));
  const walking = used.map(({ shape: own, strides }) => {
    const first = plan.front + k - own.length;
    const at = (i: number) => i >= first && i < plan.front + k;
    return {
      shape: shape.map((_, i) => (at(i) ? own[i - first]! : 1)),
      strides: shape.map((_, i) => (at(i) ? strides[i - first]! : 0)),
    };
  });
  return pointwiseStrides(shape, [{ shape, strides: still }, ...walking]);
}

export const resultShape = (x: Tensor, plan: Plan): number[] => {
  const full = [...plan.shape, ...trailing(x.shape, plan)];
  return placement(plan, full.length).map((i) => full[i]!);
};

/** Writes `value` (of the result's shape) to where the indices point, or adds it there. */
export function assignAt(x: Tensor, plan: Plan, value: Node, kind: 'set' | 'sum'): void {
  if (!showsTwice(x)) return assign(x, scatterAt(x, plan, value, kind));
  const pick = (positions: Node) => gatherAt(positions, plan);
  assign(x, value, (base, steps, own) =>
    changed(base, steps, (within, shared) => scatterThrough(within, shared, own, pick, kind)),
  );
}

/** x with `value` (of the result's shape) put or added where the indices point. */
export function scatterAt(x: Tensor, plan: Plan, value: Node, kind: ScatterKind): Node {
  const rest = trailing(x.shape, plan);
  const back = placement(plan, value.shape.length);
  const fronted = permute(
    value,
    back.map((_, i) => back.indexOf(i)),
  );
  const columns = sizeOf(rest);
  const rows = reshape(fronted, [sizeOf(plan.shape), columns]);
  const table = named(
    scatter(asTable(x.node, plan), asRows(plan, columns), rows, 0, kind),
    'setAt',
  );
  const unflat = reshape(
    table,
    plan.order.map((i) => x.shape[i]!),
  );
  return permute(
    unflat,
    plan.order.map((_, i) => plan.order.indexOf(i)),
  );
}
