// Expressions of the loop IR: scalar where all lanes agree, else four lanes.
// in:  a place, an expression     out: its operand

import type { DType } from '../../graph/dtype.js';
import { itemSize } from '../../graph/dtype.js';
import type { Expr, Index } from '../../lower/loop.js';
import type { Address } from './address.js';
import { f32, f64, i32, i32x4, i64 } from './constants.js';
import { indicesOf } from './indices.js';
import { loadContiguous, loadLanes, loadScalar } from './memory.js';
import type { Place } from './place.js';
import { bufferSource, scratchSource, varSource } from './place.js';
import type { Operand } from './registers.js';
import { extract, lanes, partCount, scalar, scalarType, splat } from './registers.js';
import { scalarBinary, scalarBits, scalarCast, scalarUnary } from './scalar.js';
import type { Source, Value } from './value.js';
import { vectorBinary, vectorSelect, vectorUnary } from './vector.js';
import { vectorCast } from './vector-cast.js';

export function evaluate(place: Place, expr: Expr): Operand {
  const known = place.memo.get(expr);
  if (known !== undefined) return known;
  const made = compute(place, expr);
  place.memo.set(expr, made);
  return made;
}

export const indices = indicesOf(evaluate);

function compute(place: Place, expr: Expr): Operand {
  const { b } = place;
  switch (expr.kind) {
    case 'local': return readName(place, expr.name);
    case 'const': return constant(place, expr.dtype, expr.value);
    case 'param': return scalar(expr.dtype, place.params[expr.slot]);
    case 'index': return cast(place, expr.dtype, indices.operand(place, expr.index));
    case 'load': {
      const { buffer, index } = expr;
      return load(place, expr.dtype, place.pointers[buffer], index, bufferSource(buffer));
    }
    case 'peek': {
      const { scratch, index } = expr;
      return load(place, expr.dtype, place.scratch, scratchIndex(place, scratch.name, index,
        expr.dtype), scratchSource(scratch));
    }
    case 'unary': {
      const a = evaluate(place, expr.a);
      return a.varying ? vectorUnary(b, expr.fn, expr.dtype, a)
        : scalar(expr.dtype, scalarUnary(b, expr.fn, expr.dtype, a.parts[0]));
    }
    case 'binary': {
      const x = evaluate(place, expr.a), y = evaluate(place, expr.b);
      return x.varying || y.varying ? vectorBinary(b, expr.fn, expr.a.dtype, x, y)
        : scalar(expr.dtype, scalarBinary(b, expr.fn, expr.a.dtype, x.parts[0], y.parts[0]));
    }
    case 'select': return select(place, expr.dtype, expr.c, expr.a, expr.b);
    case 'cast': return cast(place, expr.dtype, evaluate(place, expr.a));
    case 'bits': {
      const a = evaluate(place, expr.a);
      return a.varying ? lanes(expr.dtype, a.parts)
        : scalar(expr.dtype, scalarBits(b, a.dtype, expr.dtype, a.parts[0]));
    }
    case 'inside': return inside(place, expr.index, expr.lo, expr.hi);
  }
}

function readName(place: Place, name: string): Operand {
  const { b, lane } = place;
  const binding = place.names.get(name);
  if (binding === undefined) throw new Error(`${name} is used before it is defined`);
  const operand = binding.kind === 'let' ? binding.operand : {
    dtype: binding.dtype, varying: binding.varying,
    parts: binding.locals.map((local) => b.local(local,
      binding.varying ? 'v128' : scalarType[binding.dtype], binding.home, varSource(name))),
  };
  if (lane === null || !operand.varying) return operand;
  return scalar(operand.dtype, extract(b, operand, lane));
}

function constant({ b }: Place, dtype: DType, value: number | bigint): Operand {
  switch (scalarType[dtype]) {
    case 'f32': return scalar(dtype, f32(b, Math.fround(Number(value))));
    case 'f64': return scalar(dtype, f64(b, Number(value)));
    case 'i64': return scalar(dtype, i64(b, BigInt(value)));
    default: return scalar(dtype, i32(b, Number(value)));
  }
}

export function cast({ b }: Place, dtype: DType, a: Operand): Operand {
  return a.varying ? vectorCast(b, dtype, a)
    : scalar(dtype, scalarCast(b, a.dtype, dtype, a.parts[0]));
}

function select(place: Place, dtype: DType, c: Expr, x: Expr, y: Expr): Operand {
  const { b } = place;
  const condition = evaluate(place, c), first = evaluate(place, x), second = evaluate(place, y);
  if (condition.varying || first.varying || second.varying) {
    return vectorSelect(b, dtype, condition, first, second);
  }
  const operands: Value[] = [first.parts[0], second.parts[0], condition.parts[0]];
  const type = scalarType[dtype] as 'i32' | 'i64' | 'f32' | 'f64';
  return scalar(dtype, b.value(`${type}.select`, operands));
}

/** One unsigned comparison does for both bounds. */
function inside(place: Place, index: Index, lo: number, hi: number): Operand {
  const { b } = place;
  const shifted = indices.operand(place, { ...index, constant: index.constant - lo });
  const length = Math.max(hi - lo, 0);
  if (!shifted.varying) {
    return scalar('bool', b.value('i32.lt_u', [shifted.parts[0], i32(b, length)]));
  }
  return lanes('bool', [b.value('i32x4.lt_u', [shifted.parts[0], i32x4(b, length)])]);
}

/** A scratch array's index, with the place of the array in it. */
export function scratchIndex(place: Place, name: string, index: Index, dtype: DType): Index {
  const first = (place.scratchOffsets.get(name) ?? 0) / itemSize[dtype];
  return { ...index, constant: index.constant + first };
}

function load(
  place: Place, dtype: DType, pointer: Value, index: Index, source: Source,
): Operand {
  const { b } = place;
  const size = itemSize[dtype], inScratch = pointer === place.scratch;
  const stride = indices.stride(place, index);
  const address = (): Address => indices.address(place, pointer, index, size, inScratch);
  if (stride === 0) return loadScalar(b, dtype, address(), source);
  if (stride === 1) return loadContiguous(b, dtype, address(), source);
  return loadLanes(b, dtype, indices.addresses(place, pointer, index, size, inScratch), source);
}

/** The parts that a variable's locals hold. */
export function partsFor(place: Place, operand: Operand, varying: boolean): readonly Value[] {
  return varying ? splat(place.b, operand).parts : operand.parts;
}

export const localsFor = ({ b }: Place, dtype: DType, varying: boolean): number[] =>
  Array.from({ length: varying ? partCount(dtype) : 1 },
    () => b.newLocal(varying ? 'v128' : scalarType[dtype]));
