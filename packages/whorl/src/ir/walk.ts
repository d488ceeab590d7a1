// The walkers over expressions, addresses and statements: how every pass goes through a kernel.
// in:  statements, expressions, indices
// out: their parts, each object once although it may have many readers
//
// What one kind of expression or statement consists of
// stands here and nowhere else. `map.ts` writes them anew.

import type { Atom, Expr, Index, Local, Loop, Range, Stmt, Term } from './loop.js';

// ---- expressions

type Operand = 'a' | 'b' | 'c';
type Operands = Partial<Record<Operand, Expr>>;

/** Which fields of an expression are expressions, in the order in which they are computed. */
const fields: Record<Expr['kind'], readonly Operand[]> = {
  local: [],
  const: [],
  param: [],
  index: [],
  load: [],
  peek: [],
  unary: ['a'],
  binary: ['a', 'b'],
  select: ['c', 'a', 'b'],
  fma: ['c', 'a', 'b'],
  cast: ['a'],
  bits: ['a'],
  inside: [],
};

/** The expressions that an expression is made of; not what stands in its address. */
export const operandsOf = (expr: Expr): Expr[] =>
  fields[expr.kind].map((field) => (expr as Operands)[field]!);

/** Whether the answer is yes for one of the operands. Without a list: first calls run cold code. */
export function someOperand(expr: Expr, test: (operand: Expr) => boolean): boolean {
  const own = fields[expr.kind];
  for (let i = 0; i < own.length; i++) if (test((expr as Operands)[own[i]!]!)) return true;
  return false;
}

const parts = new WeakMap<Expr, readonly Expr[]>();

/** Every part once, operands before their readers, names in addresses
 *  among them. Statements are small and looked at by every pass: a
 *  list is made in a fraction of the time of a map, and remembered. */
export function partsIn(root: Expr): readonly Expr[] {
  const known = parts.get(root);
  if (known !== undefined) return known;
  const found: Expr[] = [];
  addParts(root, found, new Seen(found));
  parts.set(root, found);
  return found;
}

/** Beyond this a list is slower to search than a set. */
const mostInList = 24;

class Seen {
  private set: Set<Expr> | null = null;

  constructor(private readonly found: readonly Expr[]) {}

  has(expr: Expr): boolean {
    const { found } = this;
    if (found.length < mostInList) return found.includes(expr);
    this.set ??= new Set(found);
    return this.set.has(expr);
  }

  add(expr: Expr): void {
    this.set?.add(expr);
  }
}

function addParts(expr: Expr, found: Expr[], seen: Seen): void {
  if (seen.has(expr)) return;
  const own = fields[expr.kind];
  for (let i = own.length - 1; i >= 0; i--) addParts((expr as Operands)[own[i]!]!, found, seen);
  if ('index' in expr) {
    const names = namesIn(expr.index);
    for (let i = names.length - 1; i >= 0; i--) addParts(names[i]!, found, seen);
  }
  found.push(expr);
  seen.add(expr);
}

/** The parts of an expression in the same order,
 *  with how many readers each has; the root has one. */
export function readersIn(root: Expr): ReadonlyMap<Expr, number> {
  const readers = new Map(partsIn(root).map((part) => [part, 0]));
  const count = (part: Expr): void => void readers.set(part, readers.get(part)! + 1);
  for (const part of readers.keys()) {
    operandsOf(part).forEach(count);
    if ('index' in part) namesIn(part.index).forEach(count);
  }
  return readers.set(root, 1);
}

// ---- addresses

/** An atom that is not made of others. */
export type Simple = Exclude<Atom, { kind: 'div' | 'mod' }>;

/** Whether the answer is yes for one of the ranges, parameters and names of an index. */
export function someAtom({ terms }: Index, test: (atom: Simple) => boolean): boolean {
  for (let i = 0; i < terms.length; i++) if (someTerm(terms[i]!, test)) return true;
  return false;
}

export const someTerm = ({ atom }: Term, test: (atom: Simple) => boolean): boolean =>
  atom.kind === 'div' || atom.kind === 'mod' ? someAtom(atom.of, test) : test(atom);

export function visitAtoms(index: Index, see: (atom: Simple) => void): void {
  someAtom(index, (atom) => {
    see(atom);
    return false;
  });
}

const isName = ({ kind }: Simple): boolean => kind === 'value';
const noNames: readonly Local[] = [];

/** The computed integers that stand in an index. */
export function namesIn(index: Index): readonly Local[] {
  if (!someAtom(index, isName)) return noNames;
  const found: Local[] = [];
  visitAtoms(index, (atom) => {
    if (atom.kind === 'value') found.push(atom.value);
  });
  return found;
}

// ---- statements

/** A statement with statements in it. A third kind of block would be found by its `body`. */
export type Block = Extract<Stmt, { body: readonly Stmt[] }>;

const nothingAround: readonly Block[] = [];

/**
 * Shows every statement, a loop or `if` before what stands in it, and what stands
 * around it, from the outside in. A block of which `see` says false is not gone into.
 */
export function visit(
  stmts: readonly Stmt[],
  see: (stmt: Stmt, around: readonly Block[]) => unknown,
  around = nothingAround,
): void {
  for (const stmt of stmts) {
    if (see(stmt, around) !== false && 'body' in stmt) visit(stmt.body, see, [...around, stmt]);
  }
}

/** Whether the answer is yes for one of the statements, or one inside of them. */
export const someStmt = (stmts: readonly Stmt[], test: (stmt: Stmt) => boolean): boolean =>
  stmts.some((stmt) => test(stmt) || ('body' in stmt && someStmt(stmt.body, test)));

export const loopsOf = (around: readonly Block[]): Loop[] =>
  around.filter((block) => block.kind === 'loop');

export const rangesOf = (around: readonly Block[]): Range[] =>
  loopsOf(around).map(({ range }) => range);

/** The expression of a statement, its condition or its value. */
function expressionOf(stmt: Exclude<Stmt, Loop>): Expr {
  return stmt.kind === 'if' ? stmt.condition : stmt.kind === 'check' ? stmt.ok : stmt.value;
}

const nothing: readonly Expr[] = [];

/** What a statement itself computes and reads: the
 *  parts of its expression, the names in its address. */
export function partsOf(stmt: Stmt): readonly Expr[] {
  if (stmt.kind === 'loop') return nothing;
  const own = partsIn(expressionOf(stmt));
  const names = 'index' in stmt ? namesIn(stmt.index) : noNames;
  return names.length === 0 ? own : [...own, ...names];
}

/** What the whole of some statements computes and reads. */
export const everyPart = (stmts: readonly Stmt[], see: (part: Expr) => void): void =>
  visit(stmts, (stmt) => partsOf(stmt).forEach(see));

/** A variable from outside of the loop carries something from turn to turn: its turns need each
 *  other, in order. */
export function assignsOuter(body: readonly Stmt[]): boolean {
  const declared = new Set<string>();
  return someStmt(body, (stmt) => {
    if (stmt.kind === 'var') declared.add(stmt.local.name);
    return stmt.kind === 'assign' && !declared.has(stmt.local.name);
  });
}

/** The locals that statements declare. */
export function declaredIn(stmts: readonly Stmt[]): Local[] {
  const found: Local[] = [];
  visit(stmts, (stmt) => {
    if (stmt.kind === 'let' || stmt.kind === 'var') found.push(stmt.local);
  });
  return found;
}
