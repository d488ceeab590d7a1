// compile(): runs a function once to record it, and from then on replays the recording.
// in:  a function of tensors
// out: a function of the same type and the same results, without graph work

import { Cadence } from './recording/cadence.js';
import { type Above, Capture } from './recording/capture.js';
import { divergence, DivergenceError } from './recording/events.js';
import { ChangedError, compareOutlines, outlineOf } from './replaying/outline.js';
import { makeProgram, structureOf, takeApart, wantedOf } from './replaying/program.js';
import { textOfProgram } from './replaying/program-text.js';
import { Replay } from './replaying/replay.js';
import { capturing, observed } from './looking/capturing.js';
import { demandSame, isChecking } from '../engine/observe/check.js';
import { kernelGeneration } from '../engine/devices/context.js';
import { defaultDevice } from '../engine/devices/default.js';
import { type Cell, flush, makeCell } from '../engine/flush/pending.js';
import { isFusing } from '../engine/flush/options.js';
import { recording as gradientMode, tracing } from '../graph/node.js';
import { watching } from '../random/python.js';
import { Tensor } from '../tensor/tensor.js';
import { Delivery, type Filled } from './delivery.js';
import { Given } from './given.js';
import { Gradients } from './gradients.js';
import { NumberWatch } from './number-watch.js';
import { type Recording, Recordings } from './recordings.js';
import { releaseTrace } from './release.js';

export interface CompileOptions {
  /**
   * When the function is run again and compared with its recording: now and then ('once',
   * the default: at the first calls, then ever more seldom, for a fiftieth of the time), or
   * at every call ('always'), which is slow.
   */
  check?: 'once' | 'always';
}

/**
 * A function that does what `fn` does, recorded at its first call and replayed afterwards:
 * parameters, optimizer state and .grad are updated in place, the learning rate, step counts and
 * random draws stay live. Inside nothing can be read; what is returned can. Errors: `fn` reads a
 * value, is asynchronous, or does something else than before. Source: torch.compile, CUDA graphs.
 */
export function compile<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
  options: CompileOptions = {},
): (...args: A) => R {
  if (typeof fn !== 'function') throw new TypeError('compile: expected a function');
  watching.observe = observeDraw;
  const compiled = new Compiled(fn as (...args: never[]) => unknown, options);
  return (...args: A): R => (capturing.now !== null ? fn(...args) : (compiled.call(args) as R));
}

/** What Python's random draws inside decides what is done. */
const observeDraw: typeof watching.observe = (draw, from) => observed(draw, from, from);

class Compiled implements Above {
  private readonly recordings = new Recordings();
  private readonly watch: NumberWatch;
  private readonly always: boolean;
  private generation = -1;
  private calls = 0;
  private readonly given = new Given();
  private gradients = new Gradients(this.given);
  private capture: Capture | null = null;

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
    const { given, recordings } = this;
    const modes = `${gradientMode().enabled ? '' : 'noGrad '}${isFusing() ? '' : 'unfused '}`;
    given.take(args, `${modes}${defaultDevice()} `);
    this.calls++;
    this.forgetStale();
    const tree = recordings.tree(given.key);
    if (tree === undefined) this.watch.see(given.numbers);
    if (tree === undefined && recordings.hadToGo(given.key)) this.warnOfMany();
    let recording = tree?.run() ?? null;
    const isTraced = recording === null || this.isDue(recording);
    if (isTraced) {
      tree?.undo();
      recording = this.record(recording);
    }
    recording!.usedAt = this.calls;
    try {
      const result = this.replay(recording!);
      recording!.cadence.replayed();
      return result;
    } catch (error) {
      // an error in values: PyTorch would not have come to a step
      if (isTraced) this.capture!.takeBack();
      else tree!.takeBack();
      throw error;
    }
  }

  private hasWarned = false;

  private warnOfMany(): void {
    if (this.hasWarned) return;
    this.hasWarned = true;
    const { count, bytes } = this.recordings;
    console.warn(
      `compile: the function is called with arguments of more kinds in turn than the ${count} ` +
        `recordings that are held (${(bytes / 2 ** 20).toFixed(0)} MB), so it is recorded again ` +
        'and again, which is slow. Pad the arguments to fewer sizes, or leave it uncompiled.',
    );
  }

  private isDue({ cadence }: Recording): boolean {
    return cadence.due() || this.always || isChecking();
  }

  gradient(capture: Capture, owner: object, isRead: boolean, isReached: boolean): void {
    this.gradients.note(capture, owner as Tensor, isRead, isReached);
  }

  isGiven(tensor: object): boolean {
    return this.given.isGiven(tensor);
  }

  /** Recordings with kernels of another kind. */
  private forgetStale(): void {
    const generation = kernelGeneration();
    if (this.generation === generation) return;
    this.generation = generation;
    this.recordings.clear();
  }

  // ---- recording

  /** `due`: the recording that is to be compared; null where there is none. */
  private record(due: Recording | null): Recording {
    const started = performance.now();
    let recording: Recording;
    try {
      recording = this.trace();
      // nothing that is observed has changed, so the function had to come to the same end
      if (due !== null && recording !== due && recording.key === due.key) {
        this.capture?.undo();
        throw divergence();
      }
    } catch (error) {
      throw this.failure(error as Error, due);
    }
    if (recording === due) recording.cadence.compared(started, this.recordings.count);
    return recording;
  }

  private trace(): Recording {
    flush([]);
    for (;;) {
      const recording = this.traceOnce();
      // else what shares memory was learnt, and has another signature
      if (recording !== null) return recording;
    }
  }

  private traceOnce(): Recording | null {
    const { given } = this;
    const capture = new Capture(this);
    this.capture = capture;
    this.gradients = new Gradients(given);
    const args = given.show(capture);
    try {
      const result = this.run(capture, args);
      if (given.learns(capture)) {
        capture.undo();
        return null;
      }
      return this.finish(capture, new Delivery(result, capture, this.gradients, given));
    } catch (error) {
      if (isChange(error)) capture.undo();
      else capture.takeBack();
      throw error;
    } finally {
      this.gradients.restore();
      capture.restore();
      releaseTrace(capture);
    }
  }

  private run(capture: Capture, args: readonly unknown[]): unknown {
    capture.begin();
    try {
      const result = this.fn(...(args as never[]));
      if (result instanceof Promise) {
        result.catch(() => {});
        throw new TypeError(
          'compile: the function is asynchronous; what is captured has to run from its beginning ' +
            'to its end at once. Return tensors and await their values outside.',
        );
      }
      return result;
    } finally {
      capture.end();
    }
  }

  /** The recording that does what the trace does: an earlier one, or a new one. */
  private finish(capture: Capture, delivery: Delivery): Recording {
    const { given, recordings } = this;
    const { key } = given;
    // another forward, say: the way to what is recorded begins with what is no more
    if (recordings.tree(key)?.explains(capture.events) === true) recordings.forget(key);
    const { program: known, known: events } = recordings.plant(key).find(capture.events);
    capture.share(events);
    const wanted = wantedOf(capture, delivery.cells);
    const structure = structureOf(capture, wanted);
    const outline = outlineOf(capture, structure);
    const compare = (other: Recording) => {
      compareOutlines(other.outline, outline, structure.nodes);
      other.delivery.compare(delivery);
    };
    if (known !== null) {
      compare(known);
      if (isChecking()) {
        const anew = makeProgram(capture, wanted, structure);
        demandSame('a recording', textOfProgram(known.replay.program), textOfProgram(anew));
      }
      takeApart(structure, capture);
      return known;
    }
    if (capture.hasDrawn) {
      const twin = recordings.twin(
        key,
        capture.events,
        (other) => !throwsChange(() => compare(other)),
      );
      if (twin !== null) return twin;
    }
    const replay = new Replay(makeProgram(capture, wanted, structure));
    takeApart(structure, capture);
    const recording = {
      key,
      events: capture.events,
      replay,
      delivery,
      outline,
      writtenCopies: given.writtenCopies(capture),
      cadence: new Cadence(),
      bytes: replay.bytes,
      usedAt: this.calls,
    };
    recordings.add(recording);
    return recording;
  }

  /** What is to be thrown where a trace failed; recordings that are wrong are forgotten. */
  private failure(error: Error, due: Recording | null): Error {
    if (!isChange(error)) return error;
    const told = error instanceof ChangedError && !tracing.stacks ? this.located(error) : error;
    this.recordings.forget(this.given.key);
    const count = due?.cadence.replays ?? 0;
    if (count > 0) {
      const calls = count === 1 ? 'The call' : `The ${count} calls`;
      told.message +=
        `\n${calls} before this one may have used what it was before: since then the function ` +
        'was replayed without being compared.';
    }
    return told;
  }

  /** Once more, to say in which line it was met: remembering lines is slow. */
  private located(error: Error): Error {
    tracing.stacks = true;
    try {
      this.trace();
      this.capture?.undo();
    } catch (again) {
      return isChange(again) ? (again as Error) : error;
    } finally {
      tracing.stacks = false;
    }
    return error;
  }

  // ---- replaying

  private replay({ replay, delivery, writtenCopies }: Recording): unknown {
    const { gradients } = delivery;
    this.given.gradients.clear();
    const reuse: (Cell | null)[] = delivery.cells.map(() => null);
    for (const { find, delivered, mayReuse } of gradients) {
      if (delivered < 0 || !mayReuse) continue;
      const held = find().lentGrad;
      if (held?.isLent === true) reuse[delivered] = held.cell;
    }
    const before = delivery.before.map((find) => find());
    const nodes = replay.run(reuse);
    const cells = nodes.map((node, i) => (node === null ? reuse[i]! : makeCell(node)));
    const filled: Filled = {
      cell: (i) => cells[i]!,
      argument: (i) => this.given.tensors[i]!,
      found: (i) => before[i],
      made: new Map(),
    };
    for (const { find, delivered, other, mayLend } of gradients) {
      if (delivered < 0) find().grad = other(filled) as Tensor | null;
      else if (nodes[delivered] !== null) find().grad = gradientOf(cells[delivered]!, mayLend);
    }
    for (const { recipe, set } of delivery.kept) set(recipe(filled) as never);
    this.given.writeBack(writtenCopies);
    return delivery.result(filled);
  }
}

const isChange = (error: unknown): boolean =>
  error instanceof ChangedError || error instanceof DivergenceError;

function throwsChange(body: () => void): boolean {
  try {
    body();
    return false;
  } catch (error) {
    if (isChange(error)) return true;
    throw error;
  }
}

/** `isLent`: the next call may use its memory, until somebody looks at it. */
function gradientOf(cell: Cell, isLent: boolean): Tensor {
  const gradient = new Tensor(cell, [], null);
  gradient.isLent = isLent;
  return gradient;
}
