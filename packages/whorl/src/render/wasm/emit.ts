// Steps and values as WebAssembly instructions.
// in:  a builder that holds a whole kernel     out: the code and locals of one function

import type { FunctionCode } from './encoder.js';
import { ByteWriter, control, signed, unsigned } from './encoder.js';
import { opcodes } from './opcodes.js';
import type { Builder, Induction, Scope, Step, Value } from './value.js';

/** Longer chains of single uses get a local in between, so that no walk is deep. */
const deepest = 60;

export function emitFunction(b: Builder, exportName: string): FunctionCode {
  countUses(b);
  chooseLocals(b);
  const code = new ByteWriter();
  emitSteps(code, b.top);
  return { params: b.params, locals: b.localTypes, code: code.written(), exportName };
}

/** What nothing uses is never emitted. */
function countUses(b: Builder): void {
  useSteps(b.top);
  for (let i = b.values.length - 1; i >= 0; i--) {
    const value = b.values[i];
    if (value.uses === 0) continue;
    for (const arg of value.args) use(arg, value.home, value.epoch);
    useStart(b, value);
  }
}

function use(value: Value, scope: Scope, epoch: number): void {
  value.uses++;
  if (scope !== value.home || (!value.pure && epoch !== value.epoch)) value.escapes = true;
}

/** Where a growing local starts is computed outside of its loop. */
function useStart(b: Builder, value: Value): void {
  if (value.op !== null || value.local < b.params.length) return;
  const grown = value.home.inductions.find((induction) => induction.value === value);
  if (grown !== undefined) {
    grown.start.uses++;
    grown.start.escapes = true;
  }
}

function useSteps(scope: Scope): void {
  let epoch = 0;
  for (const step of scope.steps) {
    if (step.kind === 'define') continue;
    for (const value of operandsOf(step)) use(value, scope, epoch);
    if (step.kind === 'loop' || step.kind === 'if') useSteps(step.scope);
    epoch++;
  }
}

function operandsOf(step: Exclude<Step, { kind: 'define' }>): readonly Value[] {
  switch (step.kind) {
    case 'set': return [step.value];
    case 'store': return step.args;
    case 'if': return [step.condition];
    case 'loop': return [step.counter.start];
  }
}

function chooseLocals(b: Builder): void {
  const heights = new Map<Value, number>();
  for (const value of b.values) {
    if (value.uses === 0 || value.local >= 0) continue;
    let height = 0;
    for (const arg of value.args) height = Math.max(height, heights.get(arg) ?? 0);
    if (needsLocal(value) || height >= deepest) value.local = b.newLocal(value.type);
    else heights.set(value, height + 1);
  }
}

function needsLocal(value: Value): boolean {
  if (value.constant !== null) return false;
  return value.escapes || (value.uses > 1 && value.op !== null);
}

function emitSteps(code: ByteWriter, scope: Scope): void {
  for (const step of scope.steps) {
    switch (step.kind) {
      case 'define':
        if (step.value.local < 0 || step.value.uses === 0) break;
        compute(code, step.value);
        code.push(control.setLocal, unsigned(step.value.local));
        break;
      case 'set':
        read(code, step.value);
        code.push(control.setLocal, unsigned(step.local));
        break;
      case 'store':
        for (const arg of step.args) read(code, arg);
        code.push(opcodes[step.op].bytes, step.immediate);
        break;
      case 'if':
        read(code, step.condition);
        code.push(control.if);
        emitSteps(code, step.scope);
        code.push(control.end);
        break;
      case 'loop': emitLoop(code, step.scope, step.counter, step.end); break;
    }
  }
}

/** Loops run at least once: the test stands at the end. */
function emitLoop(code: ByteWriter, scope: Scope, counter: Induction, end: number): void {
  const growing = scope.inductions.filter(({ value }) => value.uses > 0);
  for (const { value, start } of [...growing, counter]) {
    read(code, start);
    code.push(control.setLocal, unsigned(value.local));
  }
  code.push(control.loop);
  emitSteps(code, scope);
  for (const { value, by } of growing) {
    grow(code, value, by);
    code.push(control.setLocal, unsigned(value.local));
  }
  grow(code, counter.value, counter.by);
  code.push(control.teeLocal, unsigned(counter.value.local));
  code.push(opcodes['i32.const'].bytes, signed(end));
  code.push(opcodes['i32.lt_s'].bytes, control.branchIf, [0]);
  code.push(control.end);
}

function grow(code: ByteWriter, value: Value, by: number): void {
  code.push(control.getLocal, unsigned(value.local));
  code.push(opcodes['i32.const'].bytes, signed(by), opcodes['i32.add'].bytes);
}

function read(code: ByteWriter, value: Value): void {
  if (value.local >= 0) code.push(control.getLocal, unsigned(value.local));
  else compute(code, value);
}

function compute(code: ByteWriter, value: Value): void {
  if (value.op === null) {
    code.push(control.getLocal, unsigned(value.immediate[0]));
    return;
  }
  for (const arg of value.args) read(code, arg);
  code.push(opcodes[value.op].bytes, value.immediate);
}
