// Moves what a loop loads for all its turns into the only loop inside: then they can change places.
// in:  statements     out: the same computations; loops that hold nothing but another loop
//
// A bias per row stands in front of the loop over the row's elements. It costs nothing further
// inside: a renderer computes what does not change in a loop before it.

import type { Kernel, Stmt } from '../ir/loop.js';
import { mapBody, mapStmts } from '../ir/map.js';

type Buffers = Kernel['buffers'];

export const sinkLoads = (stmts: readonly Stmt[], buffers: Buffers): readonly Stmt[] =>
  mapStmts(stmts, (stmt) =>
    stmt.kind === 'loop' ? mapBody(stmt, (body) => sinkLoads(sunk(body, buffers), buffers)) : stmt,
  );

function sunk(body: readonly Stmt[], buffers: Buffers): readonly Stmt[] {
  const last = body[body.length - 1];
  if (body.length < 2 || last.kind !== 'loop' || last.independent !== true) return body;
  if (!last.body.some(({ kind }) => kind === 'loop')) return body;
  const loads = body.slice(0, -1);
  if (!loads.every((stmt) => isLoad(stmt, buffers))) return body;
  return [{ ...last, body: [...loads, ...last.body] }];
}

const isLoad = (stmt: Stmt, buffers: Buffers): boolean =>
  stmt.kind === 'let' && stmt.value.kind === 'load' && !buffers[stmt.value.buffer].written;
