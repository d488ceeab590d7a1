// Statements of the loop IR as scopes and steps.
// in:  a place, statements     out: steps in the place's builder

import { itemSize } from '../../graph/dtype.js';
import type { Index, Local, Range, Stmt } from '../../lower/loop.js';
import type { Expr } from '../../lower/loop.js';
import { add, i32 } from './constants.js';
import { unsigned } from './encoder.js';
import { evaluate, indices, localsFor, partsFor, scratchIndex } from './expr.js';
import { storeContiguous, storeLanes, storeScalar } from './memory.js';
import type { Place } from './place.js';
import { bufferSource, scratchSource, varSource } from './place.js';
import { extract, laneCount, scalar, splat } from './registers.js';
import type { Operand } from './registers.js';
import type { Induction, Value } from './value.js';

type LoopStmt = Extract<Stmt, { kind: 'loop' }>;

export function runAll(place: Place, stmts: readonly Stmt[]): void {
  for (const stmt of stmts) {
    place.memo = new Map();
    run(place, stmt);
  }
  place.memo = new Map();
}

function run(place: Place, stmt: Stmt): void {
  switch (stmt.kind) {
    case 'loop': return runLoop(place, stmt);
    case 'let': {
      place.names.set(stmt.local.name, { kind: 'let', operand: evaluate(place, stmt.value) });
      return;
    }
    case 'var': return declare(place, stmt.local, stmt.value);
    case 'assign': return assign(place, stmt.local, evaluate(place, stmt.value));
    case 'store': return write(place, place.pointers[stmt.buffer], stmt.index,
      evaluate(place, stmt.value), bufferSource(stmt.buffer).name);
    case 'poke': {
      const { scratch, index } = stmt;
      const at = scratchIndex(place, scratch.name, index, scratch.dtype);
      const value = evaluate(place, stmt.value);
      return write(place, place.scratch, at, value, scratchSource(scratch).name);
    }
    case 'if': return runIf(place, stmt.condition, stmt.body);
    case 'check': return check(place, evaluate(place, stmt.ok), stmt.code);
  }
}

function runLoop(place: Place, loop: LoopStmt): void {
  const { range, body } = loop;
  const asLanes = loop.mode === 'vector' && place.vector === null && place.lane === null
    && range.extent >= laneCount && !assignsOuter(body);
  const end = asLanes ? range.extent - range.extent % laneCount : 0;
  if (asLanes) {
    place.vector = range.name;
    turn(place, range, 0, end, laneCount, body);
    place.vector = null;
  }
  turn(place, range, end, range.extent, 1, body);
}

/** A variable from outside of the loop carries something from turn to turn. */
function assignsOuter(body: readonly Stmt[], declared = new Set<string>()): boolean {
  return body.some((stmt) => {
    if (stmt.kind === 'var') declared.add(stmt.local.name);
    if (stmt.kind === 'assign') return !declared.has(stmt.local.name);
    return (stmt.kind === 'loop' || stmt.kind === 'if') && assignsOuter(stmt.body, declared);
  });
}

/** The body for every value of the range; a single turn needs no loop. */
function turn(
  place: Place, range: Range, from: number, to: number, by: number, body: readonly Stmt[],
): void {
  const { b } = place;
  if (to <= from) return;
  if (to - from <= by) {
    place.ranges.set(range.name, i32(b, from));
    runAll(place, body);
    return;
  }
  const local = b.newLocal('i32');
  let counter!: Induction;
  const scope = b.inside(false, place.changes(body), (inner) => {
    counter = { value: b.local(local, 'i32', inner), start: i32(b, from), by };
    place.ranges.set(range.name, counter.value);
    place.loops.set(counter.value, { scope: inner, counter });
    runAll(place, body);
  });
  b.effect({ kind: 'loop', scope, counter, end: to }, null);
}

function declare(place: Place, local: Local, value: Expr): void {
  const varying = place.vector !== null;
  const initial = evaluate(place, value);
  const locals = localsFor(place, local.dtype, varying);
  place.names.set(local.name, {
    kind: 'var', dtype: local.dtype, varying, locals, home: place.b.scope,
  });
  setLocals(place, local.name, locals, partsFor(place, initial, varying));
}

function setLocals(
  { b }: Place, name: string, locals: readonly number[], parts: readonly Value[],
): void {
  for (const [i, value] of parts.entries()) {
    b.effect({ kind: 'set', local: locals[i], value }, varSource(name).name);
  }
}

function assign(place: Place, { name }: Local, value: Operand): void {
  const { b, lane } = place;
  const binding = place.names.get(name);
  if (binding?.kind !== 'var') throw new Error(`${name} is assigned but is no variable`);
  const { dtype, varying, locals } = binding;
  if (lane === null || !varying) {
    setLocals(place, name, locals, partsFor(place, value, varying));
    return;
  }
  const lanesPerPart = laneCount / locals.length;
  const part = Math.floor(lane / lanesPerPart);
  const old = b.local(locals[part], 'v128', binding.home, varSource(name));
  const replaced = replaceLane(place, dtype, old, value, lane % lanesPerPart);
  b.effect({ kind: 'set', local: locals[part], value: replaced }, varSource(name).name);
}

function replaceLane(
  { b }: Place, dtype: Local['dtype'], part: Value, { parts: [value] }: Operand, lane: number,
): Value {
  switch (dtype) {
    case 'float32': return b.value('f32x4.replace_lane', [part, value], [lane]);
    case 'float64': return b.value('f64x2.replace_lane', [part, value], [lane]);
    case 'int64': return b.value('i64x2.replace_lane', [part, value], [lane]);
    case 'bool':
      return b.value('i32x4.replace_lane', [part, b.value('i32.sub', [i32(b, 0), value])], [lane]);
    default: return b.value('i32x4.replace_lane', [part, value], [lane]);
  }
}

function write(
  place: Place, pointer: Value, index: Index, value: Operand, changed: string,
): void {
  const { b } = place;
  const size = itemSize[value.dtype], inScratch = pointer === place.scratch;
  if (place.vector === null) {
    const at = indices.address(place, pointer, index, size, inScratch);
    return storeScalar(b, value.dtype, at, value.parts[0], changed);
  }
  const stride = indices.stride(place, index);
  if (stride === 0) {
    const at = indices.address(place, pointer, index, size, inScratch);
    return storeScalar(b, value.dtype, at, extract(b, value, laneCount - 1), changed);
  }
  const all = splat(b, value);
  if (stride === 1) {
    return storeContiguous(b, indices.address(place, pointer, index, size, inScratch), all, changed);
  }
  storeLanes(b, indices.addresses(place, pointer, index, size, inScratch), all, changed);
}

/** Lanes that disagree go one after the other. */
function runIf(place: Place, condition: Expr, body: readonly Stmt[]): void {
  const test = evaluate(place, condition);
  if (!test.varying) {
    guarded(place, test.parts[0], body);
    return;
  }
  const name = place.vector!;
  const first = place.ranges.get(name)!;
  place.vector = null;
  for (let lane = 0; lane < laneCount; lane++) {
    place.ranges.set(name, add(place.b, first, i32(place.b, lane)));
    place.lane = lane;
    guarded(place, extract(place.b, test, lane), body);
  }
  place.ranges.set(name, first);
  place.vector = name;
  place.lane = null;
}

function guarded(place: Place, condition: Value, body: readonly Stmt[]): void {
  const { b } = place;
  const scope = b.inside(true, place.changes(body), () => runAll(place, body));
  b.effect({ kind: 'if', condition, scope }, null);
}

/** The first failure stays in the status word. */
function check(place: Place, ok: Operand, code: number): void {
  const { b } = place;
  const all = ok.varying ? b.value('i32x4.all_true', [ok.parts[0]]) : ok.parts[0];
  const source = { name: 'status', isMemory: true };
  const failed = b.value('i32.eqz', [all]);
  const scope = b.inside(true, new Set(['status']), () => {
    const unset = b.value('i32.eqz', [b.value('i32.load', [place.status], [0, 0], source)]);
    const inner = b.inside(true, new Set(['status']), () => {
      const { parts: [value] } = scalar('int32', i32(b, code));
      b.effect({ kind: 'store', op: 'i32.store', args: [place.status, value],
        immediate: [0, ...unsigned(0)] }, 'status');
    });
    b.effect({ kind: 'if', condition: unset, scope: inner }, null);
  });
  b.effect({ kind: 'if', condition: failed, scope }, null);
}
