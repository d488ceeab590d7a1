// How a value of a dtype lies in registers: one scalar, or four lanes in one v128 (64-bit: in two).
// in:  scalars or lanes     out: lanes or scalars; a bool's lanes are masks, 0 or -1, uint8's i32

import type { DType } from '../../graph/dtype.js';
import { i32 } from './constants.js';
import { encoded } from './encoding/encoder.js';
import type { OpName, WasmType } from './encoding/opcodes.js';
import type { Builder, Value } from './value.js';

/** What an expression gave: one scalar, or the v128 parts of four lanes. */
export interface Operand {
  readonly dtype: DType;
  readonly parts: readonly Value[];
  /** Whether the parts are v128. */
  readonly varying: boolean;
}

/** Numbers of 4 bytes in a v128. The device's record says so too: passes cut loops by it. */
export const laneCount = 4;

export const scalarType: Record<DType, WasmType> = {
  bool: 'i32',
  uint8: 'i32',
  int32: 'i32',
  int64: 'i64',
  float32: 'f32',
  float64: 'f64',
};

export type VectorShape = 'i32x4' | 'i64x2' | 'f32x4' | 'f64x2';

export const vectorShape: Record<DType, VectorShape> = {
  bool: 'i32x4',
  uint8: 'i32x4',
  int32: 'i32x4',
  int64: 'i64x2',
  float32: 'f32x4',
  float64: 'f64x2',
};

export const partCount = (dtype: DType): number =>
  dtype === 'int64' || dtype === 'float64' ? 2 : 1;

export const scalar = (dtype: DType, value: Value): Operand => ({
  dtype,
  parts: [value],
  varying: false,
});

export const lanes = (dtype: DType, parts: readonly Value[]): Operand => ({
  dtype,
  parts,
  varying: true,
});

/** The same scalar in every lane. */
export function splat(b: Builder, operand: Operand): Operand {
  if (operand.varying) return operand;
  const {
    dtype,
    parts: [value],
  } = operand;
  const part = splatPart(b, dtype, value);
  return lanes(dtype, partCount(dtype) === 2 ? [part, part] : [part]);
}

/** A scalar that was loaded is loaded once more, into all lanes: one instruction for two. */
function splatPart(b: Builder, dtype: DType, value: Value): Value {
  if (value.constant !== null) return splatConstant(b, dtype, value.constant);
  const op = splatLoads[value.op ?? ''];
  if (op !== undefined && isCurrent(b, value)) {
    return b.value(op, value.args, value.immediate, value.source);
  }
  const lane = dtype === 'bool' ? b.value('i32.sub', [i32(b, 0), value]) : value;
  return b.value(`${vectorShape[dtype]}.splat`, [lane]);
}

/** Whether loading once more would give the same: what it was loaded from has not changed since. */
const isCurrent = (b: Builder, value: Value): boolean =>
  !b.changing.has(value.source!.name) ||
  b.value(value.op!, value.args, value.immediate, value.source) === value;

const splatLoads: Partial<Record<string, OpName>> = {
  'f32.load': 'v128.load32_splat',
  'i32.load': 'v128.load32_splat',
  'f64.load': 'v128.load64_splat',
  'i64.load': 'v128.load64_splat',
};

/** The bytes of the scalar, as often as they fit. */
export function splatConstant(b: Builder, dtype: DType, constant: number | bigint): Value {
  const lane = laneBytes(dtype, constant);
  const half = lane.length === 8 ? lane : lane.concat(lane);
  return b.value('v128.const', [], half.concat(half));
}

function laneBytes(dtype: DType, constant: number | bigint): number[] {
  if (dtype === 'bool') return encoded('i32', -Number(constant));
  return encoded(scalarType[dtype], constant);
}

/** One lane as a scalar. Of a mask 0 or 1. */
export function extract(b: Builder, operand: Operand, lane: number): Value {
  const { dtype, parts, varying } = operand;
  if (!varying) return parts[0];
  const shape = vectorShape[dtype];
  if (parts.length === 2) {
    return b.value(`${shape}.extract_lane`, [parts[lane >> 1]], [lane & 1]);
  }
  const value = b.value(`${shape}.extract_lane`, [parts[0]], [lane]);
  return dtype === 'bool' ? b.value('i32.and', [value, i32(b, 1)]) : value;
}

/** Four scalars as lanes. */
export function join(b: Builder, dtype: DType, scalars: readonly Value[]): Operand {
  const shape = vectorShape[dtype];
  const perPart = laneCount / partCount(dtype);
  const parts: Value[] = [];
  for (let first = 0; first < laneCount; first += perPart) {
    let part = b.value(`${shape}.splat`, [scalars[first]]);
    for (let lane = 1; lane < perPart; lane++) {
      part = b.value(`${shape}.replace_lane`, [part, scalars[first + lane]], [lane]);
    }
    parts.push(dtype === 'bool' ? b.value('i32x4.neg', [part]) : part);
  }
  return lanes(dtype, parts);
}

/** For what has no vector form: computes each lane as a scalar. */
export function laneByLane(
  b: Builder,
  dtype: DType,
  operands: readonly Operand[],
  compute: (...scalars: Value[]) => Value,
): Operand {
  const results: Value[] = [];
  for (let lane = 0; lane < laneCount; lane++) {
    results.push(compute(...operands.map((operand) => extract(b, operand, lane))));
  }
  return join(b, dtype, results);
}

/** The even 32-bit words of two registers: masks or integers of 64 bits as lanes of 32. */
export const evenWords = (b: Builder, low: Value, high: Value): Value =>
  b.value('i8x16.shuffle', [low, high], words(0, 2, 4, 6));

/** The low halves of two registers side by side. */
export const lowHalves = (b: Builder, low: Value, high: Value): Value =>
  b.value('i8x16.shuffle', [low, high], words(0, 1, 4, 5));

/** The high half in front, where instructions that read the low half find it. */
export const highHalf = (b: Builder, part: Value): Value =>
  b.value('i8x16.shuffle', [part, part], words(2, 3, 2, 3));

const words = (...order: number[]): number[] =>
  order.flatMap((word) => [4 * word, 4 * word + 1, 4 * word + 2, 4 * word + 3]);

/** i32 lanes, or a mask, as two registers of 64-bit lanes. */
export const widen = (b: Builder, part: Value): Value[] => [
  b.value('i64x2.extend_low_i32x4_s', [part]),
  b.value('i64x2.extend_high_i32x4_s', [part]),
];
