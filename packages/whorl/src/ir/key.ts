// A kernel as one exact line: equal lines are equal kernels.
// in:  a kernel     out: text, for caches; people read describeKernel()

import { keyOf } from './index-algebra.js';
import type { Expr, Index, Kernel, Stmt } from './loop.js';

export function kernelKey({ buffers, params, body }: Kernel): string {
  const parts = buffers.map((b) => `${b.dtype}${b.written ? '=' : ':'}${b.size}`);
  return `${parts.join()};${params.join()};${stmtsKey(body)}`;
}

const stmtsKey = (stmts: readonly Stmt[]): string => stmts.map(stmtKey).join('');

function stmtKey(stmt: Stmt): string {
  switch (stmt.kind) {
    case 'loop':
      return (
        `${stmt.mode}${stmt.grain ?? ''}${stmt.range.name}:${stmt.range.extent}` +
        `{${stmtsKey(stmt.body)}}`
      );
    case 'let':
      return `${stmt.local.name} ${stmt.local.dtype}=${exprKey(stmt.value)};`;
    case 'var':
      return `!${stmt.local.name} ${stmt.local.dtype}=${exprKey(stmt.value)};`;
    case 'assign':
      return `${stmt.local.name}:=${exprKey(stmt.value)};`;
    case 'store':
      return `m${stmt.buffer}[${indexKey(stmt.index)}]=${exprKey(stmt.value)};`;
    case 'poke':
      return (
        `${stmt.scratch.name}/${stmt.scratch.dtype}${stmt.scratch.length}` +
        `[${indexKey(stmt.index)}]=${exprKey(stmt.value)};`
      );
    case 'if':
      return `${stmt.rare ? '??' : '?'}${exprKey(stmt.condition)}{${stmtsKey(stmt.body)}}`;
    case 'check':
      return `#${stmt.code}${exprKey(stmt.ok)};`;
  }
}

const constantKey = (value: number | bigint): string =>
  Object.is(value, -0) ? '-0' : String(value);

function exprKey(expr: Expr): string {
  switch (expr.kind) {
    case 'local':
      return expr.name;
    case 'const':
      return `${constantKey(expr.value)}${expr.dtype}`;
    case 'param':
      return `p${expr.slot}`;
    case 'index':
      return `<${indexKey(expr.index)}>${expr.dtype}`;
    case 'load':
      return `m${expr.buffer}[${indexKey(expr.index)}]`;
    case 'peek':
      return `${expr.scratch.name}[${indexKey(expr.index)}]`;
    case 'unary':
      return `${expr.fn}(${exprKey(expr.a)})`;
    case 'binary':
      return `${expr.fn}(${exprKey(expr.a)},${exprKey(expr.b)})`;
    case 'select':
      return `(${exprKey(expr.c)}?${exprKey(expr.a)}:${exprKey(expr.b)})`;
    case 'fma':
      return `fma(${exprKey(expr.a)},${exprKey(expr.b)},${exprKey(expr.c)})`;
    case 'cast':
      return `${expr.dtype}(${exprKey(expr.a)})`;
    case 'bits':
      return `~${expr.dtype}(${exprKey(expr.a)})`;
    case 'inside':
      return `(${expr.lo}<${indexKey(expr.index)}<${expr.hi})`;
  }
}

/** Values used as addresses are named before, except where they stand for themselves. */
function indexKey(index: Index): string {
  let key = keyOf(index);
  for (const { atom } of index.terms) {
    if (atom.kind === 'value' && atom.value.kind !== 'local') key += `@${exprKey(atom.value)}`;
  }
  return key;
}
