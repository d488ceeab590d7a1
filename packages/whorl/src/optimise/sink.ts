// Moves what a loop loads for all its turns into the only loop inside: then they can change places.
// in:  statements     out: the same computations; loops that hold nothing but another loop
//
// A bias per row stands in front of the loop over the row's elements. It costs nothing further
// inside: a renderer computes what does not change in a loop before it.

import type { Kernel, Stmt } from '../ir/loop.js';
import type { Independent } from './independent.js';

type Buffers = Kernel['buffers'];

export const sinkLoads = (
  stmts: readonly Stmt[],
  buffers: Buffers,
  independent: Independent,
): Stmt[] =>
  stmts.map((stmt) => {
    if (stmt.kind !== 'loop') return stmt;
    const body = sunk(stmt.body, buffers, independent);
    return { ...stmt, body: sinkLoads(body, buffers, independent) };
  });

function sunk(body: readonly Stmt[], buffers: Buffers, independent: Independent): readonly Stmt[] {
  const last = body[body.length - 1];
  if (body.length < 2 || last.kind !== 'loop' || !independent.has(last.range.name)) return body;
  if (!last.body.some(({ kind }) => kind === 'loop')) return body;
  const loads = body.slice(0, -1);
  if (!loads.every((stmt) => isLoad(stmt, buffers))) return body;
  return [{ ...last, body: [...loads, ...last.body] }];
}

const isLoad = (stmt: Stmt, buffers: Buffers): boolean =>
  stmt.kind === 'let' && stmt.value.kind === 'load' && !buffers[stmt.value.buffer].written;
