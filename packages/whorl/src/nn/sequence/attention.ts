// Multi-head attention: several scaled dot-product attentions over parts of the features.
// in:  query [L, N, E], key [S, N, kdim], value [S, N, vdim]; with batchFirst [N, L, ...]; or no N
// out: [L, N, E], and on request the weights [N, L, S]

import { bound } from '../../tensor/arguments/bound.js';
import { empty, zeros } from '../../operators/create/create.js';
import { cat } from '../../operators/movement/join.js';
import type { Tensor } from '../../tensor/tensor.js';
import { causalMask, scaledDotProductAttention } from '../../operators/nn/attention.js';
import { dropout } from '../../operators/nn/dropout.js';
import { linear } from '../../operators/nn/linear.js';
import { pad } from '../../operators/nn/image/padding.js';
import { xavierNormal_, xavierUniform_, zeros_ } from '../init.js';
import { Linear } from '../linear.js';
import { Module } from '../module/module.js';
import { Parameter } from '../module/parameter.js';

export interface MultiheadAttentionOptions {
  /** dropout of the weights while training, default 0 */
  dropout?: number;
  /** whether the projections have biases, default true */
  bias?: boolean;
  /** a learned key and value behind the others, default false */
  addBiasKv?: boolean;
  /** a key and a value of zeros behind the others, default false */
  addZeroAttn?: boolean;
  /** features of the keys, default embedDim */
  kdim?: number | null;
  /** features of the values, default embedDim */
  vdim?: number | null;
  /** inputs and output are [N, L, E]; default false: [L, N, E] */
  batchFirst?: boolean;
}

export interface AttendOptions {
  /** [N, S] (or [S]): bool, true for keys to leave out; or numbers that are added to the scores */
  keyPaddingMask?: Tensor | null;
  /** whether the weights are given back, default true */
  needWeights?: boolean;
  /** [L, S] or [N * heads, L, S]: bool, true where a query may not look; or numbers to add */
  attnMask?: Tensor | null;
  /** the mean of the heads' weights rather than each head's, default true */
  averageAttnWeights?: boolean;
  /** a query looks at no key behind it, default false */
  isCausal?: boolean;
}

const attentionArguments = bound<[number, number, MultiheadAttentionOptions]>()(
  'MultiheadAttention',
  'embed_dim num_heads | dropout bias:bool add_bias_kv add_zero_attn kdim vdim batch_first',
);
const forwardArguments = bound<[Tensor, Tensor, Tensor, AttendOptions]>()(
  'MultiheadAttention.forward',
  'query key value:tensor | key_padding_mask need_weights attn_mask average_attn_weights is_causal',
);

const show = (x: Tensor): string => `[${x.shape.join(', ')}]`;

/** A mask as numbers to add: -Infinity where a bool is true. */
const additive = (mask: Tensor, like: Tensor): Tensor =>
  mask.dtype === 'bool'
    ? (zeros([...mask.shape], { dtype: like.dtype, device: like.device }).maskedFill(
        mask,
        -Infinity,
      ) as Tensor)
    : mask;

/**
 * Fields have PyTorch's names: in_proj_weight [3E, E] (or q_proj_weight, k_proj_weight,
 * v_proj_weight where sizes differ), in_proj_bias [3E], out_proj.
 * Errors: embedDim that does not divide into heads; inputs of sizes that do not meet.
 * Vaswani et al. 2017. Source: torch.nn.MultiheadAttention.
 */
export class MultiheadAttention extends Module {
  in_proj_weight: Parameter | null = null;
  q_proj_weight: Parameter | null = null;
  k_proj_weight: Parameter | null = null;
  v_proj_weight: Parameter | null = null;
  in_proj_bias: Parameter | null = null;
  bias_k: Parameter | null = null;
  bias_v: Parameter | null = null;
  readonly out_proj: Linear;
  readonly dropout: number;
  readonly batchFirst: boolean;
  readonly addZeroAttn: boolean;

  readonly embedDim: number;
  readonly numHeads: number;

  constructor(embedDim: number, numHeads: number, options?: MultiheadAttentionOptions | number);
  constructor(...given: unknown[]) {
    super();
    const [embedDim, numHeads, options] = attentionArguments(given);
    this.embedDim = embedDim;
    this.numHeads = numHeads;
    const { bias = true, addBiasKv = false } = options;
    if (!(embedDim > 0) || !(numHeads > 0) || embedDim % numHeads !== 0) {
      throw new RangeError(
        `MultiheadAttention: embedDim must be divisible by numHeads, got ${embedDim} and ` +
          numHeads,
      );
    }
    this.dropout = options.dropout ?? 0;
    this.batchFirst = options.batchFirst ?? false;
    this.addZeroAttn = options.addZeroAttn ?? false;
    const [kdim, vdim] = [options.kdim ?? embedDim, options.vdim ?? embedDim];
    if (kdim === embedDim && vdim === embedDim) {
      this.in_proj_weight = new Parameter(empty(3 * embedDim, embedDim));
    } else {
      this.q_proj_weight = new Parameter(empty(embedDim, embedDim));
      this.k_proj_weight = new Parameter(empty(embedDim, kdim));
      this.v_proj_weight = new Parameter(empty(embedDim, vdim));
    }
    this.in_proj_bias = bias ? new Parameter(zeros(3 * embedDim)) : null;
    this.out_proj = new Linear(embedDim, embedDim, { bias });
    if (addBiasKv) {
      this.bias_k = new Parameter(empty(1, 1, embedDim));
      this.bias_v = new Parameter(empty(1, 1, embedDim));
    }
    this.draw();
  }

  /** In PyTorch's order, after what out_proj drew for itself. */
  private draw(): void {
    const weights = [this.in_proj_weight, this.q_proj_weight, this.k_proj_weight];
    for (const weight of [...weights, this.v_proj_weight]) {
      if (weight !== null) xavierUniform_(weight);
    }
    if (this.out_proj.bias !== null) zeros_(this.out_proj.bias as unknown as Tensor);
    if (this.bias_k !== null) xavierNormal_(this.bias_k);
    if (this.bias_v !== null) xavierNormal_(this.bias_v);
  }

  /** Gives [output, weights], weights null where they are not needed. */
  forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    options?: AttendOptions,
  ): [Tensor, Tensor | null];
  forward(...given: unknown[]): [Tensor, Tensor | null] {
    const [query, key, value, options] = forwardArguments(given);
    const single = query.ndim === 2;
    this.check(query, key, value);
    const turned = this.batchFirst && !single;
    // [L, N, E]; one tensor stays one tensor, so that it is projected once
    const laid = new Map<Tensor, Tensor>();
    const lay = (x: Tensor): Tensor => {
      const seen = laid.get(x);
      if (seen !== undefined) return seen;
      const made = (single ? x.unsqueeze(1) : turned ? x.transpose(0, 1) : x) as Tensor;
      laid.set(x, made);
      return made;
    };
    const padding = options.keyPaddingMask ?? null;
    const [output, weights] = this.attend(lay(query), lay(key), lay(value), {
      ...options,
      keyPaddingMask: (single ? padding?.unsqueeze(0) : padding) as Tensor | null,
    });
    const back = (single ? output.squeeze(1) : turned ? output.transpose(0, 1) : output) as Tensor;
    return [back, (single ? (weights?.squeeze(0) ?? null) : weights) as Tensor | null];
  }

  private check(query: Tensor, key: Tensor, value: Tensor): void {
    const fits =
      (query.ndim === 2 || query.ndim === 3) &&
      key.ndim === query.ndim &&
      value.ndim === query.ndim &&
      query.shape.at(-1) === this.embedDim &&
      key.shape.slice(0, -1).join() === value.shape.slice(0, -1).join();
    if (fits) return;
    throw new Error(
      `MultiheadAttention: expected query [L, N, ${this.embedDim}] and key and value of one ` +
        `length, or all without N; got ${show(query)}, ${show(key)}, ${show(value)}`,
    );
  }

  /** The projections of [L, N, E], of each what its weight makes. */
  private projected(query: Tensor, key: Tensor, value: Tensor): Tensor[] {
    const bias = this.in_proj_bias;
    if (this.in_proj_weight !== null && query === key && key === value) {
      return linear(query, this.in_proj_weight, bias).chunk(3, -1) as Tensor[];
    }
    const weights = (this.in_proj_weight?.chunk(3) ?? [
      this.q_proj_weight,
      this.k_proj_weight,
      this.v_proj_weight,
    ]) as Tensor[];
    const biases = (bias?.chunk(3) ?? [null, null, null]) as (Tensor | null)[];
    return [query, key, value].map((x, i) => linear(x, weights[i]!, biases[i]!));
  }

  /** The attention of [L, N, E] inputs. */
  private attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    o: AttendOptions,
  ): [Tensor, Tensor | null] {
    const { numHeads, embedDim } = this;
    const [length, n] = query.shape as unknown as [number, number];
    let [q, k, v] = this.projected(query, key, value) as [Tensor, Tensor, Tensor];
    const keys = k.shape[0]!;
    if (this.bias_k !== null && this.bias_v !== null) {
      k = cat([k, this.bias_k.repeat(1, n, 1) as Tensor]) as Tensor;
      v = cat([v, this.bias_v.repeat(1, n, 1) as Tensor]) as Tensor;
    }
    if (this.addZeroAttn) {
      const row = zeros([1, n, embedDim], { dtype: k.dtype, device: k.device }) as Tensor;
      k = cat([k, row]) as Tensor;
      v = cat([v, row]) as Tensor;
    }
    const heads = (x: Tensor): Tensor =>
      x.reshape(x.shape[0]!, n, numHeads, embedDim / numHeads).permute(1, 2, 0, 3) as Tensor;
    const mask = this.maskOf(o, { length, keys, added: k.shape[0]! - keys, n, like: query });
    const share = this.training ? this.dropout : 0;
    const { needWeights = true, averageAttnWeights = true } = o;
    let weights: Tensor | null = null;
    let mixed: Tensor;
    if (needWeights) {
      const scaled = heads(q).mul(Math.sqrt(1 / (embedDim / numHeads))) as Tensor;
      const scores = scaled.matmul(heads(k).transpose(-2, -1)) as Tensor;
      const shares = (mask === null ? scores : scores.add(mask)).softmax(-1) as Tensor;
      weights = dropout(shares, share);
      mixed = weights.matmul(heads(v)) as Tensor;
    } else {
      const options = { attnMask: mask, dropoutP: share };
      mixed = scaledDotProductAttention(heads(q), heads(k), heads(v), options);
    }
    const joined = mixed.permute(2, 0, 1, 3).reshape(length, n, embedDim) as Tensor;
    const output = this.out_proj.forward(joined as never) as unknown as Tensor;
    return [output, averageAttnWeights && weights ? (weights.mean(1) as Tensor) : weights];
  }

  /** Both masks as numbers to add to [N, heads, L, S + added], or null. */
  private maskOf(
    o: AttendOptions,
    sizes: { length: number; keys: number; added: number; n: number; like: Tensor },
  ): Tensor | null {
    const { length, keys, added, n, like } = sizes;
    const given = o.attnMask ?? (o.isCausal ? causalMask(length, keys).logicalNot() : null);
    const grown = (mask: Tensor): Tensor => (added === 0 ? mask : pad(mask, [0, added]));
    let mask: Tensor | null = null;
    if (given != null) {
      const full = given.ndim === 2 ? [length, keys] : [n * this.numHeads, length, keys];
      if (given.shape.join() !== full.join()) {
        throw new Error(
          `MultiheadAttention: attnMask has shape ${show(given as Tensor)}, but should be ` +
            `[${full.join(', ')}]`,
        );
      }
      const whole = grown(additive(given as Tensor, like));
      mask = (
        given.ndim === 2 ? whole : whole.reshape(n, this.numHeads, length, keys + added)
      ) as Tensor;
    }
    const padding = o.keyPaddingMask ?? null;
    if (padding === null) return mask;
    if (padding.shape.join() !== `${n},${keys}`) {
      throw new Error(
        `MultiheadAttention: keyPaddingMask has shape ${show(padding)}, but should be ` +
          `[${n}, ${keys}]`,
      );
    }
    const row = grown(additive(padding, like)).reshape(n, 1, 1, keys + added) as Tensor;
    return mask === null ? row : (mask.add(row) as Tensor);
  }
}
