// min and max of four lanes with one number for all of them: relu, clamp.
// in:  lanes, a scalar operand     out: lanes
//
// f32x4.max costs eight instructions because it hands on NaN and tells -0 from 0. pmax(x, p), which
// is x < p ? p : x, costs one, and is wrong in two cases only: p is NaN, and x is -0 where p is 0.
// Both are set right by adding a number, computed once: NaN, 0, or -0, which changes nothing.

import type { DType } from '../../graph/dtype.js';
import { f32, f64 } from './constants.js';
import type { Operand } from './registers.js';
import { lanes, scalar, splat } from './registers.js';
import type { Builder, Value } from './value.js';

export function uniformExtremum(
  b: Builder,
  fn: 'min' | 'max',
  dtype: DType,
  x: Operand,
  bound: Operand,
): Operand {
  const shape = dtype === 'float32' ? 'f32x4' : 'f64x2';
  const type = dtype === 'float32' ? 'f32' : 'f64';
  const limit = bound.parts[0].constant;
  const isSafe =
    limit !== null &&
    !Number.isNaN(limit) &&
    (fn === 'min' ? !Object.is(limit, -0) : !Object.is(limit, 0));
  const limits = splat(b, bound).parts;
  if (isSafe) {
    return lanes(
      dtype,
      x.parts.map((part, i) => b.value(`${shape}.p${fn}`, [part, limits[i]])),
    );
  }
  if (fn === 'max') return corrected(b, dtype, x, bound);
  // min(x, p) is -max(-x, -p)
  const negative = (part: Value): Value => b.value(`${shape}.neg`, [part]);
  const mirrored = corrected(
    b,
    dtype,
    lanes(dtype, x.parts.map(negative)),
    scalar(dtype, b.value(`${type}.neg`, [bound.parts[0]])),
  );
  return lanes(dtype, mirrored.parts.map(negative));
}

function corrected(b: Builder, dtype: DType, x: Operand, bound: Operand): Operand {
  const shape = dtype === 'float32' ? 'f32x4' : 'f64x2';
  const limits = splat(b, bound).parts;
  const corrections = splat(b, scalar(dtype, correction(b, dtype, bound.parts[0]))).parts;
  return lanes(
    dtype,
    x.parts.map((part, i) =>
      b.value(`${shape}.add`, [b.value(`${shape}.pmax`, [part, limits[i]]), corrections[i]]),
    ),
  );
}

/** NaN for NaN, else a zero with the sign of p. Clamped first: infinity times 0 would be NaN. */
function correction(b: Builder, dtype: DType, p: Value): Value {
  const type = dtype === 'float32' ? 'f32' : 'f64';
  const constant = dtype === 'float32' ? f32 : f64;
  const above = b.value(`${type}.max`, [p, constant(b, -1)]);
  const small = b.value(`${type}.min`, [above, constant(b, 1)]);
  return b.value(`${type}.mul`, [small, constant(b, 0)]);
}
