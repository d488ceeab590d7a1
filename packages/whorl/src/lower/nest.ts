// The loops of a kernel while they are written: what is open, what was computed where.
// in:  loops, guards, values in any order
// out: statements, each value in the outermost scope possible

import type { DType } from '../graph/dtype.js';
import type { Expr, Index, Local, Range, Scratch, Stmt } from '../ir/loop.js';
import { counter } from '../ir/index-algebra.js';
import { operandsOf, type Simple, visitAtoms } from '../ir/walk.js';

type How = Pick<Extract<Stmt, { kind: 'loop' }>, 'mode' | 'grain'>;
const serially: How = { mode: 'serial' };

/** The inside of a loop or of an `if`. Level 0 is the kernel itself. */
interface Scope {
  readonly level: number;
  readonly body: Stmt[];
  /** Nothing may move out of an `if`: what it reads exists under its condition only. */
  readonly isGuard: boolean;
  readonly memo: Map<string, Expr>;
  readonly named: Map<Expr, Local>;
}

/**
 * Statements go to the innermost scope that is open, named values as far out as what they depend on
 * lets them:
 *     for i
 *       v0 = a[i]
 *       for k
 *         sum := sum + v0 * b[k]
 * is what is written with the loops i and k open.
 */
export class Nest {
  private scopes: Scope[] = [];
  /** Where ranges, locals and scratch arrays belong. */
  private readonly homes = new Map<Range | Local | Scratch, number>();
  private readonly levels = new Map<Expr, number>();
  private readonly counts = new Map<string, number>();
  readonly body: Stmt[];

  constructor() {
    this.body = this.push(false).body;
  }

  private push(isGuard: boolean): Scope {
    const scope: Scope = {
      level: this.scopes.length,
      body: [],
      isGuard,
      memo: new Map(),
      named: new Map(),
    };
    this.scopes.push(scope);
    return scope;
  }

  private get top(): Scope {
    return this.scopes[this.scopes.length - 1]!;
  }

  /** The level of the innermost open scope. */
  get level(): number {
    return this.scopes.length - 1;
  }

  /** The level of the innermost open `if`: values stay inside it. */
  get floor(): number {
    let level = this.level;
    while (level > 0 && !this.scopes[level]!.isGuard) level--;
    return level;
  }

  private fresh(prefix: string): string {
    const n = this.counts.get(prefix) ?? 0;
    this.counts.set(prefix, n + 1);
    return `${prefix}${n}`;
  }

  // ---- scopes

  /** Opens a loop; the caller closes it. A loop of one turn is none. */
  open(prefix: string, extent: number, how: How = serially): Index {
    const range: Range = { kind: 'range', name: this.fresh(prefix), extent };
    if (extent === 1) return counter(range);
    this.homes.set(range, this.push(false).level);
    this.opened.set(this.top, { range, ...how });
    return counter(range);
  }

  private readonly opened = new Map<Scope, How & { readonly range: Range }>();

  /** Closes scopes until `level` is the innermost one. */
  close(level: number): void {
    while (this.level > level) {
      const scope = this.scopes.pop()!;
      const loop = this.opened.get(scope)!;
      if (scope.body.length > 0) this.top.body.push({ kind: 'loop', ...loop, body: scope.body });
    }
  }

  loop(prefix: string, extent: number, body: (index: Index) => void, how = serially): void {
    if (extent === 0) return;
    const { level } = this;
    body(this.open(prefix, extent, how));
    this.close(level);
  }

  guard(condition: Expr, body: () => void, rare = false): void {
    const scope = this.push(true);
    body();
    this.scopes.pop();
    if (scope.body.length === 0) return;
    this.emit({ kind: 'if', condition, body: scope.body, ...(rare && { rare }) });
  }

  /** Writes as if only the scopes up to `level` were open. */
  within<T>(level: number, write: () => T): T {
    const inner = this.scopes.splice(level + 1);
    const result = write();
    this.scopes.push(...inner);
    return result;
  }

  // ---- statements and names

  emit(stmt: Stmt): void {
    this.top.body.push(stmt);
  }

  variable(prefix: string, dtype: DType, value: Expr): Local {
    const local: Local = { kind: 'local', name: this.fresh(prefix), dtype };
    this.homes.set(local, this.level);
    this.emit({ kind: 'var', local, value });
    return local;
  }

  scratch(dtype: DType, length: number): Scratch {
    const scratch: Scratch = { kind: 'scratch', name: this.fresh('part'), dtype, length };
    this.homes.set(scratch, this.level);
    return scratch;
  }

  /** Names a value, in the outermost scope where it can be computed. */
  readonly name = (value: Expr): Expr => {
    return value.kind === 'const' || value.kind === 'param' ? value : this.named(value);
  };

  /** The same for what has to have a name: an integer that stands in an address. */
  named(value: Expr): Local {
    if (value.kind === 'local') return value;
    const scope = this.scopes[Math.max(this.levelOf(value), this.floor)]!;
    const known = scope.named.get(value);
    if (known !== undefined) return known;
    const local: Local = { kind: 'local', name: this.fresh('v'), dtype: value.dtype };
    this.homes.set(local, scope.level);
    scope.body.push({ kind: 'let', local, value });
    scope.named.set(value, local);
    return local;
  }

  /** An operand of a value at `level`: named where it changes less often than that. */
  operand(value: Expr, level: number): Expr {
    return this.levelOf(value) < level ? this.name(value) : value;
  }

  recall(key: string): Expr | undefined {
    for (let i = this.level; i >= 0; i--) {
      const found = this.scopes[i]!.memo.get(key);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  remember(key: string, value: Expr): void {
    this.scopes[Math.max(this.levelOf(value), this.floor)]!.memo.set(key, value);
  }

  // ---- levels: the innermost scope that a value depends on

  levelOf(value: Expr): number {
    let level = this.levels.get(value);
    if (level !== undefined) return level;
    level = this.computeLevel(value);
    this.levels.set(value, level);
    return level;
  }

  private computeLevel(value: Expr): number {
    if (value.kind === 'local') return this.homes.get(value) ?? 0;
    let level = value.kind === 'peek' ? this.homes.get(value.scratch)! : 0;
    if ('index' in value) level = Math.max(level, this.levelOfIndex(value.index));
    for (const operand of operandsOf(value)) level = Math.max(level, this.levelOf(operand));
    return level;
  }

  levelOfIndex(index: Index): number {
    let level = 0;
    visitAtoms(index, (atom) => {
      level = Math.max(level, this.levelOfAtom(atom));
    });
    return level;
  }

  levelOfIndices(indices: readonly Index[]): number {
    let level = 0;
    for (const index of indices) level = Math.max(level, this.levelOfIndex(index));
    return level;
  }

  private levelOfAtom(atom: Simple): number {
    if (atom.kind === 'param') return 0;
    return this.homes.get(atom.kind === 'value' ? atom.value : atom) ?? 0;
  }
}
