// Whether a function does again what it did when it was captured.
// in:  two traces of it     out: nothing, or an error that names what differs
//
// A number or a tensor that the function closes over stands in the recording as it was. If it changed in the
// meantime the function would do something else from now on than its recording.

import { liveOf } from '../../graph/live.js';
import { type Node, sizeOf } from '../../graph/node.js';
import { userLine } from '../errors.js';
import { download } from '../host.js';
import { sameInts } from '../signature.js';
import type { Capture } from './capture.js';
import { divergence } from './events.js';
import type { Structure } from './program.js';

/** Something that a recording has fixed is another one now. */
export class ChangedError extends Error {}

export interface Trace {
  readonly capture: Capture;
  readonly structure: Structure;
}

export function compareTraces(before: Trace, now: Trace): void {
  const [a, b] = [before.structure, now.structure];
  if (!sameInts(a.ints, b.ints)) throw divergence();
  const [was, is] = [leavesOf(before), leavesOf(now)];
  b.nodes.forEach((node, i) => {
    const old = a.nodes[i]!;
    if (node.buffer !== null) compareLeaves(old, node, was, is, b.nodes);
    else compareScalars(old, node, b.nodes);
  });
}

/** What stands behind a leaf: a cell, a draw, or a constant. */
type Sources = ReadonlyMap<Node, unknown>;

function leavesOf({ capture }: Trace): Sources {
  const sources = new Map<Node, unknown>();
  for (const { cell, initial, isOther } of capture.cells.values()) {
    sources.set(initial, isOther ? 'found anew' : cell);
  }
  for (const [node, draw] of capture.draws) sources.set(node, `draw ${draw.what}`);
  return sources;
}

function compareLeaves(
  old: Node,
  node: Node,
  was: Sources,
  is: Sources,
  nodes: readonly Node[],
): void {
  const [a, b] = [was.get(old), is.get(node)];
  if (a === b && (a !== undefined || sameValues(old, node))) return;
  const kind = a === undefined || typeof a === 'string' ? 'values' : 'a tensor';
  throw changed(
    `${kind} of shape [${node.shape.join(', ')}] and dtype ${node.dtype} that the function ` +
      'closes over or makes',
    '',
    node,
    nodes,
  );
}

function sameValues(old: Node, node: Node): boolean {
  if (old === node || sizeOf(node.shape) === 0) return true;
  const [a, b] = [download(old), download(node)];
  return a.every((value, i) => Object.is(value, b[i]));
}

function compareScalars(old: Node, node: Node, nodes: readonly Node[]): void {
  const [a, b] = [liveOf(old), liveOf(node)];
  if (a !== b) throw divergence();
  if (a !== undefined) return;
  node.scalars.forEach((value, i) => {
    const before = old.scalars[i]!;
    if (Object.is(before, value)) return;
    const what = node.op === 'CONST' ? 'a number' : 'a position';
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
    `compile: ${what} changed${how} since the function was captured; it is used in ${name}${place}. ` +
      'A recording would go on with the old one: pass it as an argument, or make a number with scalar().' +
      (userLine(node) || userLine(reader)),
  );
}
