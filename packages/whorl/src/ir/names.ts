// Names for copies of what has a name, unique in a kernel, and ranges that are pieces of a range.
// in:  the kernel's body     out: names that do not occur in it
//
// A name tells a reader where something came from, and no pass anything: what a pass has to know
// of a loop's past is written on its range.

import { itemSize } from '../graph/dtype.js';
import type { Range, Scratch, Stmt } from './loop.js';
import { visit } from './walk.js';

const stemOf = (name: string): string => name.replace(/_\d+$/, '');

/** The loop as it was lowered whose turns a range counts. */
export const originOf = ({ origin, name }: Range): string => origin ?? name;

/** A range for some of the turns of another one. It may keep the name, where no other piece stands
 *  inside of the same loop. */
export const pieceOf = (range: Range, extent: number, name = range.name): Range => ({
  kind: 'range',
  name,
  extent,
  origin: originOf(range),
});

export class Names {
  private readonly taken = new Set<string>();
  private readonly next = new Map<string, number>();

  constructor(private readonly body: readonly Stmt[]) {}

  private take(): void {
    visit(this.body, (stmt) => {
      if (stmt.kind === 'loop') this.taken.add(stmt.range.name);
      if (stmt.kind === 'let' || stmt.kind === 'var') this.taken.add(stmt.local.name);
      if (stmt.kind === 'poke') this.taken.add(stmt.scratch.name);
    });
  }

  fresh(like: string): string {
    if (this.taken.size === 0) this.take();
    const stem = stemOf(like);
    let n = this.next.get(stem) ?? 1;
    while (this.taken.has(`${stem}_${n}`)) n++;
    this.next.set(stem, n + 1);
    return `${stem}_${n}`;
  }
}

/** The scratch arrays that statements use, each once: every one is written somewhere. */
export function scratchesIn(stmts: readonly Stmt[]): Scratch[] {
  const found = new Map<string, Scratch>();
  visit(stmts, (stmt) => {
    if (stmt.kind === 'poke' && !found.has(stmt.scratch.name)) {
      found.set(stmt.scratch.name, stmt.scratch);
    }
  });
  return [...found.values()];
}

export const scratchSize = ({ dtype, length }: Scratch): number => length * itemSize[dtype];
