// A flush prepared once for all flushes of the same structure.
// in:  a schedule     out: launches over node numbers: what to allocate, bind, pass and give back

import type { BlockSums } from '../graph/block-sums.js';
import { itemSize } from '../graph/dtype.js';
import { type Node, sizeOf } from '../graph/node.js';
import type { Executable } from '../runtime/index.js';
import { baseOf, type Schedule, type Step } from '../schedule/schedule.js';
import { keptNodes } from '../schedule/kept.js';
import { type Binding, type Loaded, prepareBatch, prepareKernel } from './kernels.js';

/** Numbers are places in the list of the flush's nodes. */
export interface Launch extends Binding {
  readonly kind: 'launch';
  readonly executable: Executable;
  readonly loaded: Loaded;
  /** What it stores; memory for it is allocated before. */
  readonly outputs: readonly number[];
  readonly inPlace: boolean;
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
  /** Bytes of temporaries that are no nodes of the flush; their numbers follow those of the nodes. */
  readonly temporaries: readonly number[];
}

export const bytesOf = (node: Node): number =>
  Math.max(sizeOf(node.shape), 1) * itemSize[node.dtype];

/** null: a write in place would read what it has overwritten before. */
export function makePlan(
  signature: Int32Array,
  nodes: readonly Node[],
  roots: readonly Node[],
  schedule: Schedule,
): Plan | null {
  const stored = new Set<Node>();
  for (const step of schedule.steps) for (const node of step.stores) stored.add(node);
  const kept = keptNodes(nodes, roots, stored);
  const temporaries = [...schedule.sums.values()].map(({ node }) => node);
  temporaries.forEach((node, i) => {
    node.index = nodes.length + i;
  });
  const prepared = schedule.steps.map((step) => prepare(step, stored, schedule.sums));
  if (prepared.includes(null)) return null;
  const reads = prepared as Prepared[];
  const frees = lastUses(reads, new Set([...stored, ...temporaries]), kept);
  return {
    signature,
    steps: reads.map((step, i) => ({ ...step, frees: frees[i]! })),
    kept: [...stored].filter((node) => kept.has(node)).map((node) => node.index),
    shares: schedule.shares.map(({ node, base }) => [node.index, base.index] as const),
    empty: nodes
      .filter((node) => node.buffer === null && sizeOf(node.shape) === 0)
      .map((node) => node.index),
    temporaries: temporaries.map(bytesOf),
  };
}

// ---- kernels

type Prepared = Omit<Launch, 'frees'> | Omit<HostCall, 'frees'>;

const usedBy = (step: Prepared): readonly number[] =>
  step.kind === 'launch' ? step.buffers : [...step.inputs, ...step.outputs];

/** For every step the temporaries whose last use it is. */
function lastUses(
  steps: readonly Prepared[],
  stored: ReadonlySet<Node>,
  kept: ReadonlySet<Node>,
): number[][] {
  const last = new Map<number, number>();
  steps.forEach((step, i) => {
    for (const number of usedBy(step)) last.set(number, i);
    for (const number of step.outputs) last.set(number, i);
  });
  const frees: number[][] = steps.map(() => []);
  for (const node of stored) if (!kept.has(node)) frees[last.get(node.index)!]!.push(node.index);
  return frees;
}

function prepare(
  step: Step,
  stored: ReadonlySet<Node>,
  sums: ReadonlyMap<Node, BlockSums>,
): Prepared | null {
  const outputs = step.stores.map((node) => node.index);
  if (step.kind === 'host') {
    const inputs = step.stores[0]!.sources.map((source) => baseOf(source).index);
    return { kind: 'host', outputs, inputs };
  }
  const isStored = (node: Node): boolean => node.buffer !== null || stored.has(node);
  const sumsOf = (node: Node) => sums.get(node);
  if (step.kind === 'batch') {
    const { loaded, ...binding } = prepareBatch(step.group, isStored, sumsOf);
    for (const nest of step.group.nests)
      if (nest.kind === 'sum') outputs.push(nest.sums.node.index);
    const { executable } = loaded;
    return { kind: 'launch', executable, loaded, outputs, inPlace: false, ...binding };
  }
  const blockSumsOf = sums.size === 0 ? undefined : sumsOf;
  const { stores, inPlace } = step;
  const kernel = prepareKernel({ stores, inPlace, isStored, ...(blockSumsOf && { blockSumsOf }) });
  if (kernel === null) return null;
  const { executable } = kernel.loaded;
  return { kind: 'launch', executable, outputs, inPlace, ...kernel };
}
