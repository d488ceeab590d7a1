// Who may still see a value, and whose memory may be overwritten.
// in:  nodes and what is known of them     out: the answer, the same for everybody who asks
//
// A value may be seen through
//   cells     Tensors hold the cells: `cells`
//   readers   pending values that will read it: `readers`
//   views     a view remembers what it shows: `facts.shown`
//   gradients a history goes on from it, or a derivative may look at it: `history`, `facts.pinned`
//   itself    it can be computed again from its `sources`
//   its op    a constant says what its value is: readers need no memory (`saysItsValue`)
//   memory    other nodes lie in the same memory: `facts.shared`
// Whatever overwrites memory asks here whether all of these are accounted for; no other place
// decides it.

import { facts, nextId, type Node } from './node.js';
import { ops } from './op.js';

/** What forbids a write in any case. */
const seenElsewhere = facts.shown | facts.pinned | facts.shared;

/**
 * Whether `cells` cells and `readers` pending values see the value of a stored node, and nobody
 * else.
 */
const isSeenOnlyBy = (node: Node, cells: number, readers: number): boolean =>
  node.buffer !== null &&
  node.cells === cells &&
  node.readers === readers &&
  node.history === null &&
  node.sources.length === 0 &&
  (node.facts & seenElsewhere) === 0;

/**
 * Whether a stored value belongs to a single cell: its memory may then be written directly, unless
 * readers take the value from the node itself (`saysItsValue`).
 */
export const isOneCells = (node: Node): boolean => isSeenOnlyBy(node, 1, 0);

/** Whether a stored node is a cell's old value, which only `readers` pending values still read. */
export const isLeftOver = (node: Node, readers: number): boolean =>
  (node.facts & facts.replaced) !== 0 && isSeenOnlyBy(node, 0, readers);

/**
 * Constants: readers take the value from the node. The memory of one may change hands but is never
 * written.
 */
export const saysItsValue = ({ op }: Node): boolean => ops[op].says !== 'nothing';

/** Whether a Tensor holds the value. */
export const isHeld = ({ cells }: Node): boolean => cells > 0;

/** Whether one cell holds the value, and nothing that is still pending was made of it. */
export const isOneCellsAlone = ({ cells, readers }: Node): boolean => cells === 1 && readers === 0;

/** Whether a value is pending that nothing was made of: PyTorch would have computed it. */
export const isSink = ({ buffer, wasRead }: Node): boolean => buffer === null && !wasRead;

/** Whether no Tensor holds a node and nothing was ever made of it: it can still be changed. */
export const isUnseen = ({ cells, wasRead }: Node): boolean => cells === 0 && !wasRead;

/** Whether the value is stored or can be computed. */
export const isThere = (node: Node): boolean =>
  node.buffer !== null || node.sources.length > 0 || saysItsValue(node);

/** Whether a gradient may pass the node. */
export const isTracked = ({ history }: Node): boolean =>
  history !== null && history.kind !== 'spent';

/**
 * Whether a pending node may be asked for by more than cells and the `readers` pending values of
 * one flush.
 */
export const isWantedBeyond = (node: Node, readers: number): boolean =>
  node.readers > readers ||
  (node.facts & (facts.shown | facts.pinned)) !== 0 ||
  node.history?.kind === 'spent';

/**
 * Whether memory was kept for a gradient alone, which has passed: the value can be computed again.
 */
export const isSpare = (node: Node): boolean =>
  node.buffer !== null && !node.isRoot && node.history?.kind === 'spent' && node.sources.length > 0;

/**
 * Whether a stored value has to be computable again: a gradient will pass, or has passed and takes
 * the memory with it.
 */
export const keepsSources = ({ history, isRoot }: Node): boolean =>
  history !== null && (history.kind !== 'spent' || !isRoot);

// ---- values that are written over their bases

/**
 * Whether a pending node may take over its base's memory: the base is a cell's old value, and is
 * read by nothing but the node and what it writes into it.
 */
export function overwrites(node: Node): boolean {
  // every flush asks it of every node: what most are not comes first
  const { sources } = node;
  if (sources.length < 2 || node.history !== null || sources[0]!.buffer === null) return false;
  const base = sources[0]!;
  return isWrite(node) && node.size > 0 && isLeftOver(base, 1 + readsBelow(node, base));
}

/** Whether a pending node is another one with a part replaced. */
export const isWrite = ({ op, buffer }: Node): boolean =>
  buffer === null && ops[op].replaces !== 'nothing';

/**
 * Whether a node is a number that nothing holds and no memory has: stored, it may be written over
 * at once.
 */
export const isBareNumber = (node: Node): boolean =>
  ops[node.op].says === 'number' && node.buffer === null && !isHeld(node);

/** A search that looks at more values than this is given up. */
const mostBelow = 64;

/**
 * How often what `node` writes reads `base`; 0 where somebody else may ask for one of those values.
 */
function readsBelow(node: Node, base: Node): number {
  if (base.readers === 1) return 0;
  /** The values below, with how often they are read from here. */
  const reads = new Map<Node, number>();
  const todo = node.sources.slice(1);
  let found = 0;
  while (todo.length > 0) {
    const value = todo.pop()!;
    if (value.buffer !== null) continue;
    const before = reads.get(value);
    reads.set(value, (before ?? 0) + 1);
    if (before !== undefined) continue;
    if (isHeld(value) || value.history !== null || reads.size > mostBelow) return 0;
    for (const source of value.sources) {
      if (source === base) found++;
      else todo.push(source);
    }
  }
  for (const [value, count] of reads) if (value.readers !== count) return 0;
  return found;
}

// ---- memory that changes hands

/** `node` and `base` share the memory of `base` from now on: neither is ever overwritten. */
export function share(node: Node, base: Node): void {
  node.buffer = base.buffer;
  node.owner = base.owner;
  node.device = base.device;
  node.facts |= facts.shared;
  base.facts |= facts.shared;
}

/** The memory of `base` passes to `node`; `base` is left without. */
export function takeOver(node: Node, base: Node): void {
  node.buffer = base.buffer;
  node.owner = base.owner;
  node.device = base.device;
  base.buffer = null;
  base.owner = null;
}

// ---- values that nobody can ask for any longer

const nothing: readonly never[] = [];

/** From this id on, a node without a cell is only held by what was made of it. */
let firstOfNobody = Infinity;

/**
 * Runs `body`. Nodes that it makes and gives to no cell are released once what was made of them is
 * stored.
 */
export function keepingNothing<R>(body: () => R): R {
  const before = firstOfNobody;
  firstOfNobody = nextId();
  try {
    return body();
  } finally {
    firstOfNobody = before;
  }
}

/**
 * Releases a node's sources, because it is stored or will never be computed. A pending source that
 * nobody can ask for any longer releases its own in turn.
 */
export function dropSources(node: Node): void {
  if (deferred !== null) {
    deferred.push(node);
    return;
  }
  const todo = [node];
  for (let dropped = todo.pop(); dropped !== undefined; dropped = todo.pop()) {
    const isSeen = (dropped.facts & (facts.touched | facts.pinned)) !== 0;
    for (const source of dropped.sources) {
      source.readers--;
      if (isSeen) source.facts |= facts.pinned;
      if (source.readers === 0 && isNobodys(source)) todo.push(source);
    }
    dropped.sources = nothing;
  }
}

/** Nodes whose sources are released later; null: they are released at once. */
let deferred: Node[] | null = null;

/** Runs `body`; until it ends, stored nodes keep their sources. */
export function deferringReleases(body: () => void): void {
  const outer = deferred;
  const waiting: Node[] = [];
  deferred = waiting;
  try {
    body();
  } finally {
    deferred = outer;
    for (const node of waiting) dropSources(node);
  }
}

const isNobodys = (node: Node): boolean =>
  node.buffer === null &&
  node.cells === 0 &&
  node.history === null &&
  (node.facts & ~facts.replaced) === 0 &&
  ((node.facts & facts.replaced) !== 0 || node.id >= firstOfNobody);

/**
 * Releases the sources of nodes that were made after `base` only for their shapes, where nothing
 * reads, holds or shows them. A node older than `base` was not made for that and is left alone.
 */
export function dropUnread(made: readonly Node[], base: Node): void {
  for (let i = made.length - 1; i >= 0; i--) {
    const node = made[i]!;
    const isNew = node.id > base.id && node.cells === 0 && (node.facts & facts.shown) === 0;
    if (isNew && node.readers === 0) dropSources(node);
  }
}

/**
 * Releases the nodes through which views showed `base`, where nothing else holds them: a view that
 * is still in use will ask for the new value.
 */
export function dropShown(shown: readonly Node[], base: Node): void {
  for (const view of shown) {
    for (let node = view; node !== base && isOnlyShown(node); ) {
      const [source] = node.sources;
      dropSources(node);
      if (source === undefined) break;
      node = source;
    }
  }
}

const isOnlyShown = (node: Node): boolean =>
  node.buffer === null &&
  node.cells === 0 &&
  node.readers === 0 &&
  node.history === null &&
  (node.facts & ~(facts.shown | facts.replaced)) === 0;
