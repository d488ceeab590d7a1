// Conversions of four lanes from one dtype to another.
// in:  lanes, a dtype     out: lanes

import type { DType } from '../../graph/dtype.js';
import { i32x4 } from './constants.js';
import type { Operand } from './registers.js';
import {
  evenWords,
  highHalf,
  lanes,
  lowHalves,
  partCount,
  splatConstant,
  widen,
} from './registers.js';
import type { Builder, Value } from './value.js';
import { byteLanes, castByLanes } from './vector.js';

/** To bool comes first: 0.5 is true, although as an integer it is 0. */
export function vectorCast(b: Builder, to: DType, x: Operand): Operand {
  if (x.dtype === to) return x;
  if (to === 'bool') return isNotZero(b, x);
  if (x.dtype === 'bool') return fromMask(b, to, x.parts[0]);
  if (to === 'uint8') {
    return lanes(to, [
      byteLanes(b, vectorCast(b, 'int32', { ...x, dtype: wide(x.dtype) }).parts[0]),
    ]);
  }
  return rules[`${wide(x.dtype)}>${to}`]?.(b, x.parts) ?? castByLanes(b, to, x);
}

/** uint8 lies in registers as int32. */
const wide = (dtype: DType): DType => (dtype === 'uint8' ? 'int32' : dtype);

type Rule = (b: Builder, parts: readonly Value[]) => Operand;

/** What is not here goes lane by lane: int64 has no conversion to or from floats. */
const rules: Partial<Record<`${DType}>${DType}`, Rule>> = {
  'int32>int32': (_, parts) => lanes('int32', parts),
  'int32>float32': (b, [x]) => lanes('float32', [b.value('f32x4.convert_i32x4_s', [x])]),
  'int32>int64': (b, [x]) => lanes('int64', widen(b, x)),
  'int32>float64': (b, [x]) =>
    lanes('float64', [
      b.value('f64x2.convert_low_i32x4_s', [x]),
      b.value('f64x2.convert_low_i32x4_s', [highHalf(b, x)]),
    ]),
  'float32>int32': (b, [x]) => lanes('int32', [b.value('i32x4.trunc_sat_f32x4_s', [x])]),
  'float32>float64': (b, [x]) =>
    lanes('float64', [
      b.value('f64x2.promote_low_f32x4', [x]),
      b.value('f64x2.promote_low_f32x4', [highHalf(b, x)]),
    ]),
  'float64>float32': (b, [low, high]) =>
    lanes('float32', [
      lowHalves(
        b,
        b.value('f32x4.demote_f64x2_zero', [low]),
        b.value('f32x4.demote_f64x2_zero', [high]),
      ),
    ]),
  'float64>int32': (b, [low, high]) =>
    lanes('int32', [
      lowHalves(
        b,
        b.value('i32x4.trunc_sat_f64x2_s_zero', [low]),
        b.value('i32x4.trunc_sat_f64x2_s_zero', [high]),
      ),
    ]),
  'int64>int32': (b, [low, high]) => lanes('int32', [evenWords(b, low, high)]),
};

/** ne, so that NaN is true and -0 false. 0 is sixteen zero bytes in every type. */
function isNotZero(b: Builder, x: Operand): Operand {
  switch (x.dtype) {
    case 'float32':
      return lanes('bool', [b.value('f32x4.ne', [x.parts[0], i32x4(b, 0)])]);
    case 'float64': {
      const [low, high] = x.parts.map((p) => b.value('f64x2.ne', [p, i32x4(b, 0)]));
      return lanes('bool', [evenWords(b, low, high)]);
    }
    case 'int64': {
      const [low, high] = x.parts.map((p) => b.value('i64x2.ne', [p, i32x4(b, 0)]));
      return lanes('bool', [evenWords(b, low, high)]);
    }
    default:
      return lanes('bool', [b.value('i32x4.ne', [x.parts[0], i32x4(b, 0)])]);
  }
}

/** A mask cuts the bits of 1 out of every lane. */
function fromMask(b: Builder, to: DType, mask: Value): Operand {
  const masks = partCount(to) === 2 ? widen(b, mask) : [mask];
  return lanes(
    to,
    masks.map((part) => b.value('v128.and', [part, splatConstant(b, to, 1)])),
  );
}
