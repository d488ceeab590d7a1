// Scaled dot-product attention: a mean of values, weighted by how well keys match queries.
// in:  query [..., L, E], key [..., S, E], value [..., S, V]     out: [..., L, V]

import { ones } from '../../tensor/create.js';
import { define } from '../../tensor/define.js';
import { showShape } from '../../tensor/dims.js';
import type { Tensor } from '../../tensor/tensor.js';
import { dropout } from './dropout.js';

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

/** [L, S], true where key j is not behind query i. */
export const causalMask = (length: number, keys: number): Tensor =>
  ones(length, keys).tril().to('bool') as Tensor;

/** Scores with what may not be looked at set to -Infinity, or with the numbers added. */
function withMask(scores: Tensor, mask: Tensor): Tensor {
  if (mask.dtype !== 'bool') return scores.add(mask) as Tensor;
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

/** Repeats heads so that there are as many as the query has. */
function spreadHeads(name: string, heads: number, x: Tensor): Tensor {
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
    const name = 'scaledDotProductAttention';
    for (const x of [query, key, value]) {
      if (x.ndim >= 2) continue;
      throw new Error(`${name}: query, key and value must have 2 dims, got ${showShape(x.shape)}`);
    }
    const mask = o.attnMask ?? null;
    if (mask !== null && o.isCausal) {
      throw new Error(`${name}: attnMask must not be given together with isCausal`);
    }
    const heads = query.shape.at(-3) ?? 1;
    const [k, v] = o.enableGqa
      ? [spreadHeads(name, heads, key), spreadHeads(name, heads, value)]
      : [key, value];
    const root = Math.sqrt(o.scale ?? 1 / Math.sqrt(query.shape.at(-1)!));
    const turned = k.mul(root).transpose(-2, -1) as Tensor;
    const scores = query.mul(root).matmul(turned) as Tensor;
    const [length, keys] = scores.shape.slice(-2) as [number, number];
    const weights = attended(scores, o.isCausal ? causalMask(length, keys) : mask);
    return dropout(weights, o.dropoutP ?? 0).matmul(v) as Tensor;
  },
  'functional',
);
