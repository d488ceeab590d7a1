// Whether a kernel may write a value over the memory of what the value was made of.
// in:  a write that owns its base (graph/ownership.ts), the kernel that would do it
// out: whether that is safe

import type { Node } from '../../graph/node.js';
import { ops } from '../../graph/op.js';
import { keyOf } from '../../ir/index-algebra.js';
import type { Lowered } from '../../lower/kernel.js';
import { partsOf, visit } from '../../ir/walk.js';

/** Whether a kernel that writes over `base` reads it only where it writes, if at all. */
export function readsOnlyWhereItWrites({ kernel, buffers }: Lowered, node: Node): boolean {
  const [base, own] = [buffers.indexOf(node.sources[0]!), buffers.indexOf(node)];
  if (base < 0) return true;
  if (ops[node.op].replaces === 'any place') return false;
  const [read, written] = [new Set<string>(), new Set<string>()];
  visit(kernel.body, (stmt) => {
    for (const part of partsOf(stmt)) {
      if (part.kind === 'load' && part.buffer === base) read.add(keyOf(part.index));
    }
    if (stmt.kind === 'store' && stmt.buffer === own) written.add(keyOf(stmt.index));
  });
  return written.size === 1 && [...read].every((index) => written.has(index));
}
