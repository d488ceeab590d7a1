// A kernel as short pseudo code, for people.
// in:  a kernel     out: lines; nothing reads them back

import type { Expr, Index, Kernel, Stmt } from '../ir/loop.js';
import { grouped, indexText } from './js/index-text.js';
import { symbols as jsSymbols } from './js/operations.js';

const symbols = { ...jsSymbols, eq: '==', ne: '!=' };

export function describeKernel({ name, buffers, params, body }: Kernel): string {
  const args = [
    ...buffers.map(
      ({ dtype, size, written }, i) => `${written ? 'out ' : ''}m${i}: ${dtype}[${size}]`,
    ),
    ...params.map((dtype, i) => `p${i}: ${dtype}`),
  ];
  return [`${name}(${args.join(', ')})`, ...lines(body, '  ')].join('\n');
}

const modes = { serial: '', vector: ' as lanes', parallel: ' as blocks' } as const;

const lines = (stmts: readonly Stmt[], indent: string): string[] =>
  stmts.flatMap((stmt) => statement(stmt, indent));

function statement(stmt: Stmt, indent: string): string[] {
  const line = (text: string): string[] => [indent + text];
  switch (stmt.kind) {
    case 'loop': {
      const {
        range: { name, extent },
        mode,
        body,
      } = stmt;
      const head = `${indent}for ${name} < ${extent}${modes[mode]}`;
      return [head, ...lines(body, `${indent}  `)];
    }
    case 'let':
      return line(`${stmt.local.name} = ${text(stmt.value)}`);
    case 'var':
      return line(`var ${stmt.local.name} = ${text(stmt.value)}`);
    case 'assign':
      return line(`${stmt.local.name} := ${text(stmt.value)}`);
    case 'store':
      return line(`m${stmt.buffer}[${indexOf(stmt.index)}] := ${text(stmt.value)}`);
    case 'poke':
      return line(`${stmt.scratch.name}[${indexOf(stmt.index)}] := ${text(stmt.value)}`);
    case 'if':
      return [`${indent}if ${text(stmt.condition)}`, ...lines(stmt.body, `${indent}  `)];
    case 'check':
      return line(`check ${text(stmt.ok)} else ${stmt.code}`);
  }
}

function text(expr: Expr): string {
  switch (expr.kind) {
    case 'local':
      return expr.name;
    case 'const':
      return `${expr.value}`;
    case 'param':
      return `p${expr.slot}`;
    case 'index':
      return grouped(indexOf(expr.index));
    case 'load':
      return `m${expr.buffer}[${indexOf(expr.index)}]`;
    case 'peek':
      return `${expr.scratch.name}[${indexOf(expr.index)}]`;
    case 'unary':
      return `${expr.fn}(${text(expr.a)})`;
    case 'binary': {
      const symbol = symbols[expr.fn];
      return symbol === undefined
        ? `${expr.fn}(${text(expr.a)}, ${text(expr.b)})`
        : `(${text(expr.a)} ${symbol} ${text(expr.b)})`;
    }
    case 'select':
      return `(${text(expr.c)} ? ${text(expr.a)} : ${text(expr.b)})`;
    case 'fma':
      return `fma(${text(expr.a)}, ${text(expr.b)}, ${text(expr.c)})`;
    case 'cast':
      return `${expr.dtype}(${text(expr.a)})`;
    case 'bits':
      return `${expr.dtype}bits(${text(expr.a)})`;
    case 'inside':
      return `(${expr.lo} <= ${indexOf(expr.index)} < ${expr.hi})`;
  }
}

const indexOf = (index: Index): string =>
  indexText(index, {
    range: (name) => name,
    param: (slot) => `p${slot}`,
    value: ({ value }) => text(value),
    div: (of, by) => `(${grouped(of)} // ${by})`,
    mod: (of, by) => `(${grouped(of)} % ${by})`,
  });
