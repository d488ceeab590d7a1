// Scaled dot-product attention: a mean of values, weighted by how well keys match queries.
// in:  query [..., L, E], key [..., S, E], value [..., S, V]     out: [..., L, V]

import { ones } from '../create/create.js';
import { define } from '../../tensor/define.js';
import { showShape } from '../../tensor/dims.js';
import type { Tensor } from '../../tensor/tensor.js';
import { dropout } from './dropout.js';
import { demandFits } from './loss/pairwise-loss.js';
import { demandFloating } from '../../tensor/floating.js';

export interface AttentionOptions {
  /** [..., L, S]: bool, true where a key takes part; or numbers that are added to the scores */
  attnMask?: Tensor | null;
  /** dropout of the weights, whatever the mode, default 0 */
  dropoutP?: number;
  /** query i looks at keys 0 to i alone, default false; not together with a mask */
  isCausal?: boolean;
  /** what the products are multiplied by, default 1 / sqrt(E) */
  scale?: number | null;
  /** keys and values have fewer heads (dim -3), each for several of the query's, default false */
  enableGqa?: boolean;
}

const name = 'scaledDotProductAttention';

/** [L, S], true where key j is not behind query i. */
export const causalMask = (length: number, keys: number): Tensor =>
  ones(length, keys).tril().to('bool') as Tensor;

/** Scores with what may not be looked at set to -Infinity, or with the numbers added. */
function withMask(scores: Tensor, mask: Tensor): Tensor {
  if (mask.dtype !== 'bool') return scores.add(mask.to(scores.dtype)) as Tensor;
  return scores.maskedFill(mask.logicalNot() as Tensor, -Infinity) as Tensor;
}

/** softmax over the keys; 0 for a query that may look at none. */
function safeSoftmax(scores: Tensor): Tensor {
  const none = scores.detach().amax(-1, { keepdim: true }).eq(-Infinity) as Tensor;
  const weights = scores.maskedFill(none, 0).softmax(-1) as Tensor;
  return weights.maskedFill(none, 0) as Tensor;
}

/** The weights of the values. */
const attended = (scores: Tensor, mask: Tensor | null): Tensor =>
  mask === null ? (scores.softmax(-1) as Tensor) : safeSoftmax(withMask(scores, mask));

/** One floating dtype, two dims at least, a mask that broadcasts to the scores. */
function check(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | null): void {
  for (const x of [query, key, value]) {
    demandFloating(name, x);
    if (x.dtype !== query.dtype) {
      throw new TypeError(
        `${name}: expected query, key, and value to have the same dtype, but got query.dtype: ` +
          `${query.dtype} key.dtype: ${key.dtype} and value.dtype: ${value.dtype} instead`,
      );
    }
    if (x.ndim >= 2) continue;
    throw new Error(
      `${name}: expected query, key, and value to all be at least 2 dimensional, but got ` +
        `${query.ndim}, ${key.ndim} and ${value.ndim} instead`,
    );
  }
  if (mask === null) return;
  if (mask.dtype !== 'bool' && mask.dtype !== query.dtype && mask.dtype !== 'float32') {
    throw new TypeError(
      `${name}: expected attnMask dtype to be bool or float or to match query dtype, but got ` +
        `${mask.dtype} and query.dtype: ${query.dtype} instead`,
    );
  }
  if (mask.ndim >= 2) return;
  throw new Error(`${name}: attnMask must have 2 dims [L, S], got ${showShape(mask.shape)}`);
}

/** Repeats heads so that there are as many as the query has. */
function spreadHeads(heads: number, x: Tensor): Tensor {
  const own = x.shape.at(-3) ?? 1;
  if (heads % own !== 0) {
    throw new Error(`${name}: the query's ${heads} heads are no multiple of ${own}`);
  }
  return own === heads ? x : (x.repeatInterleave(heads / own, -3) as Tensor);
}

/**
 * softmax(query key^T scale + mask) value. Vaswani et al. 2017.
 * Errors: a mask together with isCausal, sizes that do not meet.
 * Source: torch.nn.functional.scaled_dot_product_attention.
 */
export const scaledDotProductAttention = define(
  'F.scaledDotProductAttention',
  'query key value:tensor | attn_mask dropout_p is_causal * scale enable_gqa',
  (query: Tensor, key: Tensor, value: Tensor, o: AttentionOptions = {}): Tensor => {
    const mask = o.attnMask ?? null;
    check(query, key, value, mask);
    if (mask !== null && o.isCausal) {
      throw new Error(`${name}: attnMask must not be given together with isCausal`);
    }
    const heads = query.shape.at(-3) ?? 1;
    const [k, v] = o.enableGqa
      ? [spreadHeads(heads, key), spreadHeads(heads, value)]
      : [key, value];
    const scale = o.scale ?? 1 / Math.sqrt(query.shape.at(-1)!);
    // both sides get the root, which keeps the products small; the sign goes with the query
    const root = Math.sqrt(Math.abs(scale));
    const turned = k.mul(root).transpose(-2, -1) as Tensor;
    const scores = query.mul(scale < 0 ? -root : root).matmul(turned) as Tensor;
    const [length, keys] = scores.shape.slice(-2) as [number, number];
    if (mask !== null) demandFits(name, 'attnMask', mask, scores.shape);
    const weights = attended(scores, o.isCausal ? causalMask(length, keys) : mask);
    return dropout(weights, o.dropoutP ?? 0).matmul(v) as Tensor;
  },
  'functional',
);
