// Who may still see a value, and whose memory may be written over.
// in:  nodes with what is known of them     out: the one answer that everybody who asks gets
//
// A value may be seen through
//   cells     Tensors hold the cells: `cells`
//   readers   pending values that will read it: `readers`
//   views     a view remembers what it shows: `facts.shown`
//   gradients a history goes on from it, or a derivative may look at it: `history`, `facts.pinned`
//   itself    it can be computed again from its `sources`
//   its op    a constant says what its value is: whoever reads it need not look at memory (`saysItsValue`)
//   memory    other nodes lie in the same memory: `facts.shared`
// What writes over memory asks here whether all of these are accounted for. There is no other place that decides it.

import { facts, nextId, type Node } from './node.js';
import { ops } from './op.js';

/** What stands in the way of a write whatever else is known. */
const seenElsewhere = facts.shown | facts.pinned | facts.shared;

/** Whether the value of a stored node is seen by `cells` cells and `readers` pending values, and by nobody else. */
const isSeenOnlyBy = (node: Node, cells: number, readers: number): boolean =>
  node.buffer !== null &&
  node.cells === cells &&
  node.readers === readers &&
  node.history === null &&
  node.sources.length === 0 &&
  (node.facts & seenElsewhere) === 0;

/**
 * Whether a stored value is its one cell's alone: its memory may be written under the cell, where the node does not
 * say what its value is (`saysItsValue`).
 */
export const isOneCells = (node: Node): boolean => isSeenOnlyBy(node, 1, 0);

/** Whether a stored node is the old value of a cell, which `readers` pending values read and nobody else can ask for. */
export const isLeftOver = (node: Node, readers: number): boolean =>
  (node.facts & facts.replaced) !== 0 && isSeenOnlyBy(node, 0, readers);

/** A constant: its readers take the value from the node. Memory may be handed on from such a node, never written under it. */
export const saysItsValue = ({ op }: Node): boolean => op !== 'BUFFER' && ops[op].kind === 'leaf';

/** Whether something besides cells and the pending values of one flush (`readers` of them) may ask for a pending node. */
export const isWantedBeyond = (node: Node, readers: number): boolean =>
  node.readers > readers ||
  (node.facts & (facts.shown | facts.pinned)) !== 0 ||
  node.history?.kind === 'spent';

// ---- memory that changes hands

/** `node` lies in the memory of `base` from now on, which has it too: neither is written over again. */
export function share(node: Node, base: Node): void {
  node.buffer = base.buffer;
  node.owner = base.owner;
  node.facts |= facts.shared;
  base.facts |= facts.shared;
}

/** The memory of `base` is that of `node` from now on; `base` has none. */
export function takeOver(node: Node, base: Node): void {
  node.buffer = base.buffer;
  node.owner = base.owner;
  base.buffer = null;
  base.owner = null;
}

// ---- values that nobody can ask for any more

const nothing: readonly never[] = [];

/** Nodes from this id on that no cell holds are only held by what was made of them. */
let firstOfNobody = Infinity;

/** Runs `body`; what it makes and gives to no cell is nobody's once the values made of it are stored. */
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
 * Lets go of a node's sources: it is stored, or will never be computed. A source that is pending and
 * that nobody can ask for any more lets go of its own.
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

/** What lets go of its sources later; null: at once. */
let deferred: Node[] | null = null;

/** Runs `body`: until it is over everything that is stored can still be traced to what it was made of. */
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
 * Lets go of the sources of nodes that were made after `base` for the sake of their shapes: of those that nothing reads,
 * holds or shows. Where an older node was found instead of a new one, that is somebody's.
 */
export function dropUnread(made: readonly Node[], base: Node): void {
  for (let i = made.length - 1; i >= 0; i--) {
    const node = made[i]!;
    const isNew = node.id > base.id && node.cells === 0 && (node.facts & facts.shown) === 0;
    if (isNew && node.readers === 0) dropSources(node);
  }
}

/**
 * Lets go of the sources of what views remembered of `base`, and of the steps between, where nothing else has them.
 * Whoever still shows such a view is going to ask for another value.
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
