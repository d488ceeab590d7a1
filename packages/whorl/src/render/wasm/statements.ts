// Statements of the loop IR as scopes and steps.
// in:  a site, statements     out: steps in the site's builder

import type { Expr, Kernel, Loop, Range, Stmt } from '../../ir/loop.js';
import { blocksOf, parallelLoop } from '../../ir/parallel.js';
import { assignsOuter } from '../../ir/walk.js';
import { add, i32, times } from './constants.js';
import { bufferElement, scratchElement, write } from './elements.js';
import { evaluate } from './expr.js';
import type { Site } from './site.js';
import type { Operand } from './registers.js';
import { extract, laneCount } from './registers.js';
import type { Induction, Value } from './value.js';
import { assignVariable, declareVariable } from './variables.js';

export function runAll(site: Site, stmts: readonly Stmt[]): void {
  for (const stmt of stmts) {
    forget(site);
    run(site, stmt);
  }
  forget(site);
}

/**
 * A statement may write what the next one reads, so the same expression may have another value. The
 * builder still finds what is equal: it knows what has changed.
 */
function forget({ memo }: Site): void {
  if (memo.size > 0) memo.clear();
}

function run(site: Site, stmt: Stmt): void {
  const value = (expr: Expr): Operand => evaluate(site, expr);
  switch (stmt.kind) {
    case 'loop':
      return runLoop(site, stmt);
    case 'let':
      site.names.set(stmt.local.name, { kind: 'let', operand: value(stmt.value) });
      return;
    case 'var':
      return declareVariable(site, stmt.local, value(stmt.value));
    case 'assign':
      return assignVariable(site, stmt.local, value(stmt.value));
    case 'store': {
      const own = value(stmt.value);
      return write(site, bufferElement(site, stmt.buffer, own.dtype, stmt.index), own);
    }
    case 'poke':
      return write(site, scratchElement(site, stmt.scratch, stmt.index), value(stmt.value));
    case 'if':
      return runIf(site, stmt);
    case 'check':
      return check(site, value(stmt.ok), stmt.code);
  }
}

/**
 * A vector loop of n turns is two loops:
 *     for i < n - n % 4, four at a time, on lanes
 *     for the rest, one at a time, on scalars
 * Within another vector loop, or where it assigns a variable from outside, it is a scalar loop.
 */
function runLoop(site: Site, loop: Loop): void {
  const { range, body } = loop;
  const asLanes =
    loop.mode === 'vector' &&
    site.vector === null &&
    site.lane === null &&
    range.extent >= laneCount &&
    !assignsOuter(body);
  if (loop.mode === 'parallel') throw new Error(`parallel loop ${range.name} is not outermost`);
  const end = asLanes ? range.extent - (range.extent % laneCount) : 0;
  if (asLanes) {
    site.vector = range.name;
    turn(site, range, 0, end, laneCount, body);
    site.vector = null;
  }
  turn(site, range, end, range.extent, 1, body);
}

/** The body for every value of the range; a single turn needs no loop. */
function turn(
  site: Site,
  range: Range,
  from: number,
  to: number,
  by: number,
  body: readonly Stmt[],
): void {
  const { b } = site;
  if (to <= from) return;
  if (to - from <= by) {
    site.ranges.set(range.name, i32(b, from));
    runAll(site, body);
    return;
  }
  const turns = Math.ceil((to - from) / by);
  counted(site, range, { start: i32(b, from), end: i32(b, to), by, turns }, body);
}

/** A kernel's body: of a parallel loop only the blocks that
 *  the caller asks for, what is behind it with the last one. */
export function runKernel(site: Site, { body }: Kernel): void {
  const loop = parallelLoop({ body });
  if (loop === null) return runAll(site, body);
  const at = body.indexOf(loop);
  const rest = body.slice(at + 1);
  runAll(site, body.slice(0, at));
  blocks(site, loop, rest.length > 0);
  if (rest.length === 0) return;
  const { b, to } = site;
  const isLast = b.value('i32.le_s', [i32(b, blocksOf({ body })), to]);
  guarded(site, isLast, rest);
}

/** Blocks from..to of `grain` turns each; the last
 *  block may have fewer, and none where a rest follows. */
function blocks(site: Site, { range, grain = 1, body }: Loop, mayBeEmpty: boolean): void {
  const { b, from, to } = site;
  if (grain === 1 && !mayBeEmpty) {
    return counted(site, range, { start: from, end: to, by: 1, turns: range.extent }, body);
  }
  const first = times(b, from, grain);
  const wanted = times(b, to, grain);
  const all = i32(b, range.extent);
  const end = b.value('i32.select', [wanted, all, b.value('i32.lt_s', [wanted, all])]);
  const run = () => counted(site, range, { start: first, end, by: 1, turns: range.extent }, body);
  if (!mayBeEmpty || range.extent % grain !== 0) return run();
  const condition = b.value('i32.lt_s', [first, all]);
  b.effect(
    { kind: 'if', condition, scope: b.inside(true, site.changes(body), run), rare: false },
    null,
  );
}

interface Span {
  readonly start: Value;
  readonly end: Value;
  readonly by: number;
  readonly turns: number;
}

/** The counter is a local; addresses that follow it become locals, which grow by a constant. */
function counted(
  site: Site,
  range: Range,
  { start, end, by, turns }: Span,
  body: readonly Stmt[],
): void {
  const { b } = site;
  const local = b.newLocal('i32');
  let counter!: Induction;
  const scope = b.inside(false, site.changes(body), (inner) => {
    counter = { value: b.local(local, 'i32', inner), start, by };
    site.ranges.set(range.name, counter.value);
    site.loops.set(counter.value, { scope: inner, counter });
    runAll(site, body);
  });
  b.effect({ kind: 'loop', scope, counter, end, turns }, null);
}

type IfStmt = Extract<Stmt, { kind: 'if' }>;

/** Lanes that disagree go one after the other; where
 *  hardly any does, one test is for all of them. */
function runIf(site: Site, { condition, body, rare = false }: IfStmt): void {
  const { b } = site;
  const test = evaluate(site, condition);
  if (!test.varying) {
    branch(site, test.parts[0], body, rare, () => runAll(site, body));
  } else if (rare) {
    const any = b.value('v128.any_true', [test.parts[0]]);
    branch(site, any, body, true, () => laneAfterLane(site, test, body));
  } else {
    laneAfterLane(site, test, body);
  }
}

/**
 * The body four times, on scalars, each time under one lane's condition and with its range's value.
 */
function laneAfterLane(site: Site, test: Operand, body: readonly Stmt[]): void {
  const name = site.vector!;
  const first = site.ranges.get(name)!;
  site.vector = null;
  for (let lane = 0; lane < laneCount; lane++) {
    site.ranges.set(name, add(site.b, first, i32(site.b, lane)));
    site.lane = lane;
    guarded(site, extract(site.b, test, lane), body);
  }
  site.ranges.set(name, first);
  site.vector = name;
  site.lane = null;
}

function guarded(site: Site, condition: Value, body: readonly Stmt[]): void {
  branch(site, condition, body, false, () => runAll(site, body));
}

/** `run` writes what stands behind the condition; it changes what `body` does. */
function branch(
  site: Site,
  condition: Value,
  body: readonly Stmt[],
  rare: boolean,
  run: () => void,
): void {
  const scope = site.b.inside(true, site.changes(body), run, rare);
  site.b.effect({ kind: 'if', condition, scope, rare }, null);
}

/** The first failure stays in the status word. */
function check(site: Site, ok: Operand, code: number): void {
  const { b, status } = site;
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
