// Which loops of a kernel could run in any order: found once, before tiles hide it.
// in:  statements     out: the names of their ranges

import type { Stmt } from '../ir/loop.js';
import { isIndependent } from './accesses.js';

export type Independent = Set<string>;

export function independentLoops(
  stmts: readonly Stmt[],
  found: Independent = new Set(),
): Independent {
  for (const stmt of stmts) {
    if (stmt.kind !== 'loop' && stmt.kind !== 'if') continue;
    if (stmt.kind === 'loop' && isIndependent(stmt.range, stmt.body)) found.add(stmt.range.name);
    independentLoops(stmt.body, found);
  }
  return found;
}
