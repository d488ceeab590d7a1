// Panels that are the same for every tile of rows are filled once, in front of the loop over tiles.
// in:  statements with panels
// out: the same, copies that do not depend on a parallel loop in front of it

import type { BufferSpec, Index, Loop, Stmt } from '../ir/loop.js';
import { mapStmts } from '../ir/map.js';
import { partsIn, someStmt } from '../ir/walk.js';
import { filledIn } from './accesses.js';

export const hoistPanels = (
  stmts: readonly Stmt[],
  buffers: readonly BufferSpec[],
): readonly Stmt[] =>
  mapStmts(stmts, (stmt) => {
    if (stmt.kind !== 'loop' || stmt.mode !== 'parallel') return stmt;
    const filled = stmt.body.map((inner) => filledIn([inner]));
    const panels = stmt.body.filter(
      (inner, i) =>
        isSame(inner, stmt, buffers) &&
        // nothing else of a turn uses the same scratch memory
        filled.every((names, j) => i === j || !names.some((name) => filled[i]!.includes(name))),
    );
    const body = stmt.body.filter((inner) => !panels.includes(inner));
    return [...panels, { ...stmt, body }];
  });

/** Copies from what the kernel does not write, at places that the loop does not move. */
const isSame = (stmt: Stmt, around: Loop, buffers: readonly BufferSpec[]): boolean =>
  !someStmt([stmt], (own) => {
    if (own.kind === 'loop') return false;
    if (own.kind !== 'poke' || moves(own.index, around)) return true;
    return partsIn(own.value).some((part) =>
      part.kind === 'load'
        ? buffers[part.buffer]!.written || moves(part.index, around)
        : part.kind !== 'const' && part.kind !== 'param',
    );
  });

/** An address that is more than a sum of ranges is taken to be another one in each turn. */
const moves = ({ terms }: Index, { range }: Loop): boolean =>
  terms.some(({ atom }) => atom.kind !== 'range' || atom.name === range.name);
