// A flush prepared once for all flushes of the same structure.
// in:  a schedule     out: launches over node numbers: what to allocate, bind, pass and give back

import type { Node } from '../../graph/node.js';
import type { Schedule, Step } from '../../schedule/schedule.js';
import { baseOf } from '../../schedule/walk.js';
import { keptNodes } from '../../schedule/kept.js';
import type { Binding } from './binding.js';
import {
  type Loaded,
  loadKernel,
  type Prepared,
  prepareBatch,
  prepareKernel,
} from '../devices/kernels.js';
import type { DeviceContext } from '../devices/context.js';
import { bytesFor } from '../devices/host.js';
import { type Candidate, type Taking, takings } from '../ownership/reuse.js';

/** Numbers are places in the list of the flush's nodes. */
export interface Launch extends Binding {
  readonly kind: 'launch';
  readonly loaded: Loaded;
  /** What it stores. */
  readonly outputs: readonly number[];
  /** Outputs that memory is allocated for; the others take over what was there. */
  readonly fresh: readonly number[];
  readonly takes: readonly Taking[];
  /** Temporaries that nothing reads after this. */
  readonly frees: readonly number[];
}

export interface HostCall {
  readonly kind: 'host';
  readonly outputs: readonly number[];
  /** The memories to read: of the sources, or of what they are views of. */
  readonly inputs: readonly number[];
  readonly frees: readonly number[];
}

export interface Plan {
  readonly signature: Int32Array;
  readonly steps: readonly (Launch | HostCall)[];
  /** Nodes that keep what was stored for them. */
  readonly kept: readonly number[];
  /** [node, the node whose memory it has] */
  readonly shares: readonly (readonly [number, number])[];
  /** Empty nodes that need a buffer all the same. */
  readonly empty: readonly number[];
  /**
   * Bytes of temporaries that are no nodes of the flush; their numbers follow those of the nodes.
   */
  readonly temporaries: readonly number[];
}

export const bytesOf = ({ dtype, size }: Node, context: DeviceContext): number =>
  bytesFor(dtype, size, context);

export interface PlanOptions {
  readonly context: DeviceContext;
  /** Whether stores may be written into the memory of values that are read for the last time. */
  readonly inPlace: boolean;
}

/** Its kernels are loaded now, so that running it takes no longer the first time. */
export function loadKernels({ steps }: Plan): void {
  for (const step of steps) if (step.kind === 'launch') void step.loaded.executable;
}

/** null: a write in place would read what it has overwritten before. */
export function makePlan(
  signature: Int32Array,
  nodes: readonly Node[],
  roots: readonly Node[],
  schedule: Schedule,
  { inPlace, context }: PlanOptions,
): Plan | null {
  const stored = new Set<Node>();
  for (const step of schedule.steps) for (const node of step.stores) stored.add(node);
  const kept = keptNodes(nodes, roots, stored, schedule.steps);
  const temporaries = [...schedule.sums.values()].map(({ node }) => node);
  temporaries.forEach((node, i) => {
    node.index = nodes.length + i;
  });
  const lowered = lowering(stored, schedule, context);
  const drafts = schedule.steps.map((step) => draftOf(step, lowered));
  if (drafts.includes(null)) return null;
  const last = lastUses(drafts as Draft[]);
  const shared = new Set(schedule.shares.map(({ base }) => base));
  const taken = inPlace
    ? takings(drafts as Draft[], { nodes, stored, kept, shared, last })
    : drafts.map(() => []);
  const steps = (drafts as Draft[]).map((draft, i) =>
    finished(draft, taken[i]!, nodes, lowered, context),
  );
  const gone = new Set(taken.flatMap((some) => some.map(({ from }) => from)));
  const frees: number[][] = steps.map(() => []);
  for (const node of [...stored, ...temporaries]) {
    if (!kept.has(node) && !gone.has(node.index)) frees[last.get(node.index)!]!.push(node.index);
  }
  return {
    signature,
    steps: steps.map((step, i) => ({ ...step, frees: frees[i]! })),
    kept: [...stored].filter((node) => kept.has(node)).map((node) => node.index),
    shares: schedule.shares.map(({ node, base }) => [node.index, base.index] as const),
    empty: nodes
      .filter((node) => node.buffer === null && node.size === 0)
      .map((node) => node.index),
    temporaries: temporaries.map((node) => bytesOf(node, context)),
  };
}

// ---- steps: first as loops, then, knowing what is written over what, loaded

interface Draft extends Candidate {
  readonly step: Step;
  readonly binding: Prepared | null;
}

type Lowering = (
  step: Exclude<Step, { kind: 'host' }>,
  over?: ReadonlyMap<Node, Node>,
) => Prepared | null;

/** How a step's kernel is written, given what all steps store. */
function lowering(stored: ReadonlySet<Node>, { sums }: Schedule, context: DeviceContext): Lowering {
  const isStored = (node: Node): boolean => node.buffer !== null || stored.has(node);
  const blockSumsOf = (node: Node) => sums.get(node);
  return (step, over) => {
    if (step.kind === 'batch') return prepareBatch(step.group, isStored, blockSumsOf, context);
    const { stores, nests, inPlace, part } = step;
    const own = { ...(sums.size > 0 && { blockSumsOf }), ...(over !== undefined && { over }) };
    return prepareKernel({ stores, nests, inPlace, part, isStored, ...own }, context);
  };
}

function draftOf(step: Step, lowered: Lowering): Draft | null {
  const outputs = step.stores.map((node) => node.index);
  if (step.kind === 'host') {
    const buffers = step.stores[0]!.sources.map((source) => baseOf(source).index);
    return { step, outputs, buffers, kernel: null, binding: null, canFail: true };
  }
  const binding = lowered(step);
  if (binding === null) return null;
  const canFail = binding.checks.length > 0;
  const isFixed = step.kind === 'batch' || step.inPlace || step.part === 'rest';
  if (step.kind === 'batch') {
    for (const nest of step.group.nests)
      if (nest.kind === 'sum') outputs.push(nest.sums.node.index);
  }
  const kernel = isFixed ? null : binding.kernel;
  return { step, outputs, buffers: binding.buffers, kernel, binding, canFail };
}

function finished(
  { step, outputs, buffers, binding }: Draft,
  taken: readonly Taking[],
  nodes: readonly Node[],
  lowered: Lowering,
  context: DeviceContext,
): Omit<Launch, 'frees'> | Omit<HostCall, 'frees'> {
  if (step.kind === 'host' || binding === null) return { kind: 'host', outputs, inputs: buffers };
  const over = new Map(taken.map(({ from, output }) => [nodes[from]!, nodes[output]!]));
  const { kernel, ...rest } = over.size === 0 ? binding : lowered(step, over)!;
  const loaded = loadKernel(kernel, context);
  const [node] = step.stores;
  const takes =
    step.kind === 'kernel' && step.inPlace
      ? [{ output: node!.index, from: node!.sources[0]!.index, isOld: true }]
      : taken;
  const isThere = step.kind === 'kernel' && step.part === 'rest';
  const fresh = isThere
    ? []
    : outputs.filter((number) => takes.every(({ output }) => output !== number));
  return { kind: 'launch', loaded, outputs, fresh, takes, ...rest };
}

/** The launch of a step, once more, when some of its stores are written over what it reads. */
export function launchOver(
  step: Exclude<Step, { kind: 'host' }>,
  over: ReadonlyMap<Node, Node>,
  schedule: Schedule,
  context: DeviceContext,
): Pick<Launch, 'loaded' | 'buffers' | 'params' | 'checks'> {
  const stored = new Set(schedule.steps.flatMap(({ stores }) => stores));
  const { kernel, ...binding } = lowering(stored, schedule, context)(step, over)!;
  const loaded = loadKernel(kernel, context);
  return { loaded, ...binding };
}

/** The last step that uses each node's memory, by number. */
function lastUses(steps: readonly Draft[]): Map<number, number> {
  const last = new Map<number, number>();
  steps.forEach(({ buffers, outputs }, i) => {
    for (const number of buffers) last.set(number, i);
    for (const number of outputs) last.set(number, i);
  });
  return last;
}
