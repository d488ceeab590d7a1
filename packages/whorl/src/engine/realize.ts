// Makes pending values real.
// in:  root nodes     out: each root has a buffer; launches on the current device

import { arrayOf, itemSize, type TypedArray } from '../graph/dtype.js';
import { dropSources, type Node, sizeOf } from '../graph/node.js';
import type { Args } from '../graph/op.js';
import { type Lowered, lowerKernel } from '../lower/kernel.js';
import type { Memory, Scalar } from '../runtime/index.js';
import { type Schedule, type Step, schedule } from '../schedule/schedule.js';
import { walk } from '../schedule/walk.js';
import { currentDevice } from './device.js';

export interface RealizeOptions {
  /** false: every node is stored by a kernel of its own, for tests. Default true. */
  readonly fuse?: boolean;
}

function allocate(node: Node): Memory {
  const { device } = currentDevice();
  const memory = device.allocate(Math.max(sizeOf(node.shape), 1) * itemSize[node.dtype]);
  node.buffer = memory;
  device.freeWith(node, memory);
  return memory;
}

const scalarOf = (value: number, dtype: string): Scalar => {
  switch (dtype) {
    case 'int64': return BigInt(Math.trunc(value));
    case 'float32': return Math.fround(value);
    case 'float64': return value;
    case 'bool': return value !== 0 ? 1 : 0;
    case 'uint8': return value & 255;
    default: return value | 0;
  }
};

export function realize(roots: readonly Node[], { fuse = true }: RealizeOptions = {}): void {
  const nodes = walk(roots);
  const plan: Schedule = schedule(nodes, roots, { fuse });
  const stored = new Set<Node>();
  for (const step of plan.steps) {
    for (const node of step.kind === 'host' ? [step.node] : step.stores) stored.add(node);
  }
  for (const node of nodes) if (sizeOf(node.shape) === 0 && node.buffer === null) allocate(node);
  for (const step of plan.steps) run(step, (node) => node.buffer !== null || stored.has(node));
  for (const { node, base } of plan.shares) {
    node.buffer = base.buffer;
    if (node.history === null) {
      dropSources(node);
      node.sources = [base];
      base.readers++;
    }
  }
  for (const node of stored) if (node.history === null || node.history.kind === 'spent') dropSources(node);
}

function run(step: Step, isStored: (node: Node) => boolean): void {
  if (step.kind === 'host') return runHost(step.node);
  const lowered: Lowered = lowerKernel({ stores: step.stores, isStored, inPlace: false });
  const { device, render } = currentDevice();
  const executable = device.load(lowered.kernel.name, render(lowered.kernel));
  for (const node of step.stores) allocate(node);
  const memories = lowered.buffers.map((node) => node.buffer as Memory);
  const scalars = lowered.params.map(({ node, scalar, dtype }) => scalarOf(node.scalars[scalar]!, dtype));
  device.launch(executable, memories, scalars);
  const code = device.takeStatus();
  if (code !== 0) throw new Error(`${lowered.checks[code - 1]!.op}: index out of range or division by zero`);
}

function view(node: Node): TypedArray {
  const { buffer, offset } = currentDevice().device.locate(node.buffer as Memory);
  return new arrayOf[node.dtype](buffer as ArrayBuffer, offset, sizeOf(node.shape));
}

function runHost(node: Node): void {
  allocate(node);
  const { routine } = node.arg as Args['HOST'];
  const output = view(node);
  output.fill(0 as never);
  routine.run(output, node.sources.map(view), node.sources.map((source) => source.shape), node.shape);
}
