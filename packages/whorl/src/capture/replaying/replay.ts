// Runs a program: binds what is there now, launches, and hands the results to their cells.
// in:  a Program     out: captured cells with new values, memory of the values to deliver
//
// A captured cell keeps its memory from call to call. Where somebody may still ask for its
// old value (a pending value was made from it, another cell holds it) the new one goes
// elsewhere, and the old one stays as it was.

import type { TypedArray } from '../../graph/dtype.js';
import { Node, sizeOf } from '../../graph/node.js';
import type { Driver, Memory, Scalar } from '../../runtime/index.js';
import type { Cell } from '../../engine/ownership/cell.js';
import { isGuarding } from '../../engine/observe/check.js';
import { withValue } from '../../engine/observe/errors.js';
import { finishInFlight } from '../../engine/flush/in-flight.js';
import { journalOf, type Submitted } from '../../engine/flush/journal.js';
import { hold } from '../../engine/ownership/hold.js';
import { elements, write } from '../../engine/devices/host.js';
import { flush } from '../../engine/flush/pending.js';
import { ownMemory } from '../../engine/ownership/own-memory.js';
import { isRecording, report } from '../../engine/observe/record.js';
import { scalarOf } from '../../engine/devices/scalar-of.js';
import { loadLaunches, type Launches } from './launches.js';
import type { HostAction, Program, ValueInfo } from './program.js';

/** A launch that has a value for its buffer of this number. */
interface Use {
  readonly launch: number;
  readonly buffer: number;
}

/** Recordings of a perceptron's step take 350 KB of the heap, and have 90 values. */
const bytesOfValue = 4096;

export class Replay {
  private readonly driver: Driver;
  private readonly bound: (Memory | undefined)[];
  private readonly uses: Use[][];
  private readonly launches: Launches;
  /** The numbers of the last call. */
  private readonly lives: Scalar[];
  /** The memory of each output in this run; null where it was there before the run. */
  private readonly targets: Memory[] = [];
  private readonly fresh: (Memory | null)[] = [];
  private mayOverwrite = true;

  constructor(readonly program: Program) {
    this.driver = program.context.driver;
    this.bound = new Array(program.values.length);
    this.uses = program.values.map(() => []);
    this.launches = loadLaunches(program.actions, program.context, program.owner);
    this.launches.launches.forEach(({ buffers }, launch) => {
      buffers.forEach((number, buffer) => this.uses[number]!.push({ launch, buffer }));
    });
    this.lives = program.lives.map(({ launch, param }) => {
      return this.launches.launches[launch]!.scalars[param]!;
    });
    for (const { number, memory } of program.owned) this.bind(number, memory);
  }

  /** What it keeps from call to call: memory, and the objects that describe it, as an estimate. */
  get bytes(): number {
    const { owned, values } = this.program;
    return owned.reduce((sum, { memory }) => sum + memory.bytes, values.length * bytesOfValue);
  }

  /**
   * One call. `reuse`: for each value to deliver a cell whose memory it may have, if that is
   * nobody's else. Gives the new values' nodes; null where the cell that was offered has the value.
   */
  run(reuse: readonly (Cell | null)[]): (Node | null)[] {
    if (!isRecording()) return this.go(reuse);
    const started = performance.now();
    try {
      return this.go(reuse);
    } finally {
      const { graph, kernels } = this.program;
      const time = performance.now() - started;
      const bytesInUse = this.driver.memory().used;
      const { calls } = this.launches;
      const { device } = this.program.context;
      report({ device, graph, kernels, calls, isKnown: true, planning: 0, time, bytesInUse });
    }
  }

  private go(reuse: readonly (Cell | null)[]): (Node | null)[] {
    const { program } = this;
    // other threads may still write what this call reads
    finishInFlight();
    this.mayOverwrite = !this.isDoubtful();
    const cells = program.inputs.map(({ find }) => find());
    this.bindInputs(cells);
    try {
      this.placeOutputs(cells, reuse);
      this.feed();
      this.act();
    } catch (error) {
      for (const memory of this.fresh) if (memory != null) this.driver.free(memory);
      this.fresh.length = 0;
      throw error;
    }
    // only now: launches may read the old value of what is copied over
    this.copy();
    const before = cells.map(({ node }) => node);
    const delivered = this.commit(cells, reuse);
    if (this.driver.now === null) this.submit(cells, before, delivered);
    return delivered;
  }

  /**
   * Whether something may have failed, or may fail now, and the device
   * tells later: old values stay until then.
   */
  private isDoubtful(): boolean {
    const { context } = this.program;
    if (this.driver.now !== null) return false;
    return (
      journalOf(context).isOpen || this.launches.launches.some(({ errors }) => errors.length > 0)
    );
  }

  /** Has what was delivered taken back where a launch turns out to have failed. */
  private submit(
    cells: readonly Cell[],
    before: readonly Node[],
    delivered: readonly (Node | null)[],
  ): void {
    const { context } = this.program;
    const after = cells.map(({ node }) => node);
    const tickets = new Map(this.launches.tickets);
    const made = [...after, ...delivered].filter((node) => node !== null);
    let error: Error | null = null;
    const submitted: Submitted = {
      fail: (codes, gone) => {
        for (const [ticket, launch] of tickets) {
          const code = codes.get(ticket);
          if (code !== undefined) error ??= this.errorOf(launch, code);
        }
        const isLost = error !== null || before.some((node) => gone.has(node));
        // nothing says how one of them alone is computed
        const lost = isLost ? made.filter((node) => !before.includes(node)) : [];
        return { gone: lost, culprits: lost };
      },
      undo: (lost) => {
        cells.forEach((cell, i) => {
          if (cell.node === after[i] && lost.has(cell.node)) giveBack(cell, before[i]!);
        });
        return error;
      },
    };
    journalOf(context).add(submitted, tickets.size > 0);
  }

  private errorOf(launch: number, code: number): Error {
    return new RangeError(this.launches.launches[launch]!.errors[code - 1]);
  }

  private bind(number: number, memory: Memory): void {
    if (this.bound[number] === memory) return;
    this.bound[number] = memory;
    const { loaded } = this.launches;
    for (const { launch, buffer } of this.uses[number]!) loaded.bind(launch, buffer, memory);
  }

  private bindInputs(cells: readonly Cell[]): void {
    const { inputs } = this.program;
    for (let i = 0; i < inputs.length; i++) {
      const { node } = cells[i]!;
      // a cell that was written between two calls may hold a pending value
      if (node.buffer === null) flush([node]);
      const { number } = inputs[i]!;
      if (number >= 0) this.bind(number, node.buffer as Memory);
    }
  }

  private placeOutputs(cells: readonly Cell[], reuse: readonly (Cell | null)[]): void {
    const { inputs, outputs, updates } = this.program;
    this.fresh.length = 0;
    for (let i = 0; i < inputs.length; i++) {
      const { update } = inputs[i]!;
      if (update >= 0) this.placeOutput(update, outputs[update]!.mayOverwrite ? cells[i]! : null);
    }
    for (let i = updates; i < outputs.length; i++) this.placeOutput(i, reuse[i - updates] ?? null);
  }

  private placeOutput(i: number, cell: Cell | null): void {
    const { number, isCopy, value, over } = this.program.outputs[i]!;
    const own = cell === null || !this.mayOverwrite ? null : ownMemory(cell);
    const isThere = own !== null;
    const memory = own ?? this.allocate(value);
    // the kernel finds the old value where it writes the new one
    if (!isThere && over >= 0) this.move(this.bound[over]!, memory, value.bytes);
    this.fresh[i] = isThere ? null : memory;
    this.targets[i] = memory;
    if (!isCopy) this.bind(number, memory);
  }

  private allocate({ dtype, shape, bytes }: ValueInfo): Memory {
    try {
      return this.driver.allocate(bytes);
    } catch (error) {
      throw withValue(error as Error, new Node('BUFFER', dtype, shape, [], null));
    }
  }

  /** What was drawn for this call, and the numbers of this call. */
  private feed(): void {
    for (const { draw, number } of this.program.draws) {
      const { dtype } = this.program.values[number]!;
      write(this.bound[number]!, draw.out, dtype, this.program.context);
    }
    const { lives } = this.program;
    for (let i = 0; i < lives.length; i++) {
      const { live, dtype, launch, param } = lives[i]!;
      const x = scalarOf(live.value, dtype);
      // NaN equals itself here, and 0 is not -0
      if (Object.is(this.lives[i], x)) continue;
      this.lives[i] = x;
      this.launches.loaded.set(launch, param, x);
    }
  }

  private act(): void {
    const { parts, loaded } = this.launches;
    for (const part of parts) {
      if (part.kind === 'host') {
        this.callRoutine(part);
        continue;
      }
      const failure = loaded.run(part.number);
      if (isGuarding()) this.driver.checkMemory();
      if (failure === null) continue;
      throw this.errorOf(failure.launch, failure.code);
    }
  }

  private callRoutine({ routine, output, inputs }: HostAction): void {
    const out = this.view(output);
    out.fill((output.dtype === 'int64' ? 0n : 0) as never);
    routine.run(
      out,
      inputs.map((input) => this.view(input)),
      inputs.map(({ shape }) => shape),
      output.shape,
    );
  }

  private view({ number, dtype, shape }: ValueInfo): TypedArray {
    return elements(this.driver.now!, this.bound[number]!, dtype, 0, sizeOf(shape));
  }

  private copy(): void {
    const { outputs } = this.program;
    for (let i = 0; i < outputs.length; i++) {
      const { isCopy, number, value } = outputs[i]!;
      if (!isCopy) continue;
      this.move(this.bound[number]!, this.targets[i]!, value.bytes);
    }
  }

  private move(source: Memory, target: Memory, bytes: number): void {
    this.driver.copy(source, target, bytes);
  }

  private commit(cells: readonly Cell[], reuse: readonly (Cell | null)[]): (Node | null)[] {
    const { inputs, updates, outputs } = this.program;
    for (let i = 0; i < inputs.length; i++) {
      const { update } = inputs[i]!;
      if (update >= 0) this.give(cells[i]!, update);
    }
    const delivered: (Node | null)[] = [];
    for (let i = updates; i < outputs.length; i++) {
      const cell = this.fresh[i] === null ? reuse[i - updates]! : null;
      if (cell !== null) this.give(cell, i);
      delivered.push(cell === null ? this.nodeOf(i) : null);
    }
    return delivered;
  }

  private give(cell: Cell, update: number): void {
    cell.version++;
    // the new value lies in the old one's memory, and nobody else has its node
    if (this.fresh[update] === null) {
      cell.node.history = this.program.outputs[update]!.history;
      return;
    }
    const node = this.nodeOf(update);
    cell.node.cells--;
    node.cells++;
    cell.node = node;
  }

  private nodeOf(i: number): Node {
    const { value, history } = this.program.outputs[i]!;
    const node = new Node('BUFFER', value.dtype, value.shape, [], null);
    node.history = history;
    hold(node, this.fresh[i]!, this.program.context);
    return node;
  }
}

function giveBack(cell: Cell, node: Node): void {
  cell.node.cells--;
  node.cells++;
  cell.node = node;
  cell.version++;
}
