// Runs a plan on the nodes of one flush.
// in:  a plan, nodes of its structure
// out: nodes with buffers; FailedValues where values are errors

import type { Node } from '../../graph/node.js';
import { keepsSources, share, takeOver } from '../../graph/ownership.js';
import type { Immediate, Memory, Rest } from '../../runtime/index.js';
import { isGuarding } from '../observe/check.js';
import type { DeviceContext } from '../devices/context.js';
import { giveMemory } from '../devices/host.js';
import { errorInValues, FailedValues, withValue } from '../observe/errors.js';
import { hold } from '../ownership/hold.js';
import { falloutOf, isBlocked } from './fallout.js';
import { callRoutine, callRoutineSoon, type RoutineCall } from './host-step.js';
import type { Running } from './in-flight.js';
import { type Fallout, type Journal, journalOf, type Submitted } from './journal.js';
import { bytesOf, type HostCall, type Launch, type Plan } from './plan.js';
import type { Taking } from '../ownership/reuse.js';
import { parametersOf } from '../devices/scalar-of.js';

/** One run: which memory each node has so far, which step is next, and what went wrong. */
class Run implements Running, Submitted {
  private next = 0;
  /** Others still compute for the next step. */
  private isWaiting = false;
  readonly memories: (Memory | undefined)[];
  // a small flush is over in a microsecond, so what few runs need is made when it is needed
  private failed: Set<number> | null = null;
  /** By what was written over them: old values that are gone. */
  private replaced: Map<number, Node> | null = null;
  private error: Error | null = null;
  /** An error that was told later, for its reader. */
  private late: Error | null = null;
  /** Values that turned out to be errors. */
  private culprits: Node[] | null = null;
  /** Stored, but still with what they were made of: what follows a failure may need that. */
  private unreleased: Node[] | null = null;

  /** What the device can do at once. */
  private readonly now: Immediate | null;
  /** Where it can not: launches that may fail, by ticket. */
  tickets: Map<number, Launch> | null = null;
  private readonly journal: Journal;

  constructor(
    private readonly context: DeviceContext,
    readonly plan: Plan,
    readonly nodes: readonly Node[],
    /** Where somebody wants to know them: milliseconds of each step. */
    private readonly times: Float64Array | null,
  ) {
    this.now = context.driver.now;
    this.journal = journalOf(context);
    this.memories = new Array(nodes.length + plan.temporaries.length);
  }

  memoryOf(number: number): Memory {
    return this.memories[number] ?? (this.nodes[number]!.buffer as Memory);
  }

  allocate(number: number): void {
    const node = this.nodes[number];
    if (node === undefined) {
      const bytes = this.plan.temporaries[number - this.nodes.length]!;
      this.memories[number] = this.context.driver.allocate(bytes);
      return;
    }
    try {
      this.memories[number] = this.context.driver.allocate(bytesOf(node, this.context));
    } catch (error) {
      throw withValue(error as Error, node);
    }
  }

  /** `culprit`: the value that turned out to be an error; null: the step reads one that did. */
  private lose(step: Launch | HostCall, culprit: Node | null, error: Error | null): void {
    this.error ??= error;
    if (culprit !== null) (this.culprits ??= []).push(culprit);
    this.failed ??= new Set();
    for (const number of step.outputs) this.failed.add(number);
  }

  /** What others still have to do of it; null: it is done. */
  private launch(step: Launch, soon: boolean): Rest | null {
    const { nodes, now, context } = this;
    const { driver } = context;
    for (const number of step.fresh) this.allocate(number);
    for (const taking of step.takes) this.take(taking, step);
    const { buffers } = step;
    const memories = new Array<Memory>(buffers.length);
    for (let i = 0; i < buffers.length; i++) memories[i] = this.memoryOf(buffers[i]!);
    const scalars = parametersOf(step.params, nodes);
    const { executable } = step.loaded;
    if (soon && now !== null) return now.launchSoon(executable, memories, scalars);
    driver.launch(executable, memories, scalars, now === null ? this.ticketOf(step) : 0);
    return null;
  }

  private ticketOf(step: Launch): number {
    if (step.checks.length === 0) return 0;
    const ticket = this.journal.ticket();
    this.tickets ??= new Map();
    this.tickets.set(ticket, step);
    this.journal.add(this, true);
    return ticket;
  }

  /** Asks whether the checks of a step's kernel passed, where that can be known now. */
  private land(step: Launch): void {
    if (step.checks.length === 0 || this.now === null) return;
    const code = this.now.takeStatus();
    if (code > 0) this.blame(step, code, true);
  }

  /** `now`: memory holds the values that the error is about. */
  private blame(step: Launch, code: number, now: boolean): void {
    const culprit = this.nodes[step.checks[code - 1]!]!;
    this.lose(step, culprit, errorInValues(culprit, now));
  }

  private blameAll(error: Error, culprits: readonly Node[]): void {
    this.error ??= error;
    this.failed ??= new Set();
    (this.culprits ??= []).push(...culprits);
  }

  /**
   * After a failure, or what may be one, old values stay: what
   * failed fails again when it is asked for again.
   */
  private take({ output, from, isOld }: Taking, step: Launch): void {
    if (isOld && this.mayLose(step)) {
      this.allocate(output);
      const bytes = bytesOf(this.nodes[output]!, this.context);
      this.context.driver.copy(this.memoryOf(from), this.memoryOf(output), bytes);
      return;
    }
    this.memories[output] = this.memoryOf(from);
    if (isOld) (this.replaced ??= new Map()).set(output, this.nodes[from]!);
    else this.memories[from] = undefined;
  }

  /**
   * Whether something failed, or may turn out to have failed: this step's
   * own launch, too, where that is told later.
   */
  private mayLose({ checks }: Launch): boolean {
    if (this.failed !== null || this.tickets !== null || this.journal.isOpen) return true;
    return this.now === null && checks.length > 0;
  }

  /** What is to be awaited first; null: it is done. */
  private host(step: HostCall): Rest | null {
    const [number] = step.outputs as [number];
    const node = this.nodes[number]!;
    this.allocate(number);
    const inputs = step.inputs.map((input) => this.memoryOf(input));
    const call = { node, inputs, output: this.memoryOf(number) };
    if (this.now === null) return this.hostSoon(call, step);
    const error = callRoutine(call, this.now);
    if (error !== null) this.lose(step, node, error);
    return null;
  }

  private hostSoon(call: RoutineCall, step: HostCall): Rest {
    // what it waits for may tell of an error in what this run reads
    this.journal.add(this, false);
    const wait = async (): Promise<void> => {
      const error = await callRoutineSoon(call, () => this.canRun(step), this.context);
      if (error !== null) this.lose(step, call.node, error);
    };
    return { wait };
  }

  /** Whether what a step reads was computed, once that is known. */
  private async canRun(step: HostCall): Promise<boolean> {
    try {
      await this.journal.settle(this.context);
    } catch (error) {
      if (!(error instanceof FailedValues)) throw error;
      this.blameAll(error.error, error.culprits);
    }
    if (!this.isBlocked(step)) return true;
    this.lose(step, null, null);
    return false;
  }

  private isBlocked(step: Launch | HostCall): boolean {
    return this.failed !== null && isBlocked(step, this.failed);
  }

  private free(numbers: readonly number[]): void {
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i]!;
      const memory = this.memories[number];
      if (memory !== undefined) this.context.driver.free(memory);
      this.memories[number] = undefined;
    }
  }

  /**
   * Begins, or goes on after what it waited for. `soon`: it may stop again where others compute.
   */
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
    if (isGuarding()) this.context.driver.checkMemory();
    if (this.failed !== null) {
      throw new FailedValues(this.reason(), this.culprits ?? [], this.unreleased ?? []);
    }
    return null;
  }

  /** Where somebody else was told first, what is gone says why. */
  private reason(): Error {
    if (this.error !== null) return this.error;
    const read = this.nodes.find((node) => this.journal.fateOf(node) !== undefined)!;
    return this.journal.fateOf(read)!.error;
  }

  private steps(soon: boolean): Rest | null {
    const { steps } = this.plan;
    if (this.isWaiting) this.close(steps[this.next]!, true);
    while (this.next < steps.length) {
      const step = steps[this.next]!;
      if (this.times !== null) this.times[this.next] = -performance.now();
      const isBlocked = this.isBlocked(step);
      if (isBlocked) this.lose(step, null, null);
      else {
        const rest = step.kind === 'host' ? this.host(step) : this.launch(step, soon);
        this.isWaiting = rest !== null;
        if (rest !== null) return rest;
      }
      this.close(step, !isBlocked);
    }
    return null;
  }

  private close(step: Launch | HostCall, hasRun: boolean): void {
    if (hasRun && step.kind === 'launch') this.land(step);
    this.free(step.frees);
    if (this.times !== null) this.times[this.next]! += performance.now();
    this.isWaiting = false;
    this.next++;
  }

  // ---- afterwards, on a device that tells later what failed

  fail(told: ReadonlyMap<number, number>, gone: ReadonlySet<Node>): Fallout {
    const { failed, ...fallout } = falloutOf(this, told, gone);
    const { culprits } = fallout;
    const [culprit] = culprits;
    this.late = culprit === undefined ? null : errorInValues(culprit, false);
    // the rest of its steps may still be to come
    for (const number of failed) (this.failed ??= new Set()).add(number);
    if (this.late !== null) this.blameAll(this.late, culprits);
    return fallout;
  }

  undo(): Error | null {
    return this.late;
  }

  /** Hands the results to their nodes; failed ones stay as they were. */
  private finish(): void {
    const { nodes, plan } = this;
    this.journal.add(this, false);
    for (const number of plan.kept) {
      const memory = this.memories[number];
      if (memory !== undefined && !this.failed?.has(number)) this.handOver(number, memory);
    }
    if (this.failed !== null) this.freeRest();
    for (const [number, base] of plan.shares) {
      const [root, shown] = [nodes[number]!, nodes[base]!];
      if (shown.buffer === null) continue;
      share(root, shown);
      shown.isRoot = true;
      this.release(root);
    }
  }

  /** What failed, and temporaries that a step was to free or to take over that did not run. */
  private freeRest(): void {
    const { plan, nodes } = this;
    const kept = new Set(plan.kept.filter((number) => !this.failed?.has(number)));
    for (const { outputs } of plan.steps) {
      for (const number of outputs) {
        if (this.replaced?.has(number)) this.memories[number] = undefined;
        else if (!kept.has(number) || nodes[number] === undefined) this.free([number]);
      }
    }
  }

  /** A stored node lets go of what it was made of, unless a gradient will want it. */
  private release(node: Node): void {
    if (keepsSources(node)) return;
    if (this.failed !== null) (this.unreleased ??= []).push(node);
    else this.journal.release(node);
  }

  private handOver(number: number, memory: Memory): void {
    const node = this.nodes[number]!;
    const base = this.replaced?.get(number);
    if (base === undefined) hold(node, memory, this.context);
    else takeOver(node, base);
    this.release(node);
  }

  /**
   * When the steps from `step` on could not run: what was computed stays where old values were
   * written over, temporaries too, because the rest is computed from that; else nothing does.
   */
  private abort(steps: readonly (Launch | HostCall)[], step: number): void {
    for (const { outputs } of steps.slice(step)) {
      for (const number of outputs) {
        if (this.replaced?.delete(number)) this.memories[number] = undefined;
      }
    }
    const isKept = (this.replaced?.size ?? 0) > 0;
    steps.forEach(({ outputs }, i) => {
      for (const number of outputs) {
        const memory = this.memories[number];
        if (memory === undefined) continue;
        if (isKept && i < step && !this.failed?.has(number)) this.handOver(number, memory);
        else if (!this.replaced?.has(number)) this.free([number]);
      }
    });
  }
}

/** A run of the plan on these nodes: resume() begins it. */
export function startPlan(
  plan: Plan,
  nodes: readonly Node[],
  context: DeviceContext,
  times: Float64Array | null = null,
): Running {
  for (const number of plan.empty) giveMemory(nodes[number]!, context);
  return new Run(context, plan, nodes, times);
}
