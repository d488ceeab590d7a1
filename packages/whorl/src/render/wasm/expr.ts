// Expressions of the loop IR: scalar where all lanes agree, else four lanes.
// in:  a site, an expression     out: its operand

import type { DType } from '../../graph/dtype.js';
import type { BinaryFn, Expr, Index, UnaryFn } from '../../ir/loop.js';
import { f32, f64, i32, i32x4, i64 } from './constants.js';
import { bufferElement, read, scratchElement } from './elements.js';
import { indexOperand } from './indices.js';
import type { Site } from './site.js';
import type { Operand } from './registers.js';
import { lanes, scalar, scalarType, splat } from './registers.js';
import { scalarBinary, scalarBits, scalarCast, scalarUnary } from './scalar.js';
import type { Value } from './value.js';
import { readVariable } from './variables.js';
import { vectorBinary, vectorSelect, vectorUnary } from './vector.js';
import { vectorCast } from './vector-cast.js';

/** By object: what a statement uses twice is computed once. */
export function evaluate(site: Site, expr: Expr): Operand {
  const known = site.memo.get(expr);
  if (known !== undefined) return known;
  const made = compute(site, expr);
  site.memo.set(expr, made);
  return made;
}

function compute(site: Site, expr: Expr): Operand {
  switch (expr.kind) {
    case 'local':
      return readVariable(site, expr.name);
    case 'const':
      return constant(site, expr.dtype, expr.value);
    case 'param':
      return scalar(expr.dtype, site.params[expr.slot]);
    case 'index':
      return cast(site, expr.dtype, indexOperand(site, expr.index));
    case 'load':
      return read(site, bufferElement(site, expr.buffer, expr.dtype, expr.index));
    case 'peek':
      return read(site, scratchElement(site, expr.scratch, expr.index));
    case 'unary':
      return unary(site, expr.fn, evaluate(site, expr.a));
    case 'binary':
      if (site.b.relaxed) {
        const fused = multiplyAdd(site, expr);
        if (fused !== null) return fused;
      }
      return binary(site, expr.fn, expr.dtype, evaluate(site, expr.a), evaluate(site, expr.b));
    case 'select':
      return select(site, expr.dtype, expr.c, expr.a, expr.b);
    case 'fma':
      return onceRounded(site, expr);
    case 'cast':
      return cast(site, expr.dtype, evaluate(site, expr.a));
    case 'bits':
      return bits(site, expr.dtype, evaluate(site, expr.a));
    case 'inside':
      return inside(site, expr.index, expr.lo, expr.hi);
  }
}

function constant({ b }: Site, dtype: DType, value: number | bigint): Operand {
  switch (scalarType[dtype]) {
    case 'f32':
      return scalar(dtype, f32(b, Math.fround(Number(value))));
    case 'f64':
      return scalar(dtype, f64(b, Number(value)));
    case 'i64':
      return scalar(dtype, i64(b, BigInt(value)));
    default:
      return scalar(dtype, i32(b, Number(value)));
  }
}

function unary({ b }: Site, fn: UnaryFn, a: Operand): Operand {
  return a.varying
    ? vectorUnary(b, fn, a.dtype, a)
    : scalar(a.dtype, scalarUnary(b, fn, a.dtype, a.parts[0]));
}

function binary({ b }: Site, fn: BinaryFn, dtype: DType, x: Operand, y: Operand): Operand {
  return x.varying || y.varying
    ? vectorBinary(b, fn, x.dtype, x, y)
    : scalar(dtype, scalarBinary(b, fn, x.dtype, x.parts[0], y.parts[0]));
}

/** A product plus something as one instruction, where there is one: on lanes of float32. */
function multiplyAdd(site: Site, { fn, dtype, a, b }: Binary): Operand | null {
  if (fn !== 'add' || dtype !== 'float32') return null;
  const [product, other] = isProduct(b) ? [b, a] : [a, b];
  if (!isProduct(product)) return null;
  const operands = [product.a, product.b, other].map((part) => evaluate(site, part));
  if (!operands.some(({ varying }) => varying)) return null;
  const parts = operands.map((operand) => splat(site.b, operand).parts[0]);
  return lanes(dtype, [site.b.value('f32x4.relaxed_madd', parts)]);
}

type Binary = Extract<Expr, { kind: 'binary' }>;

const isProduct = (expr: Expr): expr is Binary => expr.kind === 'binary' && expr.fn === 'mul';

/** In float64 the product is exact; a sum that rounding
 *  twice would spoil does not occur in practice. */
function onceRounded(site: Site, { dtype, a, b, c }: Extract<Expr, { kind: 'fma' }>): Operand {
  const wide = (part: Expr): Operand => cast(site, 'float64', evaluate(site, part));
  const product = binary(site, 'mul', 'float64', wide(a), wide(b));
  return cast(site, dtype, binary(site, 'add', 'float64', product, wide(c)));
}

/** Lanes stay as they are: a v128 has no type of element. */
function bits({ b }: Site, dtype: DType, a: Operand): Operand {
  return a.varying
    ? lanes(dtype, a.parts)
    : scalar(dtype, scalarBits(b, a.dtype, dtype, a.parts[0]));
}

function cast({ b }: Site, dtype: DType, a: Operand): Operand {
  return a.varying
    ? vectorCast(b, dtype, a)
    : scalar(dtype, scalarCast(b, a.dtype, dtype, a.parts[0]));
}

function select(site: Site, dtype: DType, c: Expr, x: Expr, y: Expr): Operand {
  const { b } = site;
  const nearer = pseudoExtremum(site, dtype, c, x, y);
  if (nearer !== null) return nearer;
  const condition = evaluate(site, c);
  const [first, second] = [evaluate(site, x), evaluate(site, y)];
  if (condition.varying || first.varying || second.varying) {
    return vectorSelect(b, dtype, condition, first, second);
  }
  const operands: Value[] = [first.parts[0], second.parts[0], condition.parts[0]];
  const type = scalarType[dtype] as 'i32' | 'i64' | 'f32' | 'f64';
  return scalar(dtype, b.value(`${type}.select`, operands));
}

/** `y < x ? x : y` and `x < y ? x : y` on lanes of floats, relu among them, are one instruction. */
function pseudoExtremum(site: Site, dtype: DType, c: Expr, x: Expr, y: Expr): Operand | null {
  if (dtype !== 'float32' && dtype !== 'float64') return null;
  if (c.kind !== 'binary' || c.fn !== 'lt') return null;
  const isMax = isSame(c.a, y) && isSame(c.b, x);
  if (!isMax && !(isSame(c.a, x) && isSame(c.b, y))) return null;
  const operands = [evaluate(site, y), evaluate(site, x)];
  if (!operands.some(({ varying }) => varying)) return null;
  const [ys, xs] = operands.map((operand) => splat(site.b, operand).parts);
  const op = `${dtype === 'float32' ? 'f32x4' : 'f64x2'}.${isMax ? 'pmax' : 'pmin'}` as const;
  return lanes(
    dtype,
    ys!.map((part, i) => site.b.value(op, [part, xs![i]!])),
  );
}

/** Whether two expressions are one value for certain: what is used twice has a name by now. */
const isSame = (a: Expr, b: Expr): boolean =>
  a === b ||
  (a.kind === 'local' && b.kind === 'local' && a.name === b.name) ||
  (a.kind === 'param' && b.kind === 'param' && a.slot === b.slot);

/** One unsigned comparison does for both bounds. */
function inside(site: Site, index: Index, lo: number, hi: number): Operand {
  const { b } = site;
  const shifted = indexOperand(site, { ...index, constant: index.constant - lo });
  const length = Math.max(hi - lo, 0);
  if (!shifted.varying) {
    return scalar('bool', b.value('i32.lt_u', [shifted.parts[0], i32(b, length)]));
  }
  return lanes('bool', [b.value('i32x4.lt_u', [shifted.parts[0], i32x4(b, length)])]);
}
