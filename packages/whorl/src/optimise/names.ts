// Names for copies of what has a name, unique in a kernel.
// in:  the kernel's body     out: names that do not occur in it

import type { Local, Scratch, Stmt } from '../lower/loop.js';

export class Names {
  private readonly taken = new Set<string>();

  constructor(body: readonly Stmt[]) {
    this.take(body);
  }

  private take(stmts: readonly Stmt[]): void {
    for (const stmt of stmts) {
      if (stmt.kind === 'loop') this.taken.add(stmt.range.name);
      if (stmt.kind === 'loop' || stmt.kind === 'if') this.take(stmt.body);
      if (stmt.kind === 'let' || stmt.kind === 'var') this.taken.add(stmt.local.name);
      if (stmt.kind === 'poke') this.taken.add(stmt.scratch.name);
    }
  }

  fresh(like: string): string {
    const stem = like.replace(/_\d+$/, '');
    for (let n = 1; ; n++) {
      const name = `${stem}_${n}`;
      if (this.taken.has(name)) continue;
      this.taken.add(name);
      return name;
    }
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

/** The scratch arrays that statements write. */
export function scratchIn(stmts: readonly Stmt[], found = new Map<string, Scratch>()): Map<string, Scratch> {
  for (const stmt of stmts) {
    if (stmt.kind === 'poke') found.set(stmt.scratch.name, stmt.scratch);
    if (stmt.kind === 'loop' || stmt.kind === 'if') scratchIn(stmt.body, found);
  }
  return found;
}
