// A number as an element of a dtype: as kernels take it, and as memory holds it.
// in:  a number, a dtype     out: what a parameter or a typed array is given

import type { DType } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';
import type { Scalar } from '../../runtime/index.js';

/** Beyond this a float stands for no int64. */
const limit = 2 ** 63;
const [least32, most32] = [-(2 ** 31), 2 ** 31 - 1];

/** Rounded to float32, wrapped to int32 and uint8, kept inside of int64, x != 0 for bool. */
export function scalarOf(value: number, dtype: DType): Scalar {
  switch (dtype) {
    case 'float32':
      return Math.fround(value);
    case 'float64':
      return value;
    case 'int32':
      return value | 0;
    case 'uint8':
      return value & 255;
    case 'bool':
      return value !== 0 ? 1 : 0;
    case 'int64':
      return Number.isNaN(value)
        ? 0n
        : value >= limit
          ? 2n ** 63n - 1n
          : value <= -limit
            ? -(2n ** 63n)
            : BigInt(Math.trunc(value));
  }
}

/**
 * The same for a kernel's parameter. A device that computes int64 as int32 takes the nearest number
 * that it has: the bounds of a range are mostly what is so large.
 */
export function parameterOf({ dtype, scalars }: Node, scalar: number, type: DType): Scalar {
  const value = scalars[scalar]!;
  const isNarrowed = dtype === 'int64' && type === 'int32';
  return scalarOf(isNarrowed ? Math.min(Math.max(value, least32), most32) : value, type);
}

/** Which number of which node of a flush a kernel takes, and as what. */
export interface ParamOf {
  readonly node: number;
  readonly scalar: number;
  readonly dtype: DType;
}

/** Those of a launch. */
export function parametersOf(params: readonly ParamOf[], nodes: readonly Node[]): Scalar[] {
  const scalars = new Array<Scalar>(params.length);
  for (let i = 0; i < params.length; i++) {
    const { node, scalar, dtype } = params[i]!;
    scalars[i] = parameterOf(nodes[node]!, scalar, dtype);
  }
  return scalars;
}
