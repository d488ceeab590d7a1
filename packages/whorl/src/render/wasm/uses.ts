// Which values are used at all, and which of them need a local.
// in:  a builder that holds a whole kernel     out: the values' uses and locals, filled in

import type { Builder, Scope, Step, Value } from './value.js';

/** Longer chains of single uses get a local in between, so that no walk is deep. */
const deepest = 60;

/**
 * What nothing uses is never emitted. Backwards, users come before what they use: what is without a
 * use when it is met has none.
 */
export function countUses(b: Builder): void {
  useSteps(b.top);
  for (let i = b.values.length - 1; i >= 0; i--) {
    const value = b.values[i];
    if (value.uses === 0) continue;
    const { args } = value;
    for (let j = 0; j < args.length; j++) use(args[j]!, value.home, value.epoch);
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
    const operands = operandsOf(step);
    for (let i = 0; i < operands.length; i++) use(operands[i]!, scope, epoch);
    if (step.kind === 'loop' || step.kind === 'if') useSteps(step.scope);
    epoch++;
  }
}

function operandsOf(step: Exclude<Step, { kind: 'define' }>): readonly Value[] {
  switch (step.kind) {
    case 'set':
      return [step.value];
    case 'store':
      return step.args;
    case 'if':
      return [step.condition];
    case 'loop':
      return [step.counter.start, step.end];
  }
}

/** Values that are used twice, or elsewhere than they are made, or at the end of a long chain. */
export function chooseLocals(b: Builder): void {
  /** By a value's number. */
  const heights = new Uint8Array(b.values.length);
  for (let i = 0; i < b.values.length; i++) {
    const value = b.values[i]!;
    if (value.uses === 0 || value.local >= 0) continue;
    const { args } = value;
    let height = 0;
    for (let j = 0; j < args.length; j++) height = Math.max(height, heights[args[j]!.id]!);
    if (needsLocal(value) || height >= deepest) value.local = b.newLocal(value.type);
    else heights[value.id] = height + 1;
  }
}

/**
 * A number is written again wherever it is used. A v128 constant takes 18 bytes, and may get a
 * local.
 */
function needsLocal(value: Value): boolean {
  if (value.constant !== null) return false;
  return value.escapes || (value.uses > 1 && value.op !== null);
}
