// Neighbouring loops of the same length become one, so that they share what they load.
// in:  statements     out: the same computations; every variable and every element sees the same

import type { Index, Range, Stmt } from '../ir/loop.js';
import { partsIn, valueOfStmt, valuesIn } from '../ir/parts.js';
import type { Access } from './accesses.js';
import { accessesIn, isDisjoint } from './accesses.js';
import { Rewriter } from '../ir/rewrite.js';
import type { Loop } from './unroll.js';

export function fuseLoops(stmts: readonly Stmt[]): Stmt[] {
  const fused: Stmt[] = [];
  for (const stmt of stmts) {
    if (stmt.kind === 'loop' && mergeIntoLast(fused, stmt)) continue;
    fused.push(stmt);
  }
  return fused.map((stmt) =>
    stmt.kind === 'loop' || stmt.kind === 'if' ? { ...stmt, body: fuseLoops(stmt.body) } : stmt,
  );
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
  const range: Range = first.range;
  const own: Index = { constant: 0, terms: [{ coefficient: 1, atom: range }] };
  const body = new Rewriter({ ranges: new Map([[loop.range.name, own]]) }).all(loop.body);
  if (!areApart(first.body, body, range)) return false;
  done.splice(at, between.length + 1, ...between, { ...first, body: [...first.body, ...body] });
  return true;
}

/** A definition that reads nothing that the loop changes. */
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
function assignedIn(
  stmts: readonly Stmt[],
  declared = new Set<string>(),
  found = new Set<string>(),
): Set<string> {
  for (const stmt of stmts) {
    if (stmt.kind === 'var') declared.add(stmt.local.name);
    if (stmt.kind === 'assign' && !declared.has(stmt.local.name)) found.add(stmt.local.name);
    if (stmt.kind === 'loop' || stmt.kind === 'if') assignedIn(stmt.body, declared, found);
  }
  return found;
}

/** The names that statements read. */
function readsIn(stmts: readonly Stmt[], found: string[] = []): string[] {
  for (const stmt of stmts) {
    const values = stmt.kind === 'loop' ? [] : [valueOfStmt(stmt)];
    if (stmt.kind === 'store' || stmt.kind === 'poke') values.push(...valuesIn(stmt.index));
    for (const value of values) {
      for (const expr of partsIn(value)) if (expr.kind === 'local') found.push(expr.name);
    }
    if (stmt.kind === 'loop' || stmt.kind === 'if') readsIn(stmt.body, found);
  }
  return found;
}
