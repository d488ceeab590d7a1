// The tensor graph: immutable values, each an op applied to other values.
// in:  op, dtype, shape, sources, argument     out: a Node; nothing is computed here

import { cpu, type Device } from './device.js';
import { type DType, isFloating } from './dtype.js';
import { Misfit } from './misfit.js';
import { type ArgOf, type Op, ops } from './op.js';

export type Shape = readonly number[];

/** Memory on a device that holds a stored node, contiguous in row-major order. */
export interface Stored {
  readonly bytes: number;
}

let created = 0;

/** The id of the node that is made next. */
export const nextId = (): number => created;

const nothing: readonly never[] = [];

export class Node<O extends Op = Op> {
  /** Sources are always made before what reads them, so ids are a topological order. */
  readonly id: number;
  /** Where it is computed; null: wherever what is made of it is (a number, a counter). */
  device: Device | null;
  /** Where the value lies once it was computed. A stored node is a leaf to every later flush. */
  buffer: Stored | null = null;
  /** The memory goes back once nothing holds this any more; nodes that share memory share it. */
  owner: object | null = null;
  /** A walk's own stamp and number: valid only inside the walk that set them. */
  stamp = 0;
  index = 0;
  /** How a gradient goes on from here; null where none is wanted. */
  history: History | null;
  /** The operator a user called, where the op alone does not tell (for errors in values). */
  origin: string | null = null;
  /** Where it was made: a stack, only while debugging. */
  readonly made: string | null;
  /** Nodes made so far that read this one and still hold it as a source. */
  readers = 0;
  /** Whether anything was ever made from this node: what was not is a sink. */
  wasRead = false;
  /** Whether a flush was asked for this value (read, written, a sink): its memory is the user's. */
  isRoot = false;
  /** Dropped by the engine once the value is stored and nothing needs its history. */
  sources: readonly Node[];
  /** How many elements it has: every walk asks. */
  readonly size: number;
  /** Cells (Tensors' storage) that hold this node now. */
  cells = 0;
  /** What `facts` lists: what is known of who else may hold it. */
  facts = 0;

  constructor(
    readonly op: O,
    readonly dtype: DType,
    readonly shape: Shape,
    sources: readonly Node[],
    readonly arg: ArgOf<O>,
    /** Numbers a kernel takes as parameters: they are no part of the structure. */
    readonly scalars: readonly number[] = nothing,
  ) {
    let device: Device | null = null;
    for (let i = 0; i < sources.length; i++) {
      const own = sources[i]!.device;
      if (own === null || own === device) continue;
      if (device !== null) {
        sources = together(op, sources);
        device = null;
        i = -1;
      } else device = own;
    }
    this.device = device;
    this.sources = sources;
    // after what brings the sources together: ids are a topological order
    this.id = created++;
    this.size = sizeOf(shape);
    this.made = tracing.stacks ? (new Error().stack ?? null) : null;
    let tracked = false;
    // by index: a third of what a small step allocates were iterators of these two loops
    for (let i = 0; i < sources.length; i++) {
      const source = sources[i]!;
      source.readers++;
      source.wasRead = true;
      if (source.history !== null) tracked = true;
    }
    this.history = tracked && recording().enabled && isFloating(dtype) ? derived : null;
    if (this.history === null) return;
    for (let i = 0; i < sources.length; i++) sources[i]!.facts |= facts.touched;
  }
}

/**
 * The sources on one device: numbers (0-d) of the cpu go to any other. Source: TensorIterator's
 * common device.
 */
function together(op: Op, sources: readonly Node[]): readonly Node[] {
  const others = new Set(sources.map((source) => source.device));
  others.delete(null);
  const found = [...others] as Device[];
  others.delete(cpu);
  const [device] = others;
  const moved = others.size === 1 ? sources.map((source) => onDevice(source, device!)) : [null];
  if (!moved.includes(null)) return moved as Node[];
  throw new Misfit(
    op,
    `Expected all tensors to be on the same device, but found at least two devices, ${found[0]} ` +
      `and ${found[1]}! Move one of them with to()`,
  );
}

/**
 * The value on a device: that of a number, or of what an operator made of numbers on its way;
 * null: of no other.
 */
function onDevice(node: Node, device: Device): Node | null {
  if (node.device === null || node.device === device) return node;
  if (node.shape.length === 0) return transfer(node, device);
  const { kind, says } = ops[node.op];
  if (says === 'number' && node.cells === 0) {
    node.device = null;
    return node;
  }
  const isOnItsWay = node.cells === 0 && node.sources.length > 0;
  if (!isOnItsWay || (kind !== 'movement' && kind !== 'pointwise')) return null;
  const sources = node.sources.map((source) => onDevice(source, device));
  if (sources.includes(null)) return null;
  const { op, dtype, shape, arg, scalars } = node;
  return new Node(op, dtype, shape, sources as Node[], arg, scalars);
}

/** The same value on another device. */
export function transfer(node: Node, device: Device): Node {
  if (node.device === device) return node;
  const moved = new Node('TRANSFER', node.dtype, node.shape, [node], null);
  moved.device = device;
  return moved;
}

/** The value where `other` is. */
export const transferLike = (node: Node, other: Node): Node =>
  other.device === null || node.device === null ? node : transfer(node, other.device);

/** Bits of `Node.facts`. They stay once they are set. */
export const facts = {
  /** It was the value of a cell that was written since: no Tensor has it any more. */
  replaced: 1,
  /** A Tensor that is a view remembers it. */
  shown: 2,
  /** A gradient may pass what was made of it: a derivative may look at what it was made of. */
  touched: 4,
  /** What was made of it let go of it, but a derivative may still look at it. */
  pinned: 8,
  /** Another node lies in the same memory. */
  shared: 16,
  /** Its value turned out to be an error, which was thrown. */
  failed: 32,
} as const;

/** Whether nodes made now record how they were made: false inside noGrad. */
export interface Recording {
  enabled: boolean;
}

/**
 * enabled: whether nodes record, for code that no scope of its own runs.
 * scope: finds the scope of the task that is running; null while no asynchronous one is open.
 * stacks: whether nodes remember the line that made them (WHORL_DEBUG >= 1).
 */
export const tracing = {
  enabled: true,
  scope: null as (() => Recording) | null,
  stacks: false,
};

/** What says whether the code that is running now is recorded. */
export const recording = (): Recording => (tracing.scope === null ? tracing : tracing.scope());

/** Says which operator of the user's a node belongs to. */
export function named(node: Node, origin: string): Node {
  node.origin = origin;
  return node;
}

/** Owners of leaves, and numbers of nodes. */
export type Reach = ReadonlySet<object | number>;

/**
 * How a gradient goes on from a node.
 * derived: by the derivative table, to the sources. spent: a backward pass freed what it had saved.
 * leaf: it ends here. custom: by `backward`, to `inputs`.
 */
export type History =
  | { readonly kind: 'derived'; readonly saves?: boolean }
  /** reach: what lay behind it, where only a part of the graph was walked. */
  | { readonly kind: 'spent'; readonly reach?: Reach | undefined }
  | { readonly kind: 'leaf'; readonly owner: object }
  | {
      readonly kind: 'custom';
      readonly name: string;
      readonly inputs: readonly Node[];
      readonly saves: boolean;
      backward(gradient: Node, node: Node): readonly (Node | null)[];
    };

export const derived: History = { kind: 'derived' };
/** A write through a view: PyTorch lets go of how it was made, whatever it had saved. */
export const derivedOnce: History = { kind: 'derived', saves: true };
export const spent: History = { kind: 'spent' };

/** The argument of a node whose op has one. */
export const argOf = <O extends Op>(node: Node) => node.arg as NonNullable<ArgOf<O>>;

export const sizeOf = (shape: Shape): number => {
  let n = 1;
  for (let i = 0; i < shape.length; i++) n *= shape[i]!;
  return n;
};

/** Row-major strides, in elements. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  for (let i = shape.length - 1, n = 1; i >= 0; i--) {
    strides[i] = n;
    n *= Math.max(shape[i]!, 1);
  }
  return strides;
}
