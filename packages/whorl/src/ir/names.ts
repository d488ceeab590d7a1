// Names for copies of what has a name, unique in a kernel.
// in:  the kernel's body     out: names that do not occur in it

import type { Local, Stmt } from './loop.js';

/** What a name has in common with the names that were made like it. */
export const stemOf = (name: string): string => name.replace(/_\d+$/, '');

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

/** The locals that statements declare. */
export function declaredIn(stmts: readonly Stmt[], found: Local[] = []): Local[] {
  for (const stmt of stmts) {
    if (stmt.kind === 'let' || stmt.kind === 'var') found.push(stmt.local);
    if (stmt.kind === 'loop' || stmt.kind === 'if') declaredIn(stmt.body, found);
  }
  return found;
}
