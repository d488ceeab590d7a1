// A kernel while it is put together: what it stores, what it computes, who reads what it stored.
// in:  nodes to store     out: drafts without cycles between them

import type { Node, Shape } from '../graph/node.js';
import { ops } from '../graph/op.js';
import type { Target } from '../target/target.js';
import { evaluations, type Place } from './axes.js';
import { Buffers } from './buffers.js';
import { isContraction } from './cost.js';
import { type Linked, reaches } from './reach.js';
import { isLeaf } from './walk.js';

export interface Draft extends Linked {
  readonly id: number;
  /** Its outer loops: the shape of what it stores. */
  readonly shape: Shape;
  /** Last first: they are found from the roots down. */
  readonly stores: Node[];
  /** Everything it computes. */
  readonly nodes: Set<Node>;
  readonly buffers: Buffers;
  readonly readers: Set<Draft>;
  /** Whether other stores may join. */
  readonly isOpen: boolean;
  hasContraction: boolean;
  /** How many arithmetic operations it has: a contraction keeps few beside it. */
  operations: number;
  /** What they cost: how much code they make. */
  weight: number;
}

/** One use of a node: by which kernel, at which index. */
export interface Visit {
  readonly draft: Draft;
  readonly place: Place;
  /** How many nodes stand between it and the store. */
  readonly depth: number;
}

export const newDraft = (
  id: number,
  shape: Shape,
  isOpen: boolean,
  mostBuffers: number,
): Draft => ({
  id,
  shape,
  isOpen,
  stores: [],
  nodes: new Set(),
  buffers: new Buffers(mostBuffers),
  readers: new Set(),
  reads: new Set(),
  level: 0,
  hasContraction: false,
  operations: 0,
  weight: 0,
});

/** More nodes than this make no kernel; more operations than this stand beside no contraction. */
const mostNodes = 150;
export const mostDepth = 60;
/** A function of WebAssembly has at most 50,000 locals: sixty sines fit. */
const mostWeight = 1500;
const mostEpilogue = 16;

export function addNode(draft: Draft, node: Node): void {
  if (draft.nodes.has(node)) return;
  draft.nodes.add(node);
  if (isContraction(node)) draft.hasContraction = true;
  const { cost, operations } = ops[node.op];
  if (cost > 0) draft.operations += operations;
  draft.weight += cost;
}

/** Whether it has as much to compute as one kernel should. */
export const isFull = (draft: Draft): boolean =>
  draft.nodes.size >= mostNodes || draft.weight >= mostWeight;

/** The key of an own index on axis `i`. */
const ownKey = (shape: Shape, i: number): string => (shape[i] === 1 ? '0' : `i${i}`);

/** Whether a node is used exactly at the index at which the kernel would store it. */
export function isOwnIndex(place: Place, shape: Shape): boolean {
  return place.floor === 0 && place.axes.every((axis, i) => axis.key === ownKey(shape, i));
}

/** Whether a contraction may be computed here: once per element, straight in the outer loops. */
export function takesContraction({ draft, place }: Visit, size: number): boolean {
  return (
    draft.isOpen &&
    !draft.hasContraction &&
    draft.operations <= mostEpilogue &&
    place.floor === 0 &&
    place.loops.length - 1 === draft.shape.length &&
    evaluations(place) === size
  );
}

const isPrefix = (shape: Shape, of: Shape): boolean =>
  shape.length <= of.length && shape.every((size, i) => size === of[i]);

/** Whether it holds its source's elements, each once, whatever the order of the axes. */
const isLaidOut = ({ op }: Node): boolean =>
  ops[op].kind === 'movement' && (ops[op].shows === 'same' || ops[op].shows === 'turned');

/** A contraction, or its elements in another order: stored where they are summed, not copied. */
function showsContraction(node: Node): boolean {
  let sum = node;
  while (!isLeaf(sum) && isLaidOut(sum)) sum = sum.sources[0]!;
  return !isLeaf(sum) && isContraction(sum);
}

/** Whether `node` can be stored by `draft` too, given all uses of the node. */
export function canJoin(
  draft: Draft,
  node: Node,
  visits: readonly Visit[],
  { ordersNests }: Target,
): boolean {
  const { shape } = node;
  const same = shape.length === draft.shape.length;
  if (!draft.isOpen || isFull(draft) || !draft.buffers.takes(node, true)) return false;
  if (!isPrefix(shape, draft.shape) || (!same && shape.length === 0)) return false;
  // a loop of one turn is none: one number in front of loops would be a nest before another
  if (!same && !ordersNests && node.size === 1) return false;
  const own = visits.filter((visit) => visit.draft === draft);
  if (!own.every((visit) => isOwnIndex(visit.place, shape))) return false;
  const dense = showsContraction(node) || draft.hasContraction;
  if (dense && (own.length === 0 || !same || draft.operations > mostEpilogue)) return false;
  if (isContraction(node) && draft.hasContraction) return false;
  return !reaches(
    visits.map((visit) => visit.draft).filter((other) => other !== draft),
    draft,
  );
}
