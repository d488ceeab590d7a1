// Decides which values are stored and which kernel writes them.
// in:  the roots of a tensor graph     out: kernels in launch order, each a fragment of that graph
//
// From the roots down, every node knows by then where it is used: in which kernels, how often
// there. It is stored where computing it in place would be dearer, and joins a kernel with the same
// loops.

import type { BlockSums, Group } from './group.js';
import type { Node } from '../graph/node.js';
import type { Target } from '../target/target.js';
import { ops } from '../graph/op.js';
import { isHeld } from '../graph/ownership.js';
import { reducedCount } from '../graph/reductions.js';
import { evaluations, ownPlace, sourcePlaces, type Place } from './axes.js';
import { closedPlaces } from './closed-places.js';
import { type Costs, costs, isContraction, isLongReduction } from './cost.js';
import {
  addNode,
  canJoin,
  type Draft,
  isFull,
  isOwnIndex,
  mostDepth,
  newDraft,
  takesContraction,
  type Visit,
} from './draft.js';
import { groupByRows, leastRows, type Planned } from './batch.js';
import { mayFailFrom } from './may-fail.js';
import { inOrder, type TimeOf } from './order.js';
import { type Packed, packed } from './pack.js';
import { link } from './reach.js';
import { savedNodes } from './saved.js';
import { baseOf, isLeaf } from './walk.js';

export type Step =
  | {
      /** host: a routine in JavaScript stores the one node. */
      readonly kind: 'kernel' | 'host';
      /** Sources before what is made of them. */
      readonly stores: readonly Node[];
      /** How many of the stores each nest writes, in order. */
      readonly nests: readonly number[];
      /** The one store takes over its base's memory. */
      readonly inPlace: boolean;
      /** What is written of the one store: all, its base alone, or what replaces parts of that. */
      readonly part: 'all' | 'base' | 'rest';
    }
  | { readonly kind: 'batch'; readonly stores: readonly Node[]; readonly group: Group };

/** A root that needs no memory of its own: it has the bytes of `base`. */
export interface Share {
  readonly node: Node;
  readonly base: Node;
}

export interface Schedule {
  readonly steps: readonly Step[];
  readonly shares: readonly Share[];
  /** Sums over rows whose blocks another kernel adds up. */
  readonly sums: ReadonlyMap<Node, BlockSums>;
}

/** What can be left out, to see what it is worth: tiles of rows, small kernels as one. */
export type Technique = 'rows' | 'packs';

export interface ScheduleOptions {
  /** false: every node is stored by a kernel of its own */
  readonly fuse: boolean;
  /** The device that runs the kernels. */
  readonly target: Target;
  /** Whether a SPLICE or SCATTER may be written over its base. */
  readonly overwrites: (node: Node) => boolean;
  /** Default none of them. */
  readonly without?: ReadonlySet<Technique>;
  /** When the program asked for a value; default the order in which nodes were made. */
  readonly timeOf?: TimeOf;
}

/** `nodes`: what walk() found for `roots`. */
export function schedule(
  nodes: readonly Node[],
  roots: readonly Node[],
  options: ScheduleOptions,
): Schedule {
  const shares: Share[] = [];
  const wanted = new Set<Node>();
  for (const root of new Set(roots)) {
    const base = baseOf(root);
    wanted.add(base);
    if (base !== root) shares.push({ node: root, base });
  }
  for (const node of nodes) {
    if (isLeaf(node)) continue;
    if (ops[node.op].by === 'routine')
      for (const source of node.sources) wanted.add(baseOf(source));
    if (isHeldSum(node)) wanted.add(baseOf(node));
  }
  for (const node of fallibleParts(nodes, options)) wanted.add(node);
  const planner = new Planner(nodes, wanted, options);
  for (let i = nodes.length - 1; i >= 0; i--) if (!isLeaf(nodes[i]!)) planner.place(nodes[i]!);
  const drafts = inOrder(planner.drafts, options.timeOf);
  if (!options.fuse) {
    const steps = drafts.flatMap((draft) => stepsOf([draft], options));
    return { steps, shares, sums: new Map() };
  }
  const { target, without = none } = options;
  // rows of a tile go from nest to nest, and so does what is packed
  const leavesOut = (technique: Technique) => !target.ordersNests || without.has(technique);
  const { planned, sums, reads } = groupByRows(drafts, {
    isWanted: (node) => wanted.has(node) || planner.isKept(node) || isHeld(node),
    least: leavesOut('rows') ? Infinity : leastRows,
    machine: target.machine,
  });
  const launched = leavesOut('packs') ? planned.map(alone) : packed(planned, reads, target);
  const steps = launched.flatMap((one): Step[] =>
    'group' in one
      ? [{ kind: 'batch', stores: one.group.stores, group: one.group }]
      : stepsOf(one.drafts, options),
  );
  return { steps, shares, sums };
}

const none: ReadonlySet<Technique> = new Set();

const alone = (one: Planned): Packed => ('group' in one ? one : { drafts: [one.draft] });

/** A long sum that a Tensor holds, like a parameter's gradient: one store for so many additions. */
function isHeldSum(node: Node): boolean {
  if (!isHeld(node)) return false;
  let sum = node;
  while (!isLeaf(sum) && ops[sum.op].kind === 'movement') sum = sum.sources[0]!;
  return (
    !isLeaf(sum) &&
    ops[sum.op].kind === 'reduce' &&
    reducedCount(sum) >= 32 &&
    sum.size === node.size
  );
}

/**
 * What is written over an old value, where it may turn out to be an error: it is stored before, so
 * that the old value is still there then.
 */
function fallibleParts(nodes: readonly Node[], { overwrites }: ScheduleOptions): Node[] {
  const writing = nodes.filter(overwrites);
  if (writing.length === 0) return [];
  const fails = mayFailFrom(nodes);
  return writing.flatMap(({ sources }) =>
    sources
      .slice(1)
      .filter((source) => fails[source.index])
      .map(baseOf),
  );
}

type KernelStep = Exclude<Step, { kind: 'batch' }>;

/** To write a base and to write over it are two nests: two kernels where nests have no order. */
function stepsOf(group: readonly Draft[], options: ScheduleOptions): Step[] {
  const step = stepOf(group, options);
  const isWhole = options.target.ordersNests || step.inPlace;
  if (isWhole || ops[step.stores[0]!.op].replaces !== 'any place') return [step];
  return [
    { ...step, part: 'base' },
    { ...step, part: 'rest' },
  ];
}

function stepOf(group: readonly Draft[], { overwrites }: ScheduleOptions): KernelStep {
  const [{ stores, isOpen }] = group as [Draft];
  return {
    kind: ops[stores[0]!.op].by === 'routine' ? 'host' : 'kernel',
    stores: group.flatMap((draft) => [...draft.stores].reverse()),
    nests: group.map((draft) => draft.stores.length),
    inPlace: !isOpen && overwrites(stores[0]!),
    part: 'all',
  };
}

/** Additions that a term costs before storing it is worth it. */
const dearTerm = 16;

class Planner {
  readonly drafts: Draft[] = [];
  private readonly visits: (Map<string, Visit> | undefined)[];
  private readonly costs: Costs;
  private visited = 0;

  constructor(
    nodes: readonly Node[],
    private readonly wanted: ReadonlySet<Node>,
    private readonly options: ScheduleOptions,
  ) {
    this.visits = new Array(nodes.length);
    this.costs = costs(nodes, savedNodes(nodes));
  }

  isKept(node: Node): boolean {
    return this.costs.isKept[node.index]!;
  }

  place(node: Node): void {
    let visits = [...(this.visits[node.index]?.values() ?? [])];
    if (visits.length === 0 && !this.wanted.has(node)) return;
    const isStored = this.isStored(node, visits);
    if (isStored) {
      const draft = this.store(node, visits);
      if (!draft.isOpen) this.enterClosed(node, draft);
      visits = draft.isOpen ? [{ draft, place: ownPlace(draft.shape, 'i'), depth: 0 }] : [];
      if (draft.shape.length > node.shape.length) visits = [prefixVisit(node, draft)];
    }
    this.visits[node.index] = undefined;
    for (const visit of visits) {
      addNode(visit.draft, node);
      if (!isStored) visit.draft.buffers.computes(node);
      const places = sourcePlaces(node, visit.place, this.visited++);
      node.sources.forEach((source, i) =>
        this.visit(source, visit.draft, places[i]!, visit.depth + 1),
      );
    }
  }

  private visit(node: Node, draft: Draft, place: Place, depth: number): void {
    draft.buffers.uses(node);
    if (isLeaf(node)) return;
    const visits = (this.visits[node.index] ??= new Map());
    let key = `${draft.id}|${place.floor}`;
    for (const axis of place.axes) key += `,${axis.key}`;
    const before = visits.get(key);
    if (before === undefined || before.depth < depth) visits.set(key, { draft, place, depth });
  }

  // ---- stored or computed where it is used

  private isStored(node: Node, visits: readonly Visit[]): boolean {
    const { kind, cost } = ops[node.op];
    if (this.wanted.has(node) || kind === 'stored' || this.costs.isKept[node.index]) return true;
    if (kind === 'leaf') return false;
    if (!this.options.fuse) return true;
    if (visits.some(({ draft, depth }) => isFull(draft) || depth >= mostDepth)) return true;
    if (visits.some(({ draft }) => !draft.buffers.takes(node, false))) return true;
    const size = node.size;
    if (isLongReduction(node)) return !takesReduction(node, visits, size);
    return cost > 0 && (this.isDear(node, visits, size) || this.isTermOfRows(node, visits));
  }

  /** Whether computing a value wherever it is used costs more than writing and reading it. */
  private isDear(node: Node, visits: readonly Visit[], size: number): boolean {
    const work = this.costs.work[node.index]!;
    const times = visits.reduce((sum, visit) => sum + evaluations(visit.place), 0);
    if (this.costs.isShared[node.index]) return times > size;
    if (work <= 1) return false;
    if (visits.length > 12) return true;
    if ((times - size) * work < 512) return false;
    const isOneKernel = visits.every((visit) => visit.draft === visits[0]!.draft);
    const patience = isOneKernel && times <= 3 * size ? 64 : 8;
    return (times / size - 1) * work > patience;
  }

  /**
   * One number a row, dear to compute, that is only summed up (a loss, a hit): stored where its row
   * is computed.
   */
  private isTermOfRows(node: Node, visits: readonly Visit[]): boolean {
    const rows = node.shape[0];
    if (rows === undefined || rows < leastRows || node.size !== rows) return false;
    const { work, isOfProduct } = this.costs;
    if (!isOfProduct[node.index] || work[node.index]! < dearTerm) return false;
    return (
      visits.some(({ draft, place }) => place.axes[0]!.level > draft.shape.length) &&
      visits.every(({ draft }) => draft.shape[0] !== rows)
    );
  }

  // ---- which kernel stores it

  private store(node: Node, visits: readonly Visit[]): Draft {
    const draft = this.joinable(node, visits) ?? this.create(node);
    draft.stores.push(node);
    draft.buffers.uses(node);
    for (const visit of visits) link(draft, visit.draft);
    return draft;
  }

  private create(node: Node): Draft {
    const isOpen = ops[node.op].kind !== 'stored' && !this.options.overwrites(node);
    const draft = newDraft(this.drafts.length, node.shape, isOpen, this.options.target.mostBuffers);
    this.drafts.push(draft);
    return draft;
  }

  /** Kernels that use the node at its own index, or use its sources at theirs. */
  private joinable(node: Node, visits: readonly Visit[]): Draft | undefined {
    if (!this.options.fuse || ops[node.op].kind === 'stored' || this.options.overwrites(node))
      return undefined;
    const candidates = new Set<Draft>();
    for (const visit of visits) candidates.add(visit.draft);
    for (const source of node.sources) {
      for (const { draft, place } of this.visits[source.index]?.values() ?? []) {
        if (draft.shape.length === node.shape.length && isOwnIndex(place, source.shape))
          candidates.add(draft);
      }
    }
    for (const draft of candidates)
      if (canJoin(draft, node, visits, this.options.target)) return draft;
    return undefined;
  }

  /** What the kernels of SCAN, SCATTER, HOST and of writes in place read. */
  private enterClosed(node: Node, draft: Draft): void {
    addNode(draft, node);
    const first = this.options.overwrites(node) ? 1 : 0;
    const isRoutine = ops[node.op].by === 'routine';
    closedPlaces(node).forEach((place, i) => {
      if (i < first) return;
      const source = node.sources[i]!;
      this.visit(isRoutine ? baseOf(source) : source, draft, place, 1);
    });
  }
}

/** A store that is computed in the first loops of a kernel with more of them. */
function prefixVisit(node: Node, draft: Draft): Visit {
  const { axes, loops } = ownPlace(draft.shape);
  const rank = node.shape.length;
  return {
    draft,
    depth: 0,
    place: { axes: axes.slice(0, rank), loops: loops.slice(0, rank + 1), floor: 0 },
  };
}

/** A long reduction stays where it is computed once: in front of an epilogue, or once a row. */
function takesReduction(node: Node, visits: readonly Visit[], size: number): boolean {
  if (visits.length !== 1) return false;
  const [visit] = visits;
  if (isContraction(node)) return takesContraction(visit!, size);
  return evaluations(visit!.place) <= size;
}
