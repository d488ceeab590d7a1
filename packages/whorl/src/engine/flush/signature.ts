// What two flushes have in common when the same kernels serve both.
// in:  the nodes of a flush, as walk() numbered them     out: integers, equal for equal structures
//
// Constants, starts of slices and addresses are no part of it; which leaves coincide is.
// It is written anew for every flush, so it makes no objects.

import { dtypes } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';
import { type Args, type Op, ops } from '../../graph/op.js';
import type { Fragment } from '../../lower/kernel.js';
import { bits, bitsOf, countReaders } from '../ownership/readers.js';

const opNumber = new Map(Object.keys(ops).map((op, i) => [op, i]));
const dtypeNumber = new Map(dtypes.map((dtype, i) => [dtype, i]));
const kindNumber = { sum: 0, prod: 1, max: 2, min: 3, set: 4 } as const;
const viewNumber = { SHRINK: 0, DIAGONAL: 1, WINDOW: 2 } as const;
const routineNumber = new Map<string, number>();

let ints = new Int32Array(4096);
let length = 0;

function push(value: number): void {
  if (length === ints.length) {
    const larger = new Int32Array(ints.length * 2);
    larger.set(ints);
    ints = larger;
  }
  ints[length++] = value;
}

function pushAll(values: readonly number[]): void {
  push(values.length);
  for (let i = 0; i < values.length; i++) push(values[i]!);
}

type Writers = { readonly [O in keyof Args]: (arg: Args[O]) => void };

const writers: Writers = {
  REDUCE: (arg) => {
    push(kindNumber[arg.kind]);
    push(arg.order === 'lanes' ? 1 : 0);
    pushAll(arg.axes);
  },
  SCAN: (arg) => {
    push(kindNumber[arg.kind]);
    push(arg.axis);
  },
  PERMUTE: (arg) => pushAll(arg.order),
  PAD: (arg) => pushAll(arg.before),
  SHRINK: (arg) => pushAll(arg.steps),
  FLIP: (arg) => pushAll(arg.axes),
  DIAGONAL: (arg) => {
    push(arg.a);
    push(arg.b);
  },
  WINDOW: pushWindow,
  FOLD: pushWindow,
  SPLICE: ({ view }) => {
    push(viewNumber[view.op]);
    writerOf[view.op]!(view);
  },
  GATHER: (arg) => push(arg.axis),
  SCATTER: (arg) => {
    push(kindNumber[arg.kind]);
    push(arg.axis);
  },
  HOST: ({ routine }) => {
    let number = routineNumber.get(routine.key);
    if (number === undefined) {
      number = routineNumber.size;
      routineNumber.set(routine.key, number);
    }
    push(number);
  },
};

function pushWindow(arg: {
  readonly axis: number;
  readonly size: number;
  readonly step: number;
}): void {
  push(arg.axis);
  push(arg.size);
  push(arg.step);
}

const writerOf = writers as Partial<Record<Op, (arg: unknown) => void>>;

/** Numbers of a fragment's nodes; null: those of the whole walk count. */
let own: ReadonlyMap<Node, number> | null = null;
const numberOf = (node: Node): number => (own === null ? node.index : own.get(node)!);

function pushNode(node: Node, isRead: boolean, flags: number): void {
  const { shape, sources } = node;
  push(dtypeNumber.get(node.dtype)!);
  pushAll(shape);
  if (isRead || node.size === 0) {
    push(isRead ? -1 - flags : -2);
    return;
  }
  push(opNumber.get(node.op)!);
  push(flags);
  push(sources.length);
  for (let i = 0; i < sources.length; i++) push(numberOf(sources[i]!));
  if (node.scalars.length > 0 && ops[node.op].kind !== 'leaf') pushScalars(node);
  if (node.arg !== null) writerOf[node.op]!(node.arg);
}

/**
 * Views that start at one place, by the same list, share
 * parameters: so reads of what is written show.
 */
const firstWith = new Map<readonly number[], number>();

function pushScalars(node: Node): void {
  const number = numberOf(node);
  const first = firstWith.get(node.scalars);
  if (first === undefined) firstWith.set(node.scalars, number);
  push(first ?? number);
}

export interface Signature {
  /** Valid until the next call. */
  readonly ints: Int32Array;
  readonly hash: number;
}

export interface SignatureOptions {
  readonly fuse: boolean;
  readonly inPlace: boolean;
  /**
   * Whether it counts nothing that depends on who holds the
   * values: a recording decides that at each call.
   */
  readonly bare?: boolean;
}

export function signatureOf(
  nodes: readonly Node[],
  roots: readonly Node[],
  { fuse, inPlace, bare = false }: SignatureOptions,
): Signature {
  length = 0;
  push((fuse ? 1 : 0) + (inPlace ? 2 : 0));
  push(roots.length);
  for (let i = 0; i < roots.length; i++) push(roots[i]!.index);
  const readers = countReaders(nodes);
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i]!;
    const known = bare ? 0 : bitsOf(node, readers[i]!);
    pushNode(node, node.buffer !== null, inPlace ? known : known & ~bits.forOverwriting);
  }
  return finished();
}

const parts = ['all', 'base', 'rest'];

/** `nodes` in the order of their numbers: what a kernel computes and reads, its stores first. */
export function fragmentSignature(
  nodes: readonly Node[],
  isRead: (node: Node) => boolean,
  { stores, nests = [stores.length], inPlace, part = 'all', over }: Fragment,
): Signature {
  length = 0;
  own = new Map(nodes.map((node, i) => [node, i]));
  pushAll(nests);
  push(inPlace ? -1 : (over?.size ?? 0));
  push(parts.indexOf(part));
  if (over !== undefined) {
    for (const [from, to] of over) {
      push(own.get(from)!);
      push(own.get(to)!);
    }
  }
  for (const node of nodes) pushNode(node, isRead(node), 0);
  own = null;
  return finished();
}

function finished(): Signature {
  firstWith.clear();
  let hash = length;
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ ints[i]!, 16777619) ^ (hash >>> 15);
  return { ints: ints.subarray(0, length), hash };
}

export function sameInts(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
