// Runs a graph as the strict device would, one kernel after the other, at once: planning, lowering, rendering, nothing else.
// in:  nodes whose leaves lie on another device     out: their values, and what was launched

import { convertedTo } from '../../src/engine/devices/elements.js';
import { download } from '../../src/engine/devices/host.js';
import { parameterOf } from '../../src/engine/devices/scalar-of.js';
import type { TypedArray } from '../../src/graph/dtype.js';
import { arrayOf } from '../../src/graph/dtype.js';
import type { Node } from '../../src/graph/node.js';
import { argOf } from '../../src/graph/node.js';
import type { Kernel } from '../../src/ir/loop.js';
import { lowerKernel } from '../../src/lower/kernel.js';
import { renderJs } from '../../src/render/index.js';
import { schedule, type Step } from '../../src/schedule/schedule.js';
import { baseOf, walk } from '../../src/schedule/walk.js';
import { storedAs } from '../../src/target/elements.js';
import type { Target } from '../../src/target/target.js';
import { demandStrict } from './demands.js';
import { strictTarget } from './target.js';

export interface Ran {
  readonly value: (node: Node) => TypedArray;
  readonly kernels: readonly Kernel[];
  /** Nodes whose values turned out to be errors. */
  readonly failed: readonly Node[];
}

export function runPlan(roots: readonly Node[], target: Target = strictTarget): Ran {
  const nodes = walk(roots);
  const { steps, shares } = schedule(nodes, roots, {
    fuse: true,
    target,
    overwrites: () => false,
  });
  const stored = new Set(steps.flatMap(({ stores }) => [...stores]));
  const memories = new Map<Node, TypedArray>();
  const memoryOf = (node: Node): TypedArray => {
    let memory = memories.get(node);
    if (memory === undefined) {
      memory =
        node.buffer !== null
          ? convertedTo(download(node), node.dtype, storedAs(target, node.dtype))
          : empty(node, target);
      memories.set(node, memory);
    }
    return memory;
  };
  const kernels: Kernel[] = [];
  const failed: Node[] = [];
  for (const step of steps) {
    if (step.kind === 'host') hostStep(step.stores[0]!, memoryOf, target);
    else if (step.kind === 'kernel')
      kernels.push(kernelStep(step, stored, memoryOf, target, failed));
  }
  const value = (node: Node): TypedArray => {
    const own = shares.find((share) => share.node === node)?.base ?? node;
    return convertedTo(memoryOf(own), storedAs(target, node.dtype), node.dtype);
  };
  return { value, kernels, failed };
}

const empty = (node: Node, target: Target): TypedArray =>
  new arrayOf[storedAs(target, node.dtype)](node.size);

type Memories = (node: Node) => TypedArray;

function hostStep(node: Node, memoryOf: Memories, target: Target): void {
  const { routine } = argOf<'HOST'>(node as Node<'HOST'>);
  const output = new arrayOf[node.dtype](node.size);
  const inputs = node.sources.map((source) =>
    convertedTo(memoryOf(baseOf(source)), storedAs(target, source.dtype), source.dtype),
  );
  const shapes = node.sources.map(({ shape }) => shape);
  routine.run(output, inputs, shapes, node.shape);
  memoryOf(node).set(convertedTo(output, node.dtype, storedAs(target, node.dtype)) as never);
}

function kernelStep(
  step: Extract<Step, { kind: 'kernel' | 'host' }>,
  stored: ReadonlySet<Node>,
  memoryOf: Memories,
  target: Target,
  failed: Node[],
): Kernel {
  const isStored = (node: Node): boolean => node.buffer !== null || stored.has(node);
  const lowered = lowerKernel({ ...step, isStored }, target);
  demandStrict(lowered.kernel, target);
  const params = lowered.params.map(({ node, scalar, dtype }) => parameterOf(node, scalar, dtype));
  const run = new Function(`return (${renderJs(lowered.kernel)});`)();
  const status = new Int32Array(1);
  run(lowered.buffers.map(memoryOf), params, new Uint8Array(0), status);
  if (status[0] !== 0) failed.push(lowered.checks[status[0]! - 1]!);
  return lowered.kernel;
}
