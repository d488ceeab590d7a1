// The methods of Tensor that linalg adds.

import type { DType } from '../../graph/dtype.js';
import type { Shape } from '../../tensor/types/shape.js';
import type { SignLog } from './solving.js';

declare module '../../tensor/tensor.js' {
  interface Tensor<out S extends Shape, out D extends DType> {
    inverse<T extends Tensor>(this: T): Tensor<T['sizes'], T['dtype']>;
    det(): Tensor<Shape, D>;
    logdet(): Tensor<Shape, D>;
    slogdet(): SignLog;
    matrixPower<T extends Tensor>(this: T, n: number): Tensor<T['sizes'], T['dtype']>;
    cholesky<T extends Tensor>(
      this: T,
      options?: { upper?: boolean },
    ): Tensor<T['sizes'], T['dtype']>;
    choleskyInverse<T extends Tensor>(
      this: T,
      options?: { upper?: boolean },
    ): Tensor<T['sizes'], T['dtype']>;
    choleskySolve(factor: Tensor, options?: { upper?: boolean }): Tensor<Shape, D>;
    triangularSolve(
      A: Tensor,
      upper?: boolean,
      transpose?: boolean,
      unitriangular?: boolean,
    ): [Tensor, Tensor];
    pinverse(rcond?: number): Tensor<Shape, D>;
  }
}
