// Which loops of a kernel could run in any order: found once, before tiles hide it.
// in:  statements     out: the same, independent loops marked as such

import type { Stmt } from '../ir/loop.js';
import { isIndependent } from './accesses.js';

export const markIndependent = (stmts: readonly Stmt[]): Stmt[] =>
  stmts.map((stmt) => {
    if (stmt.kind !== 'loop' && stmt.kind !== 'if') return stmt;
    const body = markIndependent(stmt.body);
    if (stmt.kind === 'if') return { ...stmt, body };
    return { ...stmt, body, independent: isIndependent(stmt.range, stmt.body) };
  });
