// The dtype rules: what two dtypes, or a dtype and a plain value, make together.
// in:  dtypes as types     out: a dtype; DType where one of them is not known

import type { DType, TypedArray } from '../../graph/dtype.js';
import type { Shape } from './shape.js';

export type FloatDType = 'float32' | 'float64';
/** A plain value as operand. */
export type Scalar = number | bigint | boolean;

/** torch.promote_types: bool < uint8 < int32 < int64 < float32 < float64. */
interface Promotion {
  bool: { [D in DType]: D };
  uint8: { [D in DType]: D extends 'bool' ? 'uint8' : D };
  int32: { [D in DType]: D extends 'bool' | 'uint8' ? 'int32' : D };
  int64: { [D in DType]: D extends FloatDType ? D : 'int64' };
  float32: { [D in DType]: D extends 'float64' ? D : 'float32' };
  float64: { [D in DType]: 'float64' };
}
export type Promote<A extends DType, B extends DType> = DType extends A | B
  ? DType
  : Promotion[A][B];

/**
 * A tensor with a plain value: the value counts only if its category is higher. A literal decides,
 * a fraction makes integers float32; a value that is only number leaves both possible.
 */
export type WithScalar<D extends DType, N extends Scalar> = DType extends D
  ? DType
  : D extends FloatDType
    ? D
    : N extends boolean
      ? D
      : N extends bigint
        ? Whole<D>
        : number extends N
          ? Whole<D> | 'float32'
          : `${N}` extends `${string}.${string}` | `${string}e-${string}`
            ? 'float32'
            : Whole<D>;
type Whole<D extends DType> = D extends 'bool' ? 'int64' : D;

/**
 * The operand is a tensor of shape B and dtype E or, where E is never, the value N. Within one
 * category a 0-d tensor does not count beside one that has dims.
 */
export type With<
  S extends Shape,
  D extends DType,
  B extends Shape,
  E extends DType,
  N extends Scalar,
> = [E] extends [never]
  ? WithScalar<D, N>
  : DType extends D | E
    ? DType
    : [D, E] extends [E, D]
      ? D
      : Kin<D, E> extends true
        ? Ranked<S, D, B, E>
        : Promotion[D][E];
type Kin<D, E> = [D | E] extends [FloatDType]
  ? true
  : [D | E] extends ['uint8' | 'int32' | 'int64']
    ? true
    : false;
type Ranked<S extends Shape, D extends DType, B extends Shape, E extends DType> = number extends
  | S['length']
  | B['length']
  ? D | E
  : S['length'] extends 0
    ? B['length'] extends 0
      ? Promotion[D][E]
      : E
    : B['length'] extends 0
      ? D
      : Promotion[D][E];

/** exp, div, mean: integers become float32. */
export type ToFloat<D extends DType> = DType extends D
  ? DType
  : D extends FloatDType
    ? D
    : 'float32';
/** sum, prod, cumsum: integers and bool become int64. */
export type ToSum<D extends DType> = DType extends D ? DType : D extends FloatDType ? D : 'int64';
/** any, all: bool, but uint8 stays. */
export type ToBool<D extends DType> = DType extends D
  ? 'bool'
  : D extends 'uint8'
    ? 'uint8'
    : 'bool';
/**
 * The dtype asked for in the options, else the operation's own answer. NoInfer: what the result is
 * assigned to must not decide.
 */
export type Asked<E extends DType, Otherwise extends DType> = [E] extends [never]
  ? Otherwise
  : NoInfer<E>;

/** What item() gives. int64 is a number here; past 2^53 the value is a bigint, which is rare. */
export type Item<D extends DType> = DType extends D ? number : D extends 'bool' ? boolean : number;

interface Arrays {
  bool: Uint8Array;
  uint8: Uint8Array;
  int32: Int32Array;
  int64: BigInt64Array;
  float32: Float32Array;
  float64: Float64Array;
}
/** What data() gives. */
export type ArrayOf<D extends DType> = DType extends D ? TypedArray : Arrays[D];
