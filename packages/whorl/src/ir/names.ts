// Names for copies of what has a name, unique in a kernel, and ranges that are pieces of a range.
// in:  the kernel's body     out: names that do not occur in it

import type { Local, Range, Scratch, Stmt } from './loop.js';

const stemOf = (name: string): string => name.replace(/_\d+$/, '');

/** The loop as it was lowered whose turns a range counts. */
export const originOf = ({ of, name }: Range): string => of ?? name;

/** A range for some of the turns of another one. */
export const pieceOf = (range: Range, extent: number, name = range.name): Range => ({
  kind: 'range',
  name,
  extent,
  of: originOf(range),
});

export class Names {
  private readonly taken = new Set<string>();
  private readonly next = new Map<string, number>();

  constructor(private readonly body: readonly Stmt[]) {}

  private take(stmts: readonly Stmt[]): void {
    for (const stmt of stmts) {
      if (stmt.kind === 'loop') this.taken.add(stmt.range.name);
      if (stmt.kind === 'loop' || stmt.kind === 'if') this.take(stmt.body);
      if (stmt.kind === 'let' || stmt.kind === 'var') this.taken.add(stmt.local.name);
      if (stmt.kind === 'poke') this.taken.add(stmt.scratch.name);
    }
  }

  fresh(like: string): string {
    if (this.taken.size === 0) this.take(this.body);
    const stem = stemOf(like);
    let n = this.next.get(stem) ?? 1;
    while (this.taken.has(`${stem}_${n}`)) n++;
    this.next.set(stem, n + 1);
    return `${stem}_${n}`;
  }
}

/** The scratch arrays that statements use, each once: every one is written somewhere. */
export function scratchesIn(stmts: readonly Stmt[], found: Scratch[] = []): Scratch[] {
  for (const stmt of stmts) {
    if (stmt.kind === 'loop' || stmt.kind === 'if') scratchesIn(stmt.body, found);
    else if (stmt.kind === 'poke' && found.every(({ name }) => name !== stmt.scratch.name)) {
      found.push(stmt.scratch);
    }
  }
  return found;
}

/** The locals that statements declare. */
export function declaredIn(stmts: readonly Stmt[], found: Local[] = []): Local[] {
  for (const stmt of stmts) {
    if (stmt.kind === 'let' || stmt.kind === 'var') found.push(stmt.local);
    if (stmt.kind === 'loop' || stmt.kind === 'if') declaredIn(stmt.body, found);
  }
  return found;
}
