// Types of the methods that draw random numbers.
// in:  the tensor's own type and what a method takes     out: a method type

import type { Generator } from '../../random/generator.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Shape } from '../../tensor/types/shape.js';

/** multinomial: indices drawn by weight. */
export type Choosing = (
  this: Tensor,
  numSamples: number,
  ...args:
    | [replacement?: boolean, options?: { generator?: Generator }]
    | [options: { replacement?: boolean; generator?: Generator }]
) => Tensor<Shape, 'int64'>;

/** uniform_, normal_: filled from a generator. */
export type Drawing<Args extends readonly unknown[]> = <T extends Tensor>(
  this: T,
  ...args: Args | [...Args, options: { generator?: Generator }]
) => T;
