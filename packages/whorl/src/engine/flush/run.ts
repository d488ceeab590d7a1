// Runs a plan on the nodes of one flush.
// in:  a plan, nodes of its structure     out: nodes with buffers; FailedValues where values are errors

import { arrayOf, type TypedArray } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';
import { dropSources, share, takeOver } from '../../graph/ownership.js';
import type { Args } from '../../graph/op.js';
import type { Device, Memory, Rest, Scalar } from '../../runtime/index.js';
import { isGuarding } from '../observe/check.js';
import { currentDevice } from '../devices/device.js';
import { errorInValues, FailedValues, withValue } from '../observe/errors.js';
import { hold } from '../ownership/hold.js';
import type { Running } from './in-flight.js';
import { bytesOf, type HostCall, type Launch, type Plan } from './plan.js';
import type { Taking } from '../ownership/reuse.js';
import { scalarOf } from '../devices/scalar-of.js';

/** One run: which memory each node has so far, which step is next, and what went wrong. */
class Run implements Running {
  private next = 0;
  /** Others still compute for the next step. */
  private isWaiting = false;
  readonly memories: (Memory | undefined)[];
  readonly failed = new Set<number>();
  /** By what was written over them: old values that are gone. */
  readonly replaced = new Map<number, Node>();
  private error: Error | null = null;
  /** Values that turned out to be errors. */
  private readonly culprits: Node[] = [];
  /** Stored, but still with what they were made of: what follows a failure may need that. */
  private readonly unreleased: Node[] = [];

  constructor(
    readonly device: Device,
    readonly plan: Plan,
    readonly nodes: readonly Node[],
  ) {
    this.memories = new Array(nodes.length + plan.temporaries.length);
  }

  memoryOf(number: number): Memory {
    return this.memories[number] ?? (this.nodes[number]!.buffer as Memory);
  }

  allocate(number: number): void {
    const node = this.nodes[number];
    if (node === undefined) {
      this.memories[number] = this.device.allocate(
        this.plan.temporaries[number - this.nodes.length]!,
      );
      return;
    }
    try {
      this.memories[number] = this.device.allocate(bytesOf(node));
    } catch (error) {
      throw withValue(error as Error, node);
    }
  }

  /** `culprit`: the value that turned out to be an error; null: the step reads one that did. */
  private fail(step: Launch | HostCall, culprit: Node | null, error: Error | null): void {
    this.error ??= error;
    if (culprit !== null) this.culprits.push(culprit);
    for (const number of step.outputs) this.failed.add(number);
  }

  /** What others still have to do of it; null: it is done. */
  private launch(step: Launch, soon: boolean): Rest | null {
    const { nodes, device } = this;
    for (const number of step.fresh) this.allocate(number);
    for (const taking of step.takes) this.take(taking);
    const { buffers, params } = step;
    const memories = new Array<Memory>(buffers.length);
    for (let i = 0; i < buffers.length; i++) memories[i] = this.memoryOf(buffers[i]!);
    const scalars = new Array<Scalar>(params.length);
    for (let i = 0; i < params.length; i++) {
      const { node, scalar, dtype } = params[i]!;
      scalars[i] = scalarOf(nodes[node]!.scalars[scalar]!, dtype);
    }
    if (soon) return device.launchSoon(step.loaded.executable, memories, scalars);
    device.launch(step.loaded.executable, memories, scalars);
    return null;
  }

  /** Asks whether the checks of a step's kernel passed. */
  private land(step: Launch): void {
    if (step.checks.length === 0) return;
    const code = this.device.takeStatus();
    if (code === 0) return;
    const culprit = this.nodes[step.checks[code - 1]!]!;
    this.fail(step, culprit, errorInValues(culprit, true));
  }

  /** After a failure old values stay: what failed fails again when it is asked for again. */
  private take({ output, from, isOld }: Taking): void {
    if (isOld && this.failed.size > 0) {
      this.allocate(output);
      this.bytes(output).set(this.bytes(from));
      return;
    }
    this.memories[output] = this.memoryOf(from);
    if (isOld) this.replaced.set(output, this.nodes[from]!);
    else this.memories[from] = undefined;
  }

  private bytes(number: number): Uint8Array {
    const { buffer, offset } = this.device.locate(this.memoryOf(number));
    return new Uint8Array(buffer as ArrayBuffer, offset, bytesOf(this.nodes[number]!));
  }

  private host(step: HostCall): void {
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
      this.fail(step, node, error as Error);
    }
  }

  private view(node: Node, number: number): TypedArray {
    const { buffer, offset } = this.device.locate(this.memoryOf(number));
    return new arrayOf[node.dtype](buffer as ArrayBuffer, offset, node.size);
  }

  /** After a failure: steps that would read what was not computed fail with it. */
  private isBlocked(step: Launch | HostCall): boolean {
    if (this.failed.size === 0) return false;
    const reads = step.kind === 'launch' ? step.buffers : step.inputs;
    if (reads.some((number) => this.failed.has(number))) return true;
    return step.kind === 'launch' && step.takes.some(({ from }) => this.failed.has(from));
  }

  private free(numbers: readonly number[]): void {
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i]!;
      const memory = this.memories[number];
      if (memory !== undefined) this.device.free(memory);
      this.memories[number] = undefined;
    }
  }

  /** Begins, or goes on after what it waited for. `soon`: it may stop again where others compute. */
  resume(soon: boolean): Rest | null {
    try {
      const rest = this.steps(soon);
      if (rest !== null) return rest;
    } catch (error) {
      // out of memory, for one
      this.abort(this.plan.steps, this.next);
      throw error;
    }
    this.finish();
    if (isGuarding()) this.device.checkMemory();
    if (this.error !== null) throw new FailedValues(this.error, this.culprits, this.unreleased);
    return null;
  }

  private steps(soon: boolean): Rest | null {
    const { steps } = this.plan;
    if (this.isWaiting) this.close(steps[this.next] as Launch, true);
    while (this.next < steps.length) {
      const step = steps[this.next]!;
      const isBlocked = this.isBlocked(step);
      if (isBlocked) this.fail(step, null, null);
      else if (step.kind === 'host') this.host(step);
      else {
        const rest = this.launch(step, soon);
        this.isWaiting = rest !== null;
        if (rest !== null) return rest;
      }
      this.close(step, step.kind === 'launch' && !isBlocked);
    }
    return null;
  }

  private close(step: Launch | HostCall, hasRun: boolean): void {
    if (hasRun) this.land(step as Launch);
    this.free(step.frees);
    this.isWaiting = false;
    this.next++;
  }

  /** Hands the results to their nodes; failed ones stay as they were. */
  private finish(): void {
    const { nodes, plan } = this;
    for (const number of plan.kept) {
      const memory = this.memories[number];
      if (memory !== undefined && !this.failed.has(number)) this.handOver(number, memory);
    }
    if (this.failed.size > 0) this.freeRest();
    for (const [number, base] of plan.shares) {
      const node = nodes[number]!;
      if (lieWith(node, nodes[base]!)) this.release(node);
    }
  }

  /** What failed, and temporaries that a step was to free or to take over that did not run. */
  private freeRest(): void {
    const { plan, nodes } = this;
    const kept = new Set(plan.kept.filter((number) => !this.failed.has(number)));
    for (const { outputs } of plan.steps) {
      for (const number of outputs) {
        if (this.replaced.has(number)) this.memories[number] = undefined;
        else if (!kept.has(number) || nodes[number] === undefined) this.free([number]);
      }
    }
  }

  /** A stored node lets go of what it was made of, unless a gradient will want it. */
  private release(node: Node): void {
    const { history } = node;
    if (history !== null && (history.kind !== 'spent' || !node.isRoot)) return;
    if (this.failed.size > 0) this.unreleased.push(node);
    else dropSources(node);
  }

  private handOver(number: number, memory: Memory): void {
    const node = this.nodes[number]!;
    const base = this.replaced.get(number);
    if (base === undefined) hold(node, memory);
    else takeOver(node, base);
    this.release(node);
  }

  /**
   * When the steps from `step` on could not run: what was computed stays where old values were written over,
   * temporaries too, because the rest is computed from that; else nothing does.
   */
  private abort(steps: readonly (Launch | HostCall)[], step: number): void {
    for (const { outputs } of steps.slice(step)) {
      for (const number of outputs) {
        if (this.replaced.delete(number)) this.memories[number] = undefined;
      }
    }
    const isKept = this.replaced.size > 0;
    steps.forEach(({ outputs }, i) => {
      for (const number of outputs) {
        const memory = this.memories[number];
        if (memory === undefined) continue;
        if (isKept && i < step && !this.failed.has(number)) this.handOver(number, memory);
        else if (!this.replaced.has(number)) this.free([number]);
      }
    });
  }
}

/** A root that has the bytes of another value; false: that has none. */
function lieWith(node: Node, base: Node): boolean {
  if (base.buffer === null) return false;
  share(node, base);
  base.isRoot = true;
  return true;
}

/** A run of the plan on these nodes: resume() begins it. */
export function startPlan(plan: Plan, nodes: readonly Node[]): Running {
  const { device } = currentDevice();
  for (const number of plan.empty) {
    hold(nodes[number]!, device.allocate(bytesOf(nodes[number]!)));
  }
  return new Run(device, plan, nodes);
}
