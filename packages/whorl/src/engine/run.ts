// Runs a plan on the nodes of one flush.
// in:  a plan, nodes of its structure     out: nodes with buffers; an error where values have one

import { arrayOf, type DType, type TypedArray } from '../graph/dtype.js';
import { dropSources, type Node, sizeOf } from '../graph/node.js';
import type { Args } from '../graph/op.js';
import type { Device, Memory, Scalar } from '../runtime/index.js';
import { currentDevice } from './device.js';
import { errorInValues, withValue } from './errors.js';
import { hold, holdToo } from './hold.js';
import { takeOver } from './in-place.js';
import { bytesOf, type HostCall, type Launch, type Plan } from './plan.js';

/** Beyond this a float stands for no int64. */
const limit = 2 ** 63;

/** A number as a kernel takes it. */
export function scalarOf(value: number, dtype: DType): Scalar {
  switch (dtype) {
    case 'float32':
      return Math.fround(value);
    case 'float64':
      return value;
    case 'int32':
      return value | 0;
    case 'uint8':
      return value & 255;
    case 'bool':
      return value !== 0 ? 1 : 0;
    case 'int64':
      return Number.isNaN(value)
        ? 0n
        : value >= limit
          ? 2n ** 63n - 1n
          : value <= -limit
            ? -(2n ** 63n)
            : BigInt(Math.trunc(value));
  }
}

/** One run: which memory each node has so far, and what went wrong. */
class Run {
  readonly memories: (Memory | undefined)[];
  readonly failed = new Set<number>();
  error: Error | null = null;

  constructor(
    readonly device: Device,
    readonly nodes: readonly Node[],
  ) {
    this.memories = new Array(nodes.length);
  }

  memoryOf(number: number): Memory {
    return this.memories[number] ?? (this.nodes[number]!.buffer as Memory);
  }

  allocate(number: number): void {
    const node = this.nodes[number]!;
    try {
      this.memories[number] = this.device.allocate(bytesOf(node));
    } catch (error) {
      throw withValue(error as Error, node);
    }
  }

  fail(step: Launch | HostCall, error: Error | null): void {
    this.error ??= error;
    for (const number of step.outputs) this.failed.add(number);
  }

  launch(step: Launch): void {
    const { nodes, device } = this;
    if (step.inPlace)
      this.memories[step.outputs[0]!] = nodes[step.outputs[0]!]!.sources[0]!.buffer as Memory;
    else for (const number of step.outputs) this.allocate(number);
    const memories = step.buffers.map((number) => this.memoryOf(number));
    const scalars = step.params.map(({ node, scalar, dtype }) =>
      scalarOf(nodes[node]!.scalars[scalar]!, dtype),
    );
    device.launch(step.executable, memories, scalars);
    if (step.checks.length === 0) return;
    const code = device.takeStatus();
    if (code > 0) this.fail(step, errorInValues(nodes[step.checks[code - 1]!]!));
  }

  host(step: HostCall): void {
    const node = this.nodes[step.outputs[0]!]!;
    this.allocate(node.index);
    const output = this.view(node, node.index);
    output.fill((node.dtype === 'int64' ? 0n : 0) as never);
    const inputs = node.sources.map((source, i) => this.view(source, step.inputs[i]!));
    try {
      (node.arg as Args['HOST']).routine.run(
        output,
        inputs,
        node.sources.map((source) => source.shape),
        node.shape,
      );
    } catch (error) {
      this.fail(step, error as Error);
    }
  }

  private view(node: Node, number: number): TypedArray {
    const { buffer, offset } = this.device.locate(this.memoryOf(number));
    return new arrayOf[node.dtype](buffer as ArrayBuffer, offset, sizeOf(node.shape));
  }

  /** After a failure: steps that would read what was not computed fail with it. */
  isBlocked(step: Launch | HostCall): boolean {
    if (this.failed.size === 0) return false;
    const reads = step.kind === 'launch' ? step.buffers : step.inputs;
    return reads.some((number) => this.failed.has(number));
  }

  free(numbers: readonly number[]): void {
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i]!;
      const memory = this.memories[number];
      if (memory !== undefined) this.device.free(memory);
      this.memories[number] = undefined;
    }
  }

  /** Hands the results to their nodes; failed ones stay as they were, and fail again. */
  finish(plan: Plan): void {
    const { nodes, device } = this;
    for (const number of plan.kept) {
      const memory = this.memories[number];
      if (memory === undefined) continue;
      const node = nodes[number]!;
      if (this.failed.has(number)) {
        if (node.sources[0]?.buffer !== memory) device.free(memory);
      } else if (node.sources[0]?.buffer === memory) {
        takeOver(node);
        release(node);
      } else {
        hold(node, memory);
        release(node);
      }
    }
    for (const [number, base] of plan.shares) share(nodes[number]!, nodes[base]!);
  }
}

/** A stored node lets go of what it was made of, unless a gradient will want it. */
function release(node: Node): void {
  if (node.history === null || (node.history.kind === 'spent' && node.isRoot)) dropSources(node);
}

function share(node: Node, base: Node): void {
  if (base.buffer === null) return;
  holdToo(node, base);
  base.isRoot = true;
  if (node.history !== null && node.history.kind !== 'spent') return;
  dropSources(node);
  // with a reader the base is not written over, with a source the node is not
  node.sources = [base];
  base.readers++;
}

export function runPlan(plan: Plan, nodes: readonly Node[]): void {
  const { device } = currentDevice();
  const run = new Run(device, nodes);
  for (const number of plan.empty) {
    hold(nodes[number]!, device.allocate(bytesOf(nodes[number]!)));
  }
  let done = 0;
  try {
    for (; done < plan.steps.length; done++) {
      const step = plan.steps[done]!;
      if (run.isBlocked(step)) run.fail(step, null);
      else if (step.kind === 'launch') run.launch(step);
      else run.host(step);
      run.free(step.frees);
    }
  } catch (error) {
    // out of memory, for one: nothing is kept
    for (const step of plan.steps)
      if (step.kind === 'host' || !step.inPlace) run.free(step.outputs);
    throw error;
  }
  run.finish(plan);
  if (run.error !== null) throw run.error;
}
