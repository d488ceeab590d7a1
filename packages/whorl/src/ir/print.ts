// A kernel as short pseudo code, for people.
// in:  a kernel     out: lines; nothing reads them back

import type { Atom, BinaryFn, Expr, Index, Kernel, LoopMode, Stmt } from './loop.js';

export function describeKernel({ name, buffers, params, body }: Kernel): string {
  const args = [
    ...buffers.map(
      ({ dtype, size, written }, i) => `${written ? 'out ' : ''}m${i}: ${dtype}[${size}]`,
    ),
    ...params.map((dtype, i) => `p${i}: ${dtype}`),
  ];
  return [`${name}(${args.join(', ')})`, ...lines(body, '  ')].join('\n');
}

const modes: Record<LoopMode, string> = { serial: '', vector: ' as lanes', parallel: ' as blocks' };

const lines = (stmts: readonly Stmt[], indent: string): string[] =>
  stmts.flatMap((stmt) => {
    const own = `${indent}${line(stmt)}`;
    return 'body' in stmt ? [own, ...lines(stmt.body, `${indent}  `)] : [own];
  });

function line(stmt: Stmt): string {
  switch (stmt.kind) {
    case 'loop':
      return `for ${stmt.range.name} < ${stmt.range.extent}${modes[stmt.mode]}`;
    case 'let':
      return `${stmt.local.name} = ${text(stmt.value)}`;
    case 'var':
      return `var ${stmt.local.name} = ${text(stmt.value)}`;
    case 'assign':
      return `${stmt.local.name} := ${text(stmt.value)}`;
    case 'store':
      return `m${stmt.buffer}[${sum(stmt.index)}] := ${text(stmt.value)}`;
    case 'poke':
      return `${stmt.scratch.name}[${sum(stmt.index)}] := ${text(stmt.value)}`;
    case 'if':
      return `if ${text(stmt.condition)}`;
    case 'check':
      return `check ${text(stmt.ok)} else ${stmt.code}`;
  }
}

/** The operations that have a sign. */
export const signs: Partial<Record<BinaryFn, string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  rem: '%',
  and: '&',
  or: '|',
  xor: '^',
  shl: '<<',
  shr: '>>',
  eq: '==',
  ne: '!=',
  lt: '<',
  le: '<=',
};

function text(expr: Expr): string {
  switch (expr.kind) {
    case 'local':
      return expr.name;
    case 'const':
      return `${expr.value}`;
    case 'param':
      return `p${expr.slot}`;
    case 'index':
      return grouped(sum(expr.index));
    case 'load':
      return `m${expr.buffer}[${sum(expr.index)}]`;
    case 'peek':
      return `${expr.scratch.name}[${sum(expr.index)}]`;
    case 'unary':
      return `${expr.fn}(${text(expr.a)})`;
    case 'binary': {
      const [sign, a, b] = [signs[expr.fn], text(expr.a), text(expr.b)];
      return sign === undefined ? `${expr.fn}(${a}, ${b})` : `(${a} ${sign} ${b})`;
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
      return `(${expr.lo} <= ${sum(expr.index)} < ${expr.hi})`;
  }
}

const sum = (index: Index): string => indexText(index, atomText);

function atomText(atom: Atom): string {
  switch (atom.kind) {
    case 'range':
      return atom.name;
    case 'param':
      return `p${atom.slot}`;
    case 'value':
      return atom.value.name;
    case 'div':
      return `(${grouped(sum(atom.of))} // ${atom.by})`;
    case 'mod':
      return `(${grouped(sum(atom.of))} % ${atom.by})`;
  }
}

/** An address as a sum: 100 * i + j + 3. */
export function indexText({ constant, terms }: Index, textOf: (atom: Atom) => string): string {
  let sum = '';
  const add = (amount: number, written: string): void => {
    const sign = sum === '' ? (amount < 0 ? '-' : '') : amount < 0 ? ' - ' : ' + ';
    sum += sign + written;
  };
  for (const { coefficient, atom } of terms) {
    const size = Math.abs(coefficient);
    if (size > 0) add(coefficient, size === 1 ? textOf(atom) : `${size} * ${textOf(atom)}`);
  }
  if (constant !== 0 || sum === '') add(constant, `${Math.abs(constant)}`);
  return sum;
}

/** A sum in parentheses, a single name or number as it is. */
export const grouped = (written: string): string =>
  /^[\w.[\]]+$/.test(written) ? written : `(${written})`;
