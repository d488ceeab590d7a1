// Greatest common divisors and least common multiples of integers.
// in:  integer tensors     out: an integer tensor of the broadcast shape

import { isFloating } from '../../graph/dtype.js';
import { type Operand, pointwise } from '../../tensor/promotion.js';
import { mappedTogether } from '../special/elementwise.js';
import type { Tensor } from '../../tensor/tensor.js';
import { demandTensor, withTwin } from '../twins.js';
import type * as Pointwise from './types.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    gcd: Pointwise.Arithmetic<'gcd'>;
    gcd_: Pointwise.ArithmeticInPlace<'gcd_'>;
    lcm: Pointwise.Arithmetic<'lcm'>;
    lcm_: Pointwise.ArithmeticInPlace<'lcm_'>;
  }
}

const divisor = (a: bigint, b: bigint): bigint => {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
};

const multiple = (a: bigint, b: bigint): bigint => {
  if (a === 0n || b === 0n) return 0n;
  const product = (a / divisor(a, b)) * b;
  return product < 0n ? -product : product;
};

function ofIntegers(name: 'gcd' | 'lcm', f: (a: bigint, b: bigint) => bigint): void {
  withTwin(name, 'other', (x: Tensor, other: Operand): Tensor => {
    demandTensor(name, other);
    return pointwise(name, [x, other], (a, b) => {
      if (isFloating(a.dtype) || a.dtype === 'bool') {
        throw new TypeError(`${name}: not implemented for ${a.dtype} tensors`);
      }
      return mappedTogether(
        name,
        (out, [p, q]) => {
          const wide = out instanceof BigInt64Array;
          for (let i = 0; i < out.length; i++) {
            const value = f(BigInt(p![i]!), BigInt(q![i]!));
            out[i] = wide ? value : Number(value);
          }
        },
        a.dtype,
        [a, b],
      );
    });
  });
}
/** The largest integer that divides both; 0 and 0 give 0. Source: torch.gcd. */
ofIntegers('gcd', divisor);
/** The smallest positive integer that both divide; 0 where one is 0. Source: torch.lcm. */
ofIntegers('lcm', multiple);
