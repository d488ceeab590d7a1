// What a recording has fixed, without the graph that it was made
// from: to be compared with a later trace.
// in:  the structure of a trace     out: its outline; nothing, or an error that names what differs
//
// A number or a tensor that the function closes over stands in the recording as it was. If it
// changed in the meantime the function would do something else from now on than its recording.

import { type Live, liveOf } from '../../graph/live.js';
import type { TypedArray } from '../../graph/dtype.js';
import { type Node, sizeOf } from '../../graph/node.js';
import { ops } from '../../graph/op.js';
import { userLine } from '../../engine/observe/errors.js';
import { download } from '../../engine/devices/host.js';
import { sameInts } from '../../engine/flush/signature.js';
import { broughtBy, type Capture } from '../recording/capture.js';
import { divergence } from '../recording/events.js';
import type { Structure } from './program.js';

/** Something that a recording has fixed is another one now. */
export class ChangedError extends Error {}

/**
 * What stands behind a stored node: where its cell is found, what drew
 * it, or a constant, which keeps its node.
 */
type Leaf =
  | { readonly kind: 'cell'; readonly place: unknown }
  | { readonly kind: 'draw'; readonly what: string }
  | { readonly kind: 'constant'; readonly node: Node };

/** A number by value, a live one as the object it is. */
type Fixed = number | Live;

export interface Outline {
  readonly ints: Int32Array;
  /** By number of the node; null where it is none. */
  readonly leaves: readonly (Leaf | null)[];
  readonly scalars: readonly (readonly Fixed[])[];
}

export function outlineOf(capture: Capture, { ints, nodes }: Structure): Outline {
  const cells = new Map<Node, unknown>();
  for (const { initial, place } of capture.cells.values()) cells.set(initial, place);
  const leafOf = (node: Node): Leaf | null => {
    if (node.buffer === null) return null;
    if (cells.has(node)) return { kind: 'cell', place: cells.get(node) };
    const draw = capture.draws.get(node);
    return draw === undefined ? { kind: 'constant', node } : { kind: 'draw', what: draw.what };
  };
  const scalarsOf = (node: Node): readonly Fixed[] => {
    const live = liveOf(node);
    return live === undefined ? node.scalars : [capture.sharedLive(live)];
  };
  return { ints, leaves: nodes.map(leafOf), scalars: nodes.map(scalarsOf) };
}

/** `nodes`: of the trace that `now` is the outline of. */
export function compareOutlines(before: Outline, now: Outline, nodes: readonly Node[]): void {
  if (!sameInts(before.ints, now.ints)) throw divergence();
  nodes.forEach((node, i) => {
    const [was, is] = [before.leaves[i]!, now.leaves[i]!];
    if (is !== null) compareLeaves(was, is, node, nodes);
    else compareScalars(before.scalars[i]!, now.scalars[i]!, node, nodes);
  });
}

function compareLeaves(was: Leaf | null, is: Leaf, node: Node, nodes: readonly Node[]): void {
  if (was !== null && isSameLeaf(was, is)) return;
  throw changed(
    `${is.kind === 'cell' ? 'a tensor' : 'values'} of shape [${node.shape.join(', ')}] and dtype ` +
      `${node.dtype} that the function closes over or makes`,
    '',
    node,
    nodes,
  );
}

function isSameLeaf(a: Leaf, b: Leaf): boolean {
  if (a.kind === 'cell') return b.kind === 'cell' && a.place === b.place;
  if (a.kind === 'draw') return b.kind === 'draw' && a.what === b.what;
  return b.kind === 'constant' && sameValues(a.node, b.node);
}

function sameValues(old: Node, node: Node): boolean {
  if (old === node || sizeOf(node.shape) === 0) return true;
  if (old.device !== node.device) return false;
  const [a, b] = [valuesOf(old), valuesOf(node)];
  return a.every((value, i) => Object.is(value, b[i]));
}

const valuesOf = (node: Node): TypedArray => broughtBy.get(node) ?? download(node);

function compareScalars(
  was: readonly Fixed[],
  is: readonly Fixed[],
  node: Node,
  nodes: readonly Node[],
): void {
  is.forEach((value, i) => {
    const before = was[i]!;
    if (Object.is(before, value)) return;
    if (typeof before !== 'number' || typeof value !== 'number') throw divergence();
    const what = ops[node.op].says === 'number' ? 'a number' : 'a position';
    throw changed(
      `${what} that the function closes over`,
      ` from ${before} to ${value}`,
      node,
      nodes,
    );
  });
}

function changed(what: string, how: string, node: Node, nodes: readonly Node[]): Error {
  const reader = nodes.find(({ sources }) => sources.includes(node)) ?? node;
  const shapes = reader.sources.map(({ shape }) => `[${shape.join(', ')}]`).join(' and ');
  const place = shapes === '' ? '' : ` of ${shapes}`;
  const name = reader.origin ?? reader.op.toLowerCase();
  return new ChangedError(
    `compile: ${what} changed${how} since the function was captured; it is used in ` +
      `${name}${place}. A recording would go on with the old one: pass it as an argument, or ` +
      'make a number with scalar().' +
      (userLine(node) || userLine(reader)),
  );
}
