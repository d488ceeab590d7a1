// Writes into the memory of a value that nobody can read any more.
// in:  a pending SPLICE or SCATTER, the kernel that would do it     out: whether that is safe

import type { Node } from '../../graph/node.js';
import { isLeftOver } from '../../graph/ownership.js';
import { keyOf } from '../../ir/index-algebra.js';
import type { Lowered } from '../../lower/kernel.js';
import type { Expr, Stmt } from '../../ir/loop.js';
import { partsIn } from '../../ir/parts.js';

/**
 * Whether `node` may take over its base's memory: the base is a cell's old value, and is read by nothing but `node` and
 * what `node` writes into it.
 */
export function overwrites(node: Node): boolean {
  if (node.buffer !== null || (node.op !== 'SPLICE' && node.op !== 'SCATTER')) return false;
  const base = node.sources[0]!;
  if (base.buffer === null || node.history !== null || node.size === 0) return false;
  return isLeftOver(base, 1 + readsBelow(node, base));
}

/** How often what `node` writes reads `base`; 0 where somebody else may ask for one of those values. */
function readsBelow(node: Node, base: Node): number {
  if (base.readers === 1) return 0;
  /** The values below, with how often they are read from here. */
  const reads = new Map<Node, number>();
  const todo = node.sources.slice(1);
  let found = 0;
  while (todo.length > 0) {
    const value = todo.pop()!;
    if (value.buffer !== null) continue;
    const before = reads.get(value);
    reads.set(value, (before ?? 0) + 1);
    if (before !== undefined) continue;
    if (value.cells > 0 || value.history !== null || reads.size > 64) return 0;
    for (const source of value.sources) {
      if (source === base) found++;
      else todo.push(source);
    }
  }
  for (const [value, count] of reads) if (value.readers !== count) return 0;
  return found;
}

/** Whether a kernel that writes over `base` reads it only where it writes, if at all. */
export function readsOnlyWhereItWrites({ kernel, buffers }: Lowered, node: Node): boolean {
  const [base, own] = [buffers.indexOf(node.sources[0]!), buffers.indexOf(node)];
  if (base < 0) return true;
  if (node.op === 'SCATTER') return false;
  const [read, written] = [new Set<string>(), new Set<string>()];
  collect(kernel.body, base, own, read, written);
  return written.size === 1 && [...read].every((index) => written.has(index));
}

function collect(
  body: readonly Stmt[],
  base: number,
  own: number,
  read: Set<string>,
  written: Set<string>,
): void {
  const visit = (expr: Expr): void => {
    for (const part of partsIn(expr)) {
      if (part.kind === 'load' && part.buffer === base) read.add(keyOf(part.index));
    }
  };
  for (const stmt of body) {
    if (stmt.kind === 'loop' || stmt.kind === 'if') collect(stmt.body, base, own, read, written);
    if (stmt.kind === 'if') visit(stmt.condition);
    else if (stmt.kind === 'check') visit(stmt.ok);
    else if (stmt.kind !== 'loop') visit(stmt.value);
    if (stmt.kind === 'store' && stmt.buffer === own) written.add(keyOf(stmt.index));
  }
}
