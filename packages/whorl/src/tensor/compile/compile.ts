// compile(): runs a function once to record it, and from then on replays the recording.
// in:  a function of tensors     out: a function of the same type and the same results, without graph work

import { isGradEnabled } from '../../autograd/mode.js';
import { type Above, Capture } from '../../engine/compile/capture.js';
import { ChangedError, compareTraces } from '../../engine/compile/compare.js';
import { divergence, EventTree, type Happened } from '../../engine/compile/events.js';
import {
  makeProgram,
  structureOf,
  type Structure,
  takeApart,
  wantedOf,
} from '../../engine/compile/program.js';
import { Replay } from '../../engine/compile/replay.js';
import { capturing } from '../../engine/capturing.js';
import { kernelGeneration } from '../../engine/device.js';
import { type Cell, flush, makeCell } from '../../engine/pending.js';
import { isFusing } from '../../engine/realize.js';
import { tracing } from '../../graph/node.js';
import { assign, Tensor } from '../tensor.js';
import { cellOfArgument, readArguments, standIn, withTensors } from './arguments.js';
import { Delivery } from './delivery.js';
import { Gradients } from './gradients.js';
import { NumberWatch } from './number-watch.js';
import { releaseTrace } from './release.js';

export interface CompileOptions {
  /**
   * When the function is run again and compared with its recording: at the second call with the same
   * signature ('once', the default), or at every call ('always'), which finds each mistake and is slow.
   */
  check?: 'once' | 'always';
}

/** So many recordings of one function are held; the least recently used ones go. */
const mostPrograms = 16;

interface Trace {
  readonly capture: Capture;
  readonly structure: Structure;
}

interface Recording {
  readonly key: string;
  readonly events: readonly Happened[];
  readonly replay: Replay;
  readonly delivery: Delivery;
  /** For the comparison; dropped once it was made. */
  trace: Trace | null;
  usedAt: number;
}

/**
 * A function that does what `fn` does, recorded at its first call and replayed afterwards: parameters, optimizer
 * state and .grad are updated in place, the learning rate, step counts and random draws stay live. Inside nothing
 * can be read; what is returned can. Errors: `fn` reads a value, is asynchronous, or does something else than
 * before. Source: torch.compile, CUDA graphs.
 */
export function compile<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
  options: CompileOptions = {},
): (...args: A) => R {
  if (typeof fn !== 'function') throw new TypeError('compile: expected a function');
  const compiled = new Compiled(fn as (...args: never[]) => unknown, options);
  return (...args: A): R => (capturing.now !== null ? fn(...args) : (compiled.call(args) as R));
}

class Compiled implements Above {
  private readonly trees = new Map<string, EventTree<Recording>>();
  private readonly recordings: Recording[] = [];
  private readonly watch: NumberWatch;
  private readonly always: boolean;
  private generation = -1;
  private calls = 0;
  /** Cells that some recording found outside of the arguments, numbered. */
  private readonly outside = new WeakMap<Cell, number>();
  private outsideCount = 0;
  // ---- of the call that is under way
  private tensors: readonly Tensor[] = [];
  private cells: readonly Cell[] = [];
  private gradients = this.newGradients();

  constructor(
    private readonly fn: (...args: never[]) => unknown,
    { check = 'once', ...rest }: CompileOptions,
  ) {
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined)
      throw new TypeError(`compile: unknown option "${unknown}"; it takes check`);
    if (check !== 'once' && check !== 'always')
      throw new TypeError(`compile: check must be "once" or "always", got ${String(check)}`);
    this.always = check === 'always';
    this.watch = new NumberWatch(fn);
  }

  call(args: readonly unknown[]): unknown {
    const read = readArguments(args);
    const mode = `${isGradEnabled() ? '' : 'noGrad '}${isFusing() ? '' : 'unfused '}`;
    const key = mode + read.key + this.closedOver(read.tensors);
    this.tensors = read.tensors;
    this.cells = read.tensors.map(cellOfArgument);
    this.calls++;
    this.forgetStale();
    let tree = this.trees.get(key);
    if (tree === undefined) {
      this.watch.see(read.numbers);
      tree = new EventTree();
      this.trees.set(key, tree);
    }
    let recording = tree.run();
    if (recording === null || recording.trace !== null) {
      recording = this.record(key, tree, recording, args);
    }
    recording.usedAt = this.calls;
    return this.replay(recording);
  }

  /** Arguments that are what the function closes over, too: a recording for each such case. */
  private closedOver(tensors: readonly Tensor[]): string {
    let key = '';
    tensors.forEach(({ cell }, i) => {
      const id = this.outside.get(cell);
      if (id !== undefined) key += `${i}@${id} `;
    });
    return key;
  }

  gradient(capture: Capture, owner: object, isRead: boolean): void {
    this.gradients.note(capture, owner as Tensor, isRead);
  }

  private newGradients(): Gradients {
    return new Gradients(
      (owner) => this.tensors.indexOf(owner),
      (i) => this.tensors[i]!,
    );
  }

  /** Recordings of another device, or with kernels of another kind. */
  private forgetStale(): void {
    const generation = kernelGeneration();
    if (this.generation === generation) return;
    this.generation = generation;
    this.trees.clear();
    this.recordings.length = 0;
  }

  // ---- recording

  private record(...call: Parameters<Compiled['recordOnce']>): Recording {
    flush([]);
    try {
      return this.recordOnce(...call);
    } catch (error) {
      if (!(error instanceof ChangedError) || tracing.stacks) throw error;
    }
    // once more, to say in which line it was met: remembering lines is slow
    tracing.stacks = true;
    try {
      return this.recordOnce(...call);
    } finally {
      tracing.stacks = false;
    }
  }

  private recordOnce(
    key: string,
    tree: EventTree<Recording>,
    known: Recording | null,
    args: readonly unknown[],
  ): Recording {
    const capture = new Capture(tree.past(), this);
    this.gradients = this.newGradients();
    this.cells.forEach((cell, i) => {
      capture.findBy(cell, () => this.cells[i]!);
    });
    try {
      const result = this.trace(capture, args);
      if (!capture.isAligned) throw divergence();
      const delivery = new Delivery(result, capture, this.gradients, (t) => this.argumentOf(t));
      return this.finish(key, tree, known, capture, delivery);
    } finally {
      this.gradients.restore();
      capture.restore();
      releaseTrace(capture);
    }
  }

  private standIns: readonly Tensor[] = [];

  private argumentOf(tensor: Tensor): number {
    return this.standIns.indexOf(tensor);
  }

  private trace(capture: Capture, args: readonly unknown[]): unknown {
    this.standIns = this.tensors.map((tensor, i) => standIn(tensor, this.cells[i]!));
    capture.begin();
    try {
      const result = this.fn(...(withTensors(args, this.standIns) as never[]));
      if (result instanceof Promise) {
        result.catch(() => {});
        throw new TypeError(
          'compile: the function is asynchronous; what is captured has to run from its beginning to its ' +
            'end at once. Return tensors and await their values outside.',
        );
      }
      return result;
    } finally {
      capture.end();
    }
  }

  private finish(
    key: string,
    tree: EventTree<Recording>,
    known: Recording | null,
    capture: Capture,
    delivery: Delivery,
  ): Recording {
    const wanted = wantedOf(capture, delivery.cells);
    const structure = structureOf(capture, wanted);
    const trace = { capture, structure };
    if (known !== null) {
      this.compare(known, trace);
      known.delivery.compare(delivery);
      return known;
    }
    const replay = new Replay(makeProgram(capture, wanted, structure));
    const { events } = capture;
    const recording = { key, events, replay, delivery, trace, usedAt: this.calls };
    tree.add(capture.events, recording);
    for (const { cell, isOther } of capture.cells.values()) {
      if (!isOther && !this.outside.has(cell)) this.outside.set(cell, ++this.outsideCount);
    }
    this.recordings.push(recording);
    if (this.recordings.length > mostPrograms) this.forgetOldest();
    return recording;
  }

  private compare(known: Recording, now: Trace): void {
    compareTraces(known.trace!, now);
    takeApart(now.structure, now.capture);
    if (this.always) return;
    takeApart(known.trace!.structure, known.trace!.capture);
    known.trace = null;
  }

  private forgetOldest(): void {
    const { recordings } = this;
    const oldest = recordings.reduce((a, b) => (b.usedAt < a.usedAt ? b : a));
    recordings.splice(recordings.indexOf(oldest), 1);
    const tree = new EventTree<Recording>();
    const others = recordings.filter(({ key }) => key === oldest.key);
    for (const recording of others) tree.add(recording.events, recording);
    if (others.length > 0) this.trees.set(oldest.key, tree);
    else this.trees.delete(oldest.key);
  }

  // ---- replaying

  private replay({ replay, delivery }: Recording): unknown {
    const { gradients } = delivery;
    this.refuseViews(replay);
    const reuse: (Cell | null)[] = delivery.cells.map(() => null);
    for (const { find, delivered, mayReuse } of gradients) {
      if (delivered < 0 || !mayReuse) continue;
      const held = find().lentGrad;
      if (held?.isLent === true) reuse[delivered] = held.cell;
    }
    const nodes = replay.run(reuse);
    const cells = nodes.map((node, i) => (node === null ? reuse[i]! : makeCell(node)));
    const filled = { cell: (i: number) => cells[i]!, argument: (i: number) => this.tensors[i]! };
    for (const { find, delivered, other } of gradients) {
      if (delivered < 0) find().grad = other(filled) as Tensor | null;
      else if (nodes[delivered] !== null) find().grad = lent(cells[delivered]!);
    }
    for (const { recipe, set } of delivery.kept) set(recipe(filled) as never);
    this.writeBack();
    return delivery.result(filled);
  }

  /** A view that is given is a copy inside: it does not see what is written to the memory that it shows. */
  private refuseViews({ program }: Replay): void {
    for (const { steps, cell, shape } of this.tensors) {
      if (steps.length === 0) continue;
      if (!program.inputs.some(({ update, find }) => update >= 0 && find() === cell)) continue;
      throw new Error(
        `compile: an argument of shape [${shape.join(', ')}] is a view of memory that the function writes: ` +
          'pass the whole tensor and take the view inside, or pass a clone()',
      );
    }
  }

  /** What was written into a view that was given goes where the view shows. */
  private writeBack(): void {
    this.tensors.forEach((tensor, i) => {
      const cell = this.cells[i]!;
      if (tensor.steps.length > 0 && cell.version > 0) assign(tensor, cell.node);
    });
  }
}

/** A gradient whose memory the next call may use, until somebody looks at it. */
function lent(cell: Cell): Tensor {
  const gradient = new Tensor(cell, [], null);
  gradient.isLent = true;
  return gradient;
}
