// Which loops of a kernel could run in any order: found once, before tiles hide it.
// in:  statements     out: the same, independent loops marked as such
//
// Lanes, tiles, panels and blocks all need to know it. Looked at again after tiling, an address of
// several turns is no plain sum any more, and most answers would be no.

import type { Stmt } from '../ir/loop.js';
import { mapBody, mapStmts } from '../ir/map.js';
import { isIndependent } from './accesses.js';

export const markIndependent = (stmts: readonly Stmt[]): readonly Stmt[] =>
  mapStmts(stmts, (stmt) => {
    const own = mapBody(stmt, markIndependent);
    const marks = stmt.kind === 'loop' && isIndependent(stmt.range, stmt.body);
    return marks ? { ...own, independent: true } : own;
  });
