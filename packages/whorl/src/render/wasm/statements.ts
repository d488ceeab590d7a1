// Statements of the loop IR as scopes and steps.
// in:  a place, statements     out: steps in the place's builder

import type { Expr, Kernel, Loop, Range, Stmt } from '../../ir/loop.js';
import { blocksOf, parallelLoop } from '../../ir/parallel.js';
import { assignsOuter } from '../../ir/walk.js';
import { add, i32, times } from './constants.js';
import { bufferElement, scratchElement, write } from './elements.js';
import { evaluate } from './expr.js';
import type { Place } from './place.js';
import type { Operand } from './registers.js';
import { extract, laneCount } from './registers.js';
import type { Induction, Value } from './value.js';
import { assignVariable, declareVariable } from './variables.js';

export function runAll(place: Place, stmts: readonly Stmt[]): void {
  for (const stmt of stmts) {
    forget(place);
    run(place, stmt);
  }
  forget(place);
}

function forget({ memo }: Place): void {
  if (memo.size > 0) memo.clear();
}

function run(place: Place, stmt: Stmt): void {
  const value = (expr: Expr): Operand => evaluate(place, expr);
  switch (stmt.kind) {
    case 'loop':
      return runLoop(place, stmt);
    case 'let':
      place.names.set(stmt.local.name, { kind: 'let', operand: value(stmt.value) });
      return;
    case 'var':
      return declareVariable(place, stmt.local, value(stmt.value));
    case 'assign':
      return assignVariable(place, stmt.local, value(stmt.value));
    case 'store': {
      const own = value(stmt.value);
      return write(place, bufferElement(place, stmt.buffer, own.dtype, stmt.index), own);
    }
    case 'poke':
      return write(place, scratchElement(place, stmt.scratch, stmt.index), value(stmt.value));
    case 'if':
      return runIf(place, stmt);
    case 'check':
      return check(place, value(stmt.ok), stmt.code);
  }
}

function runLoop(place: Place, loop: Loop): void {
  const { range, body } = loop;
  const asLanes =
    loop.mode === 'vector' &&
    place.vector === null &&
    place.lane === null &&
    range.extent >= laneCount &&
    !assignsOuter(body);
  if (loop.mode === 'parallel') throw new Error(`parallel loop ${range.name} is not outermost`);
  const end = asLanes ? range.extent - (range.extent % laneCount) : 0;
  if (asLanes) {
    place.vector = range.name;
    turn(place, range, 0, end, laneCount, body);
    place.vector = null;
  }
  turn(place, range, end, range.extent, 1, body);
}

/** The body for every value of the range; a single turn needs no loop. */
function turn(
  place: Place,
  range: Range,
  from: number,
  to: number,
  by: number,
  body: readonly Stmt[],
): void {
  const { b } = place;
  if (to <= from) return;
  if (to - from <= by) {
    place.ranges.set(range.name, i32(b, from));
    runAll(place, body);
    return;
  }
  const turns = Math.ceil((to - from) / by);
  counted(place, range, { start: i32(b, from), end: i32(b, to), by, turns }, body);
}

/** A kernel's body: of a parallel loop only the blocks that the caller asks for, what is behind it with the last one. */
export function runKernel(place: Place, { body }: Kernel): void {
  const loop = parallelLoop({ body });
  if (loop === null) return runAll(place, body);
  const at = body.indexOf(loop);
  const rest = body.slice(at + 1);
  runAll(place, body.slice(0, at));
  blocks(place, loop, rest.length > 0);
  if (rest.length === 0) return;
  const { b, to } = place;
  const isLast = b.value('i32.le_s', [i32(b, blocksOf({ body })), to]);
  guarded(place, isLast, rest);
}

/** Blocks from..to of `grain` turns each; the last block may have fewer, and none where a rest follows. */
function blocks(place: Place, { range, grain = 1, body }: Loop, mayBeEmpty: boolean): void {
  const { b, from, to } = place;
  if (grain === 1 && !mayBeEmpty) {
    return counted(place, range, { start: from, end: to, by: 1, turns: range.extent }, body);
  }
  const first = times(b, from, grain);
  const wanted = times(b, to, grain);
  const all = i32(b, range.extent);
  const end = b.value('i32.select', [wanted, all, b.value('i32.lt_s', [wanted, all])]);
  const run = () => counted(place, range, { start: first, end, by: 1, turns: range.extent }, body);
  if (!mayBeEmpty || range.extent % grain !== 0) return run();
  const condition = b.value('i32.lt_s', [first, all]);
  b.effect(
    { kind: 'if', condition, scope: b.inside(true, place.changes(body), run), rare: false },
    null,
  );
}

interface Span {
  readonly start: Value;
  readonly end: Value;
  readonly by: number;
  readonly turns: number;
}

function counted(
  place: Place,
  range: Range,
  { start, end, by, turns }: Span,
  body: readonly Stmt[],
): void {
  const { b } = place;
  const local = b.newLocal('i32');
  let counter!: Induction;
  const scope = b.inside(false, place.changes(body), (inner) => {
    counter = { value: b.local(local, 'i32', inner), start, by };
    place.ranges.set(range.name, counter.value);
    place.loops.set(counter.value, { scope: inner, counter });
    runAll(place, body);
  });
  b.effect({ kind: 'loop', scope, counter, end, turns }, null);
}

type IfStmt = Extract<Stmt, { kind: 'if' }>;

/** Lanes that disagree go one after the other; where hardly any does, one test is for all of them. */
function runIf(place: Place, { condition, body, rare = false }: IfStmt): void {
  const { b } = place;
  const test = evaluate(place, condition);
  if (!test.varying) {
    branch(place, test.parts[0], body, rare, () => runAll(place, body));
  } else if (rare) {
    const any = b.value('v128.any_true', [test.parts[0]]);
    branch(place, any, body, true, () => laneAfterLane(place, test, body));
  } else {
    laneAfterLane(place, test, body);
  }
}

function laneAfterLane(place: Place, test: Operand, body: readonly Stmt[]): void {
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
  branch(place, condition, body, false, () => runAll(place, body));
}

/** `run` writes what stands behind the condition; it changes what `body` does. */
function branch(
  place: Place,
  condition: Value,
  body: readonly Stmt[],
  rare: boolean,
  run: () => void,
): void {
  const scope = place.b.inside(true, place.changes(body), run, rare);
  place.b.effect({ kind: 'if', condition, scope, rare }, null);
}

/** The first failure stays in the status word. */
function check(place: Place, ok: Operand, code: number): void {
  const { b, status } = place;
  const changes = new Set([statusSource.name]);
  const when = (condition: Value, body: () => void): void => {
    const scope = b.inside(true, changes, body);
    b.effect({ kind: 'if', condition, scope, rare: false }, null);
  };
  const all = ok.varying ? b.value('i32x4.all_true', [ok.parts[0]]) : ok.parts[0];
  const immediate = [0, 0];
  when(b.value('i32.eqz', [all]), () => {
    const before = b.value('i32.load', [status], immediate, statusSource);
    when(b.value('i32.eqz', [before]), () => {
      const args = [status, i32(b, code)];
      b.effect({ kind: 'store', op: 'i32.store', args, immediate }, statusSource.name);
    });
  });
}

const statusSource = { name: 'status', isMemory: true };
