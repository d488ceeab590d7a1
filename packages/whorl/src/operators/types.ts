// Signatures that several families share: what a method takes is given, and the shape stays or is
// not followed.
// in:  the parameters as a tuple     out: the type of a method

import type { Tensor } from '../tensor/tensor.js';
import type { Shape } from '../tensor/types/shape.js';

/** diagonal, unfold, squeeze_: the shape is not followed. */
export type Rearranging<Args extends readonly unknown[]> = <T extends Tensor>(
  this: T,
  ...args: Args
) => Tensor<Shape, T['dtype']>;
/** flip, roll, tril, scatter: other values, the same shape. */
export type Shuffling<Args extends readonly unknown[]> = <T extends Tensor>(
  this: T,
  ...args: Args
) => Tensor<T['sizes'], T['dtype']>;
/** tril_, scatter_, maskedFill_: the tensor itself comes back. */
export type Changing<Args extends readonly unknown[]> = <T extends Tensor>(
  this: T,
  ...args: Args
) => T;
