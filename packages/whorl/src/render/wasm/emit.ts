// Steps and values as WebAssembly instructions.
// in:  a builder that holds a whole kernel     out: functions; the last one is the kernel's

import type { FunctionCode } from './encoding/encoder.js';
import { control, signed, unsigned } from './encoding/encoder.js';
import type { Sink } from './encoding/function-writer.js';
import { FunctionWriter, InputFinder } from './encoding/function-writer.js';
import { opcodes, type WasmType } from './encoding/opcodes.js';
import { chooseFunctions } from './outline.js';
import { chooseLocals, countUses } from './uses.js';
import type { Builder, Induction, Scope, Value } from './value.js';

/** Engines allow 1000. */
const mostParams = 900;

/** `first`: how many functions stand before these in their
 *  module; `routines`: what the kernel calls, in front. */
export function emitFunctions(
  b: Builder,
  exportName: string | null,
  first: number,
  routines: readonly FunctionCode[],
): FunctionCode[] {
  countUses(b);
  chooseLocals(b);
  return new Emitter(b, first, [...routines]).all(exportName);
}

/** A function that gives a value. */
export function emitValued(b: Builder, result: Value): FunctionCode {
  const local = b.newLocal(result.type);
  b.effect({ kind: 'set', local, value: result }, null);
  countUses(b);
  chooseLocals(b);
  return new Emitter(b, 0, []).valued(local, result.type);
}

/**
 * Values with a local are computed where they are defined, all others where they are used, on the
 * stack.
 */
class Emitter {
  /** The loops whose bodies are functions of their own. */
  private readonly chosen: ReadonlySet<Scope>;

  constructor(
    private readonly b: Builder,
    private readonly first: number,
    private readonly functions: FunctionCode[],
  ) {
    this.chosen = chooseFunctions(b);
  }

  all(exportName: string | null): FunctionCode[] {
    const main = this.main().written(exportName);
    return [...this.functions, main];
  }

  valued(local: number, result: WasmType): FunctionCode {
    const main = this.main();
    main.get(local);
    return { ...main.written(null), result };
  }

  private main(): FunctionWriter {
    const params = this.b.params.map((_, local) => local);
    const main = new FunctionWriter(params, this.typeOf, this.locals);
    this.steps(main, this.b.top);
    return main;
  }

  private get locals(): number {
    return this.b.params.length + this.b.localTypes.length;
  }

  private readonly typeOf = (local: number): WasmType => {
    const { params, localTypes } = this.b;
    return local < params.length ? params[local] : localTypes[local - params.length];
  };

  private steps(out: Sink, scope: Scope): void {
    for (const step of scope.steps) {
      switch (step.kind) {
        case 'define':
          if (step.value.local < 0 || step.value.uses === 0) break;
          compute(out, step.value);
          out.set(step.value.local);
          break;
        case 'set':
          read(out, step.value);
          out.set(step.local);
          break;
        case 'store':
          for (let i = 0; i < step.args.length; i++) read(out, step.args[i]!);
          out.push(opcodes[step.op].bytes);
          out.push(step.immediate);
          break;
        case 'if':
          read(out, step.condition);
          out.push(control.if);
          this.steps(out, step.scope);
          out.push(control.end);
          break;
        case 'loop':
          this.loop(out, step.scope, step.counter, step.end);
          break;
      }
    }
  }

  /** Loops run at least once: the test stands at the end. */
  private loop(out: Sink, scope: Scope, counter: Induction, end: Value): void {
    const growing = scope.inductions.filter(({ value }) => value.uses > 0);
    for (const { value, start } of [...growing, counter]) {
      read(out, start);
      out.set(value.local);
    }
    out.push(control.loop);
    const inputs = this.chosen.has(scope) ? this.inputsOf(scope) : null;
    if (inputs !== null && inputs.length <= mostParams) this.call(out, scope, inputs);
    else this.steps(out, scope);
    for (const { value, by } of growing) {
      grow(out, value, by);
      out.set(value.local);
    }
    grow(out, counter.value, counter.by);
    out.set(counter.value.local);
    out.get(counter.value.local);
    read(out, end);
    out.push(opcodes['i32.lt_s'].bytes);
    out.push(control.branchIf);
    out.push(unsigned(0));
    out.push(control.end);
  }

  /** A dry run: what the body reads before it sets it, it must be given. */
  private inputsOf(scope: Scope): readonly number[] {
    const finder = new InputFinder();
    this.steps(finder, scope);
    return finder.inputs;
  }

  /** The loop's body as a function of the locals that it reads. */
  private call(out: Sink, scope: Scope, inputs: readonly number[]): void {
    const body = new FunctionWriter(inputs, this.typeOf, this.locals);
    this.steps(body, scope);
    this.functions.push(body.written(null));
    for (const local of inputs) out.get(local);
    out.push(control.call);
    out.push(unsigned(this.first + this.functions.length - 1));
  }
}

/** Leaves the local's value plus `by` on the stack. */
function grow(out: Sink, value: Value, by: number): void {
  out.get(value.local);
  out.push(opcodes['i32.const'].bytes);
  out.push(signed(by));
  out.push(opcodes['i32.add'].bytes);
}

function read(out: Sink, value: Value): void {
  if (value.local >= 0) out.get(value.local);
  else compute(out, value);
}

/** Operands first, the instruction last. Without an instruction it is a variable's local. */
function compute(out: Sink, value: Value): void {
  if (value.op === null) {
    out.get(value.immediate[0]);
    return;
  }
  const { args, immediate } = value;
  for (let i = 0; i < args.length; i++) read(out, args[i]!);
  out.push(opcodes[value.op].bytes);
  if (immediate.length > 0) out.push(immediate);
}
