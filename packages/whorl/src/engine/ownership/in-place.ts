// Whether a kernel may write a value over the memory of what the value was made of.
// in:  a write that owns its base (graph/ownership.ts), the kernel that would do it     out: whether that is safe

import type { Node } from '../../graph/node.js';
import { ops } from '../../graph/op.js';
import { keyOf } from '../../ir/index-algebra.js';
import type { Lowered } from '../../lower/kernel.js';
import type { Expr, Stmt } from '../../ir/loop.js';
import { partsIn } from '../../ir/parts.js';

/** Whether a kernel that writes over `base` reads it only where it writes, if at all. */
export function readsOnlyWhereItWrites({ kernel, buffers }: Lowered, node: Node): boolean {
  const [base, own] = [buffers.indexOf(node.sources[0]!), buffers.indexOf(node)];
  if (base < 0) return true;
  if (ops[node.op].replaces === 'any place') return false;
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
