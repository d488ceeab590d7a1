// A captured function as launches over numbered values.
// in:  a finished capture, the cells made inside that are to be delivered
// out: a Program, ready to run
//
// The graph of the trace is taken apart afterwards: nothing of
// it is needed again but shapes and numbers.

import type { Device } from '../../graph/device.js';
import type { DType } from '../../graph/dtype.js';
import { type Live, liveOf } from '../../graph/live.js';
import type { History, Node, Shape } from '../../graph/node.js';
import type { HostRoutine } from '../../graph/op.js';
import type { Memory, Scalar } from '../../runtime/index.js';
import { type Schedule, schedule } from '../../schedule/schedule.js';
import { isLeaf, walk } from '../../schedule/walk.js';
import type { Cell } from '../../engine/ownership/cell.js';
import { contextOf, type DeviceContext } from '../../engine/devices/context.js';
import { defaultDevice } from '../../engine/devices/default.js';
import { errorInValues } from '../../engine/observe/errors.js';
import type { Loaded } from '../../engine/devices/kernels.js';
import { bytesOf, launchOver, makePlan, type Plan } from '../../engine/flush/plan.js';
import { isFusing, leftOut } from '../../engine/flush/options.js';
import { graphText, type KernelRecord, kernelRecords } from '../../engine/observe/record.js';
import { parameterOf } from '../../engine/devices/scalar-of.js';
import { signatureOf } from '../../engine/flush/signature.js';
import type { Capture } from '../recording/capture.js';
import { ended } from '../recording/ended.js';
import type { Draw } from '../recording/events.js';
import { type Output, placeOutputs, type Wanted } from './outputs.js';
import type { Step } from './order.js';
import { assignSlots } from './slots.js';

/** What happens in order. */
export type Action = LaunchAction | HostAction;

export interface LaunchAction {
  readonly kind: 'launch';
  readonly loaded: Loaded;
  /** Values, by number. */
  readonly buffers: readonly number[];
  /** At the first call. */
  readonly scalars: readonly Scalar[];
  /** By error code, from 1. */
  readonly errors: readonly string[];
}

/** A routine in JavaScript. */
export interface HostAction {
  readonly kind: 'host';
  readonly routine: HostRoutine;
  readonly output: ValueInfo;
  readonly inputs: readonly ValueInfo[];
}

export interface ValueInfo {
  readonly number: number;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly bytes: number;
}

/** A scalar that is asked for anew: where it goes. */
export interface LiveUse {
  readonly live: Live;
  readonly dtype: DType;
  /** By number, launches alone. */
  readonly launch: number;
  readonly param: number;
}

export interface Delivered extends Output {
  readonly value: ValueInfo;
  readonly history: History | null;
}

export interface Input {
  readonly find: () => Cell;
  readonly number: number;
  readonly update: number;
}

/** What the graph was, for comparing with a second trace. */
export interface Structure {
  readonly ints: Int32Array;
  readonly nodes: readonly Node[];
}

export interface Program {
  readonly context: DeviceContext;
  readonly values: readonly ValueInfo[];
  readonly actions: readonly Action[];
  /**
   * Captured cells whose values are read, or replaced by
   * `outputs[i]` (i is `update`, -1 where not).
   */
  readonly inputs: readonly Input[];
  readonly draws: readonly { readonly draw: Draw; readonly number: number }[];
  readonly lives: readonly LiveUse[];
  /** First those of captured cells that were written, then those of the cells to deliver. */
  readonly outputs: readonly Delivered[];
  readonly updates: number;
  /** Memory that the program owns: constants, draws, temporaries, by number. */
  readonly owned: readonly { readonly number: number; readonly memory: Memory }[];
  /** Keeps the memory above. */
  readonly owner: object;
  readonly graph: readonly string[];
  readonly kernels: readonly KernelRecord[];
}

export function wantedOf(capture: Capture, delivered: readonly Cell[]): Wanted[] {
  const want = ({ node }: Cell, old: Node | null): Wanted => ({
    node,
    old,
    history: ended(node.history),
  });
  const updates = capture.written().map(({ cell, initial }) => want(cell, initial));
  return [...updates, ...delivered.map((cell) => want(cell, null))];
}

/**
 * The part of the graph that the wanted values need. Histories are at an end: a replay has none.
 */
export function structureOf(capture: Capture, wanted: readonly Wanted[]): Structure {
  const roots = rootsOf(wanted);
  const nodes = walk([...new Set([...roots, ...wanted.map(({ node }) => node)])]);
  const there = new Set([...capture.cells.values()].map(({ initial }) => initial));
  for (const node of nodes) {
    if (node.id < capture.firstId || there.has(node)) continue;
    node.history = null;
    node.cells = 0;
  }
  return { nodes, ints: signatureOf(nodes, roots, { ...how(), bare: true }).ints.slice() };
}

/** Lets go of what the nodes of a trace were made of. */
export function takeApart({ nodes }: Structure, { firstId }: Capture): void {
  for (const node of nodes) if (node.id >= firstId) node.sources = [];
}

const rootsOf = (wanted: readonly Wanted[]): Node[] => [
  ...new Set(wanted.map(({ node }) => node).filter((node) => !isLeaf(node))),
];

/** What is written over what is the program's own choice: it knows what is still needed. */
const how = () => ({ fuse: isFusing(), inPlace: false });

export function makeProgram(
  capture: Capture,
  wanted: readonly Wanted[],
  structure: Structure,
): Program {
  const { nodes } = structure;
  const roots = rootsOf(wanted);
  const { fuse, inPlace } = how();
  const overwrites = () => false;
  const context = contextOf(deviceIn(nodes));
  const { target } = context;
  const options = { fuse, target, overwrites, without: leftOut() };
  const steps = schedule(nodes, roots, options);
  const plan = makePlan(structure.ints, nodes, roots, steps, { inPlace, context })!;
  demandPlain(plan, context);
  return new Builder(capture, wanted, nodes, plan, steps, context).program();
}

/** The one device of a recording. */
function deviceIn(nodes: readonly Node[]): Device {
  const found = new Set(nodes.map((node) => node.device));
  found.delete(null);
  const [device = defaultDevice(), other] = found as Set<Device>;
  if (other === undefined) return device;
  throw new Error(
    `compile: the function computes on ${device} and on ${other}; a recording is of one device: ` +
      'move values before it is called or after, or compile the parts',
  );
}

/** A recording runs without waiting: a routine of the host would have to wait for its sources. */
function demandPlain({ steps }: Plan, { driver, device }: DeviceContext): void {
  if (driver.now !== null || steps.every(({ kind }) => kind === 'launch')) return;
  throw new Error(
    'compile: the function sorts, or does something else that runs in JavaScript, and values on ' +
      `${device} come there only by waiting: leave this part uncompiled`,
  );
}

class Builder {
  private readonly owner = {};
  private readonly owned: { number: number; memory: Memory }[] = [];
  private readonly values: ValueInfo[];
  private readonly lives: LiveUse[] = [];
  private launches = 0;

  constructor(
    private readonly capture: Capture,
    private readonly wanted: readonly Wanted[],
    private readonly nodes: readonly Node[],
    private readonly plan: Plan,
    private readonly schedule: Schedule,
    private readonly context: DeviceContext,
  ) {
    const infoOf = (node: Node, number: number): ValueInfo => ({
      number,
      dtype: node.dtype,
      shape: node.shape,
      bytes: bytesOf(node, context),
    });
    const own = plan.temporaries.map(
      (bytes, i): ValueInfo => ({
        number: nodes.length + i,
        dtype: 'uint8',
        shape: [bytes],
        bytes,
      }),
    );
    this.values = [...nodes.map(infoOf), ...own];
  }

  program(): Program {
    const { wanted, nodes, plan, values } = this;
    const placed = placeOutputs(wanted, nodes, plan.steps);
    const { outputs } = placed;
    const steps = placed.steps.map((step) => this.writtenOver(step, outputs));
    const draws = this.leaves();
    this.temporaries(outputs, steps);
    const actions = steps.map((step) => this.action(step));
    const { owned, owner, context, lives } = this;
    return {
      context,
      values,
      actions,
      inputs: this.inputs(),
      draws,
      lives,
      outputs: outputs.map((output, i) => {
        const { node, history } = wanted[i]!;
        const value = { ...values[output.number]!, shape: node.shape };
        return { ...output, value, history };
      }),
      updates: this.capture.written().length,
      owned,
      owner,
      graph: graphText(nodes),
      kernels: kernelRecords({ ...plan, steps }, nodes),
    };
  }

  /** A kernel that reads what it writes over knows both as one buffer. */
  private writtenOver(step: Step, outputs: readonly Output[]): Step {
    const own = outputs.filter(({ number, over }) => over >= 0 && step.outputs.includes(number));
    if (own.length === 0) return step;
    const { nodes, plan, schedule } = this;
    const over = new Map(own.map((output) => [nodes[output.over]!, nodes[output.number]!]));
    const planned = schedule.steps[plan.steps.indexOf(step)]!;
    if (step.kind === 'host' || planned.kind === 'host') return step;
    return { ...step, ...launchOver(planned, over, schedule, this.context) };
  }

  private own(number: number, memory: Memory): void {
    this.owned.push({ number, memory });
  }

  private allocate(bytes: number): Memory {
    const { driver } = this.context;
    const memory = driver.allocate(bytes);
    driver.freeWith(this.owner, memory);
    return memory;
  }

  /**
   * Stored nodes that are no captured cell's: constants, and
   * draws, whose memory is the program's now.
   */
  private leaves(): { draw: Draw; number: number }[] {
    const captured = new Set([...this.capture.cells.values()].map(({ initial }) => initial));
    const draws: { draw: Draw; number: number }[] = [];
    for (const node of this.nodes) {
      if (!isLeaf(node) || captured.has(node)) continue;
      if (node.buffer === null) this.own(node.index, this.allocate(bytesOf(node, this.context)));
      else this.keep(node);
      const draw = this.capture.draws.get(node);
      if (draw !== undefined) draws.push({ draw, number: node.index });
    }
    return draws;
  }

  /** The memory of a constant lives as long as the program: its owner hangs on the program's. */
  private keep(node: Node): void {
    this.own(node.index, node.buffer as Memory);
    (this.owner as Record<number, unknown>)[node.index] = node.owner;
  }

  private temporaries(outputs: readonly Output[], steps: readonly Step[]): void {
    const own = new Set(outputs.filter(({ isCopy }) => !isCopy).map(({ number }) => number));
    const stored = steps.flatMap((step) => step.outputs);
    const temporaries = new Set(stored.filter((number) => !own.has(number)));
    const copied = new Set(outputs.map(({ number }) => number));
    const bytes = (number: number) => this.values[number]!.bytes;
    const slots = assignSlots(steps, temporaries, copied, bytes);
    const memories = slots.bytes.map((size) => this.allocate(size));
    for (const [number, slot] of slots.slotOf) this.own(number, memories[slot]!);
  }

  private inputs(): Input[] {
    const written = this.capture.written();
    return [...this.capture.cells.values()].flatMap((captured) => {
      const { initial } = captured;
      const number = this.nodes[initial.index] === initial ? initial.index : -1;
      const update = written.indexOf(captured);
      return number < 0 && update < 0 ? [] : [{ find: captured.find, number, update }];
    });
  }

  private action(step: Step): Action {
    const { nodes } = this;
    if (step.kind === 'host') {
      const node = nodes[step.outputs[0]!]!;
      const { routine } = node.arg as { routine: HostRoutine };
      const inputs = step.inputs.map((number, i) => ({
        ...this.values[number]!,
        shape: node.sources[i]!.shape,
        dtype: node.sources[i]!.dtype,
      }));
      return { kind: 'host', routine, output: this.values[node.index]!, inputs };
    }
    const { loaded, buffers } = step;
    const errors = step.checks.map((number) => errorInValues(nodes[number]!, false).message);
    return { kind: 'launch', loaded, buffers, scalars: this.scalars(step), errors };
  }

  private scalars(step: Extract<Step, { kind: 'launch' }>): Scalar[] {
    const launch = this.launches++;
    return step.params.map(({ node, scalar, dtype }, param) => {
      const source = this.nodes[node]!;
      const live = liveOf(source);
      if (live !== undefined) {
        this.lives.push({ live: this.capture.sharedLive(live), dtype, launch, param });
      }
      return parameterOf(source, scalar, dtype);
    });
  }
}
