// What a flush did, as data: the debug printer, the tests and the Lab read it.
// in:  a plan and its nodes     out: a record for each listener

import { itemSize } from '../../graph/dtype.js';
import type { Device } from '../../graph/device.js';
import type { Node } from '../../graph/node.js';
import { ops } from '../../graph/op.js';
import type { Kernel } from '../../ir/loop.js';
import type { DeviceContext } from '../devices/context.js';
import type { HostCall, Launch, Plan } from '../flush/plan.js';

export interface KernelRecord {
  readonly name: string;
  /** null for a routine in JavaScript */
  readonly kernel: Kernel | null;
  readonly code: string | Uint8Array | null;
  /** Nodes stored, as graph text names them. */
  readonly stores: readonly string[];
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /**
   * Milliseconds from its launch until the next one could begin; on a device that is only read by
   * waiting, those of handing it over. null: it ran within one call together with others.
   */
  readonly time: number | null;
}

export interface FlushRecord {
  readonly device: Device;
  /** One line per node: %3 = ADD(%1, %2) float32[4, 5] */
  readonly graph: readonly string[];
  readonly kernels: readonly KernelRecord[];
  /** Calls of the device: one for each kernel, or for several of a compiled function. */
  readonly calls: number;
  /** Whether a plan of this structure was there before. */
  readonly isKnown: boolean;
  /** Milliseconds until there was a plan: found, or made, with its kernels compiled. */
  readonly planning: number;
  /** Milliseconds that the kernels took altogether. */
  readonly time: number;
  /** Bytes in buffers afterwards. */
  readonly bytesInUse: number;
}

export type FlushListener = (record: FlushRecord) => void;
const listeners = new Set<FlushListener>();

/** Calls `listener` after every flush, until the function returned is called. */
export function observeFlushes(listener: FlushListener): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export const isRecording = (): boolean => listeners.size > 0;

/** A flush that begins now. */
export interface Recording {
  /** Milliseconds of each step, as the run writes them. */
  readonly times: Float64Array;
  /** Tells the listeners, when it is done. */
  tell(): void;
}

export function recordFlush(
  nodes: readonly Node[],
  { plan, isKnown, planning }: Pick<FlushRecord, 'isKnown' | 'planning'> & { readonly plan: Plan },
  { driver, device }: DeviceContext,
): Recording {
  const graph = graphText(nodes);
  const times = new Float64Array(plan.steps.length);
  const started = performance.now();
  const tell = () => {
    const time = performance.now() - started;
    const kernels = kernelRecords(plan, nodes, times);
    const bytesInUse = driver.memory().used;
    const calls = kernels.filter(({ kernel }) => kernel !== null).length;
    report({ device, graph, kernels, calls, isKnown, planning, time, bytesInUse });
  };
  return { times, tell };
}

/** What a plan launches, in order; `times`: those of its steps, where each was a call. */
export const kernelRecords = (
  plan: Plan,
  nodes: readonly Node[],
  times: Float64Array | null = null,
): KernelRecord[] =>
  plan.steps.map((step, i) => kernelRecord(step, nodes, plan, times?.[i] ?? null));

/** Tells the listeners what was run. */
export function report(record: FlushRecord): void {
  for (const listener of listeners) listener(record);
}

const bytesOf = (nodes: readonly Node[], { temporaries }: Plan, i: number): number => {
  const node = nodes[i];
  return node === undefined ? temporaries[i - nodes.length]! : node.size * itemSize[node.dtype];
};

function kernelRecord(
  step: Launch | HostCall,
  nodes: readonly Node[],
  plan: Plan,
  time: number | null,
): KernelRecord {
  const bytes = (numbers: readonly number[]): number =>
    numbers.reduce((sum, i) => sum + bytesOf(nodes, plan, i), 0);
  const stores = step.outputs.map((i) => `%${i} ${nodes[i]?.op ?? 'block sums'}`);
  const bytesWritten = bytes(step.outputs);
  if (step.kind === 'host') {
    const bytesRead = bytes(step.inputs);
    return { name: 'host', kernel: null, code: null, stores, bytesRead, bytesWritten, time };
  }
  const { loaded } = step;
  const { kernel } = loaded;
  const read = step.buffers.filter((i) => !step.outputs.includes(i));
  for (const { from } of step.takes) if (!read.includes(from)) read.push(from);
  return {
    name: kernel.name,
    kernel,
    get code() {
      return loaded.code;
    },
    stores,
    bytesRead: bytes(read),
    bytesWritten,
    time,
  };
}

/** The graph of a flush as text, one line per node, sources first. */
export function graphText(nodes: readonly Node[]): string[] {
  return nodes.map((node, i) => {
    const type = `${node.dtype}[${node.shape.join(', ')}]`;
    if (node.buffer !== null) return `%${i} = stored ${type}`;
    const sources = node.sources.map((source) => `%${source.index}`);
    const scalars = node.scalars.length > 0 ? [`{${node.scalars.join(', ')}}`] : [];
    const arg = node.arg === null ? [] : [argText(node)];
    return `%${i} = ${node.op}(${[...sources, ...arg, ...scalars].join(', ')}) ${type}`;
  });
}

const argText = (node: Node): string =>
  ops[node.op].by === 'routine'
    ? (node.arg as { routine: { key: string } }).routine.key
    : JSON.stringify(node.arg).replaceAll('"', '');
