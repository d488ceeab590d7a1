// Dropout: zeroes elements at random while training.

import { mul, withNumber } from '../../graph/build.js';
import { arrayOf, isFloating } from '../../graph/dtype.js';
import { fillDropoutMask } from '../../random/bernoulli.js';
import { defaultGenerator } from '../../random/default.js';
import type { FloatArray } from '../../random/elements.js';
import { tensor } from '../../tensor/create.js';
import { define } from '../../tensor/define.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';

interface DropoutOptions { p?: number; training?: boolean; inplace?: boolean }

/**
 * Zeroes elements with probability p (0.5) and scales the others by 1 / (1 - p), while training.
 * Draws at the call, two numbers an element. Source: torch.nn.functional.dropout.
 */
export const dropout = define('F.dropout', 'input p? training? | inplace',
  (x: Tensor, p = 0.5, training = true, { inplace = false }: DropoutOptions = {}) => {
    if (!(p >= 0 && p <= 1)) {
      throw new RangeError(`dropout: dropout probability has to be between 0 and 1, but got ${p}`);
    }
    if (!training || p === 0 || x.numel() === 0) return x;
    if (!isFloating(x.dtype)) throw new Error(`dropout: result type can't be cast to ${x.dtype}; use a floating tensor`);
    const node = p === 1 ? withNumber('MUL', x.node, 0) : masked(x, p);
    return inplace ? (x.copy_(fromNode(node)) as Tensor) : fromNode(node);
  }, 'functional');

function masked(x: Tensor, p: number) {
  const mask = new arrayOf[x.dtype](x.numel()) as FloatArray;
  fillDropoutMask(mask, defaultGenerator, p);
  return mul(x.node, tensor(mask, { shape: x.shape }).node);
}
