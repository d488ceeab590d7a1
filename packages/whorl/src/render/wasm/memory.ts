// Loads and stores of one element or of four lanes.
// in:  addresses and operands     out: operands; store steps in the builder

import type { DType } from '../../graph/dtype.js';
import { itemSize } from '../../graph/dtype.js';
import type { Address } from './address.js';
import { further, memoryImmediate } from './address.js';
import { i32x4 } from './constants.js';
import type { OpName } from './encoding/opcodes.js';
import type { Operand } from './registers.js';
import { extract, laneCount, lanes, partCount, scalar } from './registers.js';
import type { Builder, Source, Value } from './value.js';

/** Bytes are read unsigned: a bool is 0 or 1, a uint8 0 to 255. */
const loads: Record<DType, OpName> = {
  bool: 'i32.load8_u',
  uint8: 'i32.load8_u',
  int32: 'i32.load',
  int64: 'i64.load',
  float32: 'f32.load',
  float64: 'f64.load',
};

/** store8 writes the low byte, which is all that these have. */
const stores: Record<DType, OpName> = {
  bool: 'i32.store8',
  uint8: 'i32.store8',
  int32: 'i32.store',
  int64: 'i64.store',
  float32: 'f32.store',
  float64: 'f64.store',
};

export function loadScalar(b: Builder, dtype: DType, at: Address, source: Source): Operand {
  return scalar(dtype, b.value(loads[dtype], [at.base], memoryImmediate(at), source));
}

/** Four neighbours. Of 64 bits they fill two registers; bytes come with one load of 32 bits. */
export function loadContiguous(b: Builder, dtype: DType, at: Address, source: Source): Operand {
  const load = (op: OpName, from: Address): Value =>
    b.value(op, [from.base], memoryImmediate(from), source);
  if (partCount(dtype) === 2) {
    return lanes(dtype, [load('v128.load', at), load('v128.load', further(b, at, 16))]);
  }
  if (itemSize[dtype] === 4) return lanes(dtype, [load('v128.load', at)]);
  return widenBytes(b, dtype, load('v128.load32_zero', at));
}

/**
 * Four places anywhere. The first load clears the register, so that it depends on nothing older;
 * for single bytes there is no such load.
 */
export function loadLanes(
  b: Builder,
  dtype: DType,
  at: readonly Address[],
  source: Source,
): Operand {
  const size = itemSize[dtype];
  const insert = (part: Value, lane: number, from: Address): Value =>
    b.value(
      size === 8 ? 'v128.load64_lane' : size === 4 ? 'v128.load32_lane' : 'v128.load8_lane',
      [from.base, part],
      [...memoryImmediate(from), lane],
      source,
    );
  const first = (from: Address): Value =>
    size === 1
      ? insert(i32x4(b, 0), 0, from)
      : b.value(
          size === 8 ? 'v128.load64_zero' : 'v128.load32_zero',
          [from.base],
          memoryImmediate(from),
          source,
        );
  if (size === 8) {
    return lanes(dtype, [insert(first(at[0]), 1, at[1]), insert(first(at[2]), 1, at[3])]);
  }
  let part = first(at[0]);
  for (let lane = 1; lane < laneCount; lane++) part = insert(part, lane, at[lane]);
  return size === 4 ? lanes(dtype, [part]) : widenBytes(b, dtype, part);
}

/** The four lowest bytes as lanes of a uint8, or as masks of a bool. */
function widenBytes(b: Builder, dtype: DType, part: Value): Operand {
  // 0 and 1 negated are 0 and -1: no bit or all of them
  const words = b.value('i32x4.extend_low_i16x8_u', [b.value('i16x8.extend_low_i8x16_u', [part])]);
  return lanes(dtype, [dtype === 'bool' ? b.value('i32x4.neg', [words]) : words]);
}

const write = (
  b: Builder,
  op: OpName,
  at: Address,
  value: Value,
  changed: string,
  lane: number | null = null,
): void => {
  const own = memoryImmediate(at);
  const immediate = lane === null ? own : [...own, lane];
  b.effect({ kind: 'store', op, args: [at.base, value], immediate }, changed);
};

export function storeScalar(
  b: Builder,
  dtype: DType,
  at: Address,
  value: Value,
  changed: string,
): void {
  write(b, stores[dtype], at, value, changed);
}

export function storeContiguous(b: Builder, at: Address, operand: Operand, changed: string): void {
  const { dtype, parts } = operand;
  if (itemSize[dtype] === 1) {
    write(b, 'v128.store32_lane', at, narrowToBytes(b, operand), changed, 0);
    return;
  }
  for (let i = 0; i < parts.length; i++) {
    write(b, 'v128.store', further(b, at, 16 * i), parts[i]!, changed);
  }
}

/** Lane after lane: where two lanes share a place the later one stays. */
export function storeLanes(
  b: Builder,
  at: readonly Address[],
  operand: Operand,
  changed: string,
): void {
  const { dtype, parts } = operand;
  for (let lane = 0; lane < laneCount; lane++) {
    if (parts.length === 2) {
      write(b, 'v128.store64_lane', at[lane], parts[lane >> 1], changed, lane & 1);
    } else if (itemSize[dtype] === 4) {
      write(b, 'v128.store32_lane', at[lane], parts[0], changed, lane);
    } else {
      storeScalar(b, dtype, at[lane], extract(b, operand, lane), changed);
    }
  }
}

/**
 * The four lanes as the lowest bytes. A mask becomes 0 or 1 first: narrowing would make 0 of -1.
 */
function narrowToBytes(b: Builder, { dtype, parts: [part] }: Operand): Value {
  const words = dtype === 'bool' ? b.value('v128.and', [part, i32x4(b, 1)]) : part;
  const halves = b.value('i16x8.narrow_i32x4_u', [words, words]);
  return b.value('i8x16.narrow_i16x8_u', [halves, halves]);
}
