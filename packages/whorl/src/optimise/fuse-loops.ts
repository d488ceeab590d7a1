// Neighbouring loops of the same length become one, so that they share what they load.
// in:  statements     out: the same computations; every variable and every element sees the same

import { counter } from '../ir/index-algebra.js';
import type { Loop, Range, Stmt } from '../ir/loop.js';
import { mapBody, mapStmts } from '../ir/map.js';
import { replacing, substitute } from '../ir/substitute.js';
import { everyPart, visit } from '../ir/walk.js';
import type { Access } from './accesses.js';
import { accessesIn, isDisjoint } from './accesses.js';

export function fuseLoops(stmts: readonly Stmt[]): readonly Stmt[] {
  const fused: Stmt[] = [];
  for (const stmt of stmts) {
    if (stmt.kind === 'loop' && mergeIntoLast(fused, stmt)) continue;
    fused.push(stmt);
  }
  return mapStmts(fused, (stmt) => mapBody(stmt, fuseLoops));
}

/** Merges `loop` into the last loop before it; what stands between must be able to go in front. */
function mergeIntoLast(done: Stmt[], loop: Loop): boolean {
  const at = done.findLastIndex(({ kind }) => kind === 'loop');
  if (at < 0) return false;
  const first = done[at] as Loop;
  const between = done.slice(at + 1);
  // what was made for threads stays as it was made
  if (first.mode === 'parallel' || loop.mode === 'parallel') return false;
  if (first.range.extent !== loop.range.extent || !between.every((stmt) => canPass(stmt, first))) {
    return false;
  }
  const { range } = first;
  const body = substitute(loop.body, replacing(loop.range, counter(range)));
  if (!areApart(first.body, body, range)) return false;
  done.splice(at, between.length + 1, ...between, { ...first, body: [...first.body, ...body] });
  return true;
}

/** A definition that reads nothing that the loop changes: it may as well stand in front. */
function canPass(stmt: Stmt, loop: Loop): boolean {
  if (stmt.kind !== 'let' && stmt.kind !== 'var') return false;
  const changed = assignedIn(loop.body);
  const written = new Set(memoriesIn(accessesIn(loop.body), true));
  return (
    !readsIn([stmt]).some((name) => changed.has(name)) &&
    !memoriesIn(accessesIn([stmt]), false).some((memory) => written.has(memory))
  );
}

/** Whether turn i of the second may run before turn i + 1 of the first. */
function areApart(first: readonly Stmt[], second: readonly Stmt[], range: Range): boolean {
  const [a, b] = [assignedIn(first), assignedIn(second)];
  if (readsIn(second).some((name) => a.has(name)) || readsIn(first).some((name) => b.has(name))) {
    return false;
  }
  if ([...a].some((name) => b.has(name))) return false;
  const [x, y] = [accessesIn(first), accessesIn(second)];
  const shared = new Set([
    ...meeting(memoriesIn(x, true), memoriesIn(y, false)),
    ...meeting(memoriesIn(y, true), memoriesIn(x, false)),
  ]);
  return [...shared].every((memory) =>
    isDisjoint(
      [...x, ...y].filter((access) => access.memory === memory),
      range,
    ),
  );
}

const meeting = (some: readonly string[], others: readonly string[]): string[] =>
  some.filter((one) => others.includes(one));

const memoriesIn = (accesses: readonly Access[], onlyWritten: boolean): string[] =>
  accesses.filter(({ writes }) => writes || !onlyWritten).map(({ memory }) => memory);

/** Variables from outside that statements assign. */
function assignedIn(stmts: readonly Stmt[]): Set<string> {
  const declared = new Set<string>();
  const found = new Set<string>();
  visit(stmts, (stmt) => {
    if (stmt.kind === 'var') declared.add(stmt.local.name);
    if (stmt.kind === 'assign' && !declared.has(stmt.local.name)) found.add(stmt.local.name);
  });
  return found;
}

/** The names that statements read. */
function readsIn(stmts: readonly Stmt[]): string[] {
  const found: string[] = [];
  everyPart(stmts, (part) => {
    if (part.kind === 'local') found.push(part.name);
  });
  return found;
}
