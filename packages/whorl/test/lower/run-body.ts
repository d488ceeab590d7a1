// Turns a body into a JavaScript function: a second, tiny renderer that the tests can trust.
// in:  a body, a dtype     out: a function on numbers (bigints for int64), rounding as the IR says

import type { DType } from '../../src/graph/dtype.js';
import type { Body, Rarely } from '../../src/lower/bodies/index.js';
import type { BinaryFn, Expr, UnaryFn } from '../../src/ir/loop.js';
import { routine } from '../../src/lower/routines.js';

type Numeric = number | bigint;

const words = new DataView(new ArrayBuffer(8));
const bitsTo = {
  float32: (v: Numeric) => {
    words.setInt32(0, Number(v));
    return words.getFloat32(0);
  },
  int32: (v: Numeric) => {
    words.setFloat32(0, Number(v));
    return words.getInt32(0);
  },
  float64: (v: Numeric) => {
    words.setBigInt64(0, BigInt(v));
    return words.getFloat64(0);
  },
  int64: (v: Numeric) => {
    words.setFloat64(0, Number(v));
    return words.getBigInt64(0);
  },
};

function nearest(x: number): number {
  const down = Math.floor(x);
  const middle = x - down;
  if (middle === 0.5) return down % 2 === 0 ? down : down + 1;
  return Math.round(x);
}

/** A routine: names one after the other. */
let largeAngleCode: ((x: number) => number) | undefined;
function largeAngle(x: number): number {
  if (largeAngleCode === undefined) {
    const { params, body, result } = routine('largeAngle');
    const lines = body.map((stmt) => {
      if (stmt.kind !== 'let') throw new Error(`the tests know no ${stmt.kind} in a routine`);
      return `const ${stmt.local.name} = ${code(stmt.value)};`;
    });
    const text = `${lines.join('\n')}\nreturn ${code(result)};`;
    const make = new Function('s', `return (${params[0]!.name}) => {\n${text}\n};`);
    largeAngleCode = make(support) as (x: number) => number;
  }
  return largeAngleCode(x);
}

const support = { bitsTo, nearest, largeAngle };

/** Brings a result back into its type. */
const rounded: Record<DType, (code: string) => string> = {
  float32: (c) => `Math.fround(${c})`,
  float64: (c) => c,
  bool: (c) => `(${c} ? 1 : 0)`,
  int32: (c) => `(${c} | 0)`,
  uint8: (c) => `(${c} & 255)`,
  int64: (c) => `BigInt.asIntN(64, ${c})`,
};

const unaryCode: Record<UnaryFn, (a: string) => string> = {
  neg: (a) => `(-${a})`,
  abs: (a) => `Math.abs(${a})`,
  sqrt: (a) => `Math.sqrt(${a})`,
  floor: (a) => `Math.floor(${a})`,
  ceil: (a) => `Math.ceil(${a})`,
  trunc: (a) => `Math.trunc(${a})`,
  nearest: (a) => `s.nearest(${a})`,
  not: (a) => `(!${a})`,
  largeAngle: (a) => `s.largeAngle(${a})`,
};

const infix: Partial<Record<BinaryFn, string>> = {
  add: '+',
  sub: '-',
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

function binaryCode(fn: BinaryFn, dtype: DType, a: string, b: string): string {
  if (fn === 'min' || fn === 'max') return `Math.${fn}(${a}, ${b})`;
  if (fn === 'mul') return dtype === 'int32' ? `Math.imul(${a}, ${b})` : `(${a} * ${b})`;
  return `(${a} ${infix[fn]!} ${b})`;
}

function castCode(from: DType, to: DType, a: string): string {
  if (to === 'float32' || to === 'float64') return `Number(${a})`;
  if (from === 'int64' && to === 'int32') return `Number(BigInt.asIntN(32, ${a}))`;
  if (to === 'int32' && from === 'bool') return `Number(${a})`;
  if (to === 'int64' && (from === 'bool' || from === 'int32')) return `BigInt(${a})`;
  if (to === 'int64' && from === 'float64') return `BigInt(Math.trunc(${a}))`;
  throw new Error(`the tests know no cast from ${from} to ${to}`);
}

function code(e: Expr): string {
  switch (e.kind) {
    case 'local':
      return e.name;
    case 'const':
      return typeof e.value === 'bigint' ? `(${e.value}n)` : number(e.value);
    case 'unary':
      return rounded[e.dtype](unaryCode[e.fn](code(e.a)));
    case 'binary':
      return rounded[e.dtype](binaryCode(e.fn, e.dtype, code(e.a), code(e.b)));
    case 'select':
      return `(${code(e.c)} ? ${code(e.a)} : ${code(e.b)})`;
    case 'fma':
      return rounded[e.dtype](`(${code(e.a)} * ${code(e.b)} + ${code(e.c)})`);
    case 'cast':
      return rounded[e.dtype](castCode(e.a.dtype, e.dtype, code(e.a)));
    case 'bits':
      return `s.bitsTo.${e.dtype}(${code(e.a)})`;
    default:
      throw new Error(`a body has no ${e.kind}`);
  }
}

const number = (v: number): string => (Object.is(v, -0) ? '(-0)' : `(${v})`);

export interface Compiled {
  readonly run: (...args: Numeric[]) => Numeric;
  /** operations, constants and locals not counted */
  readonly operations: number;
}

export function compileBody(body: Body, dtype: DType, arity = 1, hasFloat64 = true): Compiled {
  const names = Array.from({ length: arity }, (_, i) => `x${i}`);
  const args = names.map((name): Expr => ({ kind: 'local', name, dtype }));
  const lines: string[] = [];
  let operations = 0;
  let isRare = false;
  const emit = (value: Expr): Expr => {
    const name = `v${lines.length}`;
    if (!isRare) operations += countOperations(value);
    lines.push(`const ${name} = ${code(value)};`);
    return { kind: 'local', name, dtype: value.dtype };
  };
  // what stands behind the branch is not counted
  const rarely: Rarely = (condition, usual, unusual) => {
    operations += countOperations(condition);
    const locals = usual.map((value, i): Expr => {
      operations += countOperations(value);
      const name = `w${lines.length}_${i}`;
      lines.push(`let ${name} = ${code(value)};`);
      return { kind: 'local', name, dtype: value.dtype };
    });
    isRare = true;
    lines.push(`if (${code(condition)}) {`);
    unusual().forEach((value, i) => lines.push(`${code(locals[i]!)} = ${code(value)};`));
    lines.push('}');
    isRare = false;
    return locals;
  };
  const result = body(args, dtype, emit, rarely, hasFloat64);
  operations += countOperations(result);
  const text = `${lines.join('\n')}\nreturn ${code(result)};`;
  const make = new Function('s', `return (${names.join(', ')}) => {\n${text}\n};`);
  return { run: make(support) as Compiled['run'], operations };
}

function countOperations(e: Expr): number {
  switch (e.kind) {
    case 'bits':
      return countOperations(e.a);
    case 'unary':
    case 'cast':
      return 1 + countOperations(e.a);
    case 'binary':
      return 1 + countOperations(e.a) + countOperations(e.b);
    case 'fma':
    case 'select':
      return 1 + countOperations(e.c) + countOperations(e.a) + countOperations(e.b);
    default:
      return 0;
  }
}
