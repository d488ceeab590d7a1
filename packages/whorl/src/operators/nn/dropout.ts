// Dropout: zeroes elements, or whole channels, at random while training.
// in:  a tensor and a probability     out: the same shape, what is kept scaled up

import { drawn } from '../../capture/looking/draw.js';
import { mul, withNumber } from '../../graph/build.js';
import { broadcastTo, permute } from '../../graph/movement.js';
import { isFloating } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';
import { fillDropoutMask } from '../../random/bernoulli.js';
import { defaultGenerator } from '../../random/default.js';
import type { FloatArray } from '../../random/elements.js';
import { define } from '../../tensor/define.js';
import { showShape } from '../../tensor/dims.js';
import { observed } from '../../capture/looking/host-state.js';
import { resultLayout, valueNow } from '../../tensor/promotion.js';
import { memoryOrder } from '../create/random-fill.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';

interface InPlace {
  inplace?: boolean;
}

/** x with a mask of `shape`, which broadcasts over it, drawn at the call. */
function dropped(
  name: string,
  x: Tensor,
  p: number,
  training: boolean,
  { inplace = false }: InPlace,
  shape: readonly number[],
): Tensor {
  const chance = () => valueNow(p);
  const kind = observed(() => kindOf(name, chance()));
  if (!training || kind === 'none' || x.numel() === 0) return x;
  if (!isFloating(x.dtype)) {
    throw new Error(`${name}: result type can't be cast to ${x.dtype}; use a floating tensor`);
  }
  const node =
    kind === 'all' ? withNumber('MUL', x.node, 0) : mul(x.node, maskOf(x, p, chance, shape));
  const result = fromNode(node, resultLayout(x.shape, [x]));
  return inplace ? (x.copy_(result) as Tensor) : result;
}

/** What is drawn depends on whether all, none or some elements are dropped. */
function kindOf(name: string, p: number): 'all' | 'none' | 'some' {
  if (!(p >= 0 && p <= 1)) {
    throw new RangeError(`${name}: dropout probability has to be between 0 and 1, but got ${p}`);
  }
  return p === 0 ? 'none' : p === 1 ? 'all' : 'some';
}

/** A mask over all elements is drawn in the order of the input's memory, as PyTorch draws it. */
function maskOf(x: Tensor, p: number, chance: () => number, shape: readonly number[]): Node {
  const order = shape === x.shape ? memoryOrder(x) : null;
  const laid = order === null ? shape : order.map((axis) => shape[axis]!);
  const mask = drawn(
    `dropout p=${typeof p === 'number' ? p : 'scalar'}`,
    x.dtype,
    laid,
    (out) => fillDropoutMask(out as FloatArray, defaultGenerator, chance()),
    defaultGenerator,
    x.device,
  );
  if (order === null) return broadcastTo(mask, x.shape);
  return permute(
    mask,
    order.map((_, i) => order.indexOf(i)),
  );
}

/**
 * Zeroes elements with probability p (0.5) and scales the others by 1 / (1 - p), while training.
 * Draws at the call, two numbers an element. Source: torch.nn.functional.dropout.
 */
export const dropout = define(
  'F.dropout',
  'input p:number? training? | inplace',
  (x: Tensor, p: number = 0.5, training: boolean = true, options: InPlace = {}): Tensor =>
    dropped('dropout', x, p, training, options, x.shape),
  'functional',
);

/** One draw a channel: [N, C, 1, ...]. */
const perChannel = (x: Tensor): number[] => x.shape.map((n, i) => (i < 2 ? n : 1));

function channelDropout(name: string, ranks: readonly number[], single: number | null) {
  return define(
    `F.${name}`,
    'input p? training? | inplace',
    (x: Tensor, p: number = 0.5, training: boolean = true, options: InPlace = {}): Tensor => {
      // PyTorch takes other ranks in the wider ones, with a warning that it may not for long
      if (single === 2 && !ranks.includes(x.ndim)) {
        throw new Error(
          `${name}: expected ${ranks.join(' or ')} dims, but received ${showShape(x.shape)}`,
        );
      }
      if (training && p > 0 && x.ndim < 2)
        throw new Error(`${name}: feature dropout requires at least 2 dimensions in the input`);
      if (x.ndim !== single) return dropped(name, x, p, training, options, perChannel(x));
      const batch = x.unsqueeze(0) as Tensor;
      const y = dropped(name, batch, p, training, options, perChannel(batch));
      return (y === batch ? x : y.squeeze(0)) as Tensor;
    },
    'functional',
  );
}

/** Whole channels of [N, C, L] or [C, L]. Source: torch.nn.functional.dropout1d. */
export const dropout1d = channelDropout('dropout1d', [2, 3], 2);
/**
 * Whole channels of [N, C, H, W]; an input of 3 dims is [N, C, L]. Tompson et al. 2015.
 * Source: torch.nn.functional.dropout2d.
 */
export const dropout2d = channelDropout('dropout2d', [3, 4], null);
/** Whole channels of [N, C, D, H, W] or [C, D, H, W]. Source: torch.nn.functional.dropout3d. */
export const dropout3d = channelDropout('dropout3d', [4, 5], 4);
