// A kernel as one exact line: equal lines are equal kernels.
// in:  a kernel     out: text, for caches; people read describeKernel()
//
// Whatever a pass or a renderer may look at stands in it, the kernel's own name excepted: that is
// for people. What is left out here is a wrong result somewhere, since kernels share their code.

import { keyOf } from './index-algebra.js';
import type { Expr, Kernel, Stmt } from './loop.js';

export function kernelKey({ buffers, params, body }: Kernel): string {
  const parts = buffers.map((b) => `${b.dtype}${b.written ? '=' : ':'}${b.size}`);
  return `${parts.join()};${params.join()};${stmtsKey(body)}`;
}

const stmtsKey = (stmts: readonly Stmt[]): string => stmts.map(stmtKey).join('');

function stmtKey(stmt: Stmt): string {
  switch (stmt.kind) {
    case 'loop':
      return `${loopKey(stmt)}{${stmtsKey(stmt.body)}}`;
    case 'let':
      return `${stmt.local.name} ${stmt.local.dtype}=${exprKey(stmt.value)};`;
    case 'var':
      return `!${stmt.local.name} ${stmt.local.dtype}=${exprKey(stmt.value)};`;
    case 'assign':
      return `${stmt.local.name}:=${exprKey(stmt.value)};`;
    case 'store':
      return `m${stmt.buffer}[${keyOf(stmt.index)}]=${exprKey(stmt.value)};`;
    case 'poke':
      return (
        `${stmt.scratch.name}/${stmt.scratch.dtype}${stmt.scratch.length}` +
        `[${keyOf(stmt.index)}]=${exprKey(stmt.value)};`
      );
    case 'if':
      return `${stmt.rare ? '??' : '?'}${exprKey(stmt.condition)}{${stmtsKey(stmt.body)}}`;
    case 'check':
      return `#${stmt.code}${exprKey(stmt.ok)};`;
  }
}

function loopKey({ mode, grain, independent, range }: Extract<Stmt, { kind: 'loop' }>): string {
  const how = `${mode}${grain ?? ''}${independent ? '||' : ''}`;
  const { name, extent, origin } = range;
  return `${how}${name}${origin === undefined ? '' : `<${origin}`}:${extent}`;
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
      return `<${keyOf(expr.index)}>${expr.dtype}`;
    case 'load':
      return `m${expr.buffer}[${keyOf(expr.index)}]`;
    case 'peek':
      return `${expr.scratch.name}[${keyOf(expr.index)}]`;
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
      return `(${expr.lo}<${keyOf(expr.index)}<${expr.hi})`;
  }
}
