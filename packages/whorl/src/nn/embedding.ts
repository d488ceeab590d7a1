// Embedding: a learned row for each index.

import { bound, demandNoMore } from '../tensor/arguments/bound.js';
import { zeros } from '../operators/create/create.js';
import type { Tensor } from '../tensor/tensor.js';
import { within } from '../autograd/mode.js';
import { embedding } from '../operators/nn/embedding.js';
import { demandDense, type TableOptions } from '../operators/nn/embedding-table.js';
import { normal_ } from './init.js';
import { Module } from './module/module.js';
import { Parameter } from './module/parameter.js';
import { pythonFloat } from './module/python-text.js';

export interface EmbeddingOptions extends TableOptions {
  /** this row is zero and gets no gradient */
  paddingIdx?: number | null;
}

const options = 'padding_idx max_norm norm_type scale_grad_by_freq sparse';
const embeddingArguments = bound<[number, number, EmbeddingOptions]>()(
  'Embedding',
  `num_embeddings embedding_dim | ${options}`,
);
const pretrainedArguments = bound<[Tensor, boolean | undefined, EmbeddingOptions]>()(
  'Embedding.fromPretrained',
  `embeddings:tensor freeze:bool? | ${options}`,
);

/** input: int64 [*]; gives [*, embeddingDim]. weight from N(0, 1). Source: torch.nn.Embedding. */
export class Embedding<
  const N extends number = number,
  const D extends number = number,
> extends Module {
  weight: Parameter<[N, D], 'float32'>;
  readonly paddingIdx: number | null;

  readonly numEmbeddings: N;
  readonly embeddingDim: D;
  readonly maxNorm: number | null;
  readonly normType: number;
  readonly scaleGradByFreq: boolean;

  constructor(numEmbeddings: N, embeddingDim: D, options?: EmbeddingOptions | number | null);
  constructor(...given: unknown[]) {
    super();
    const [numEmbeddings, embeddingDim, options] = embeddingArguments(given);
    demandDense('Embedding', options);
    const { paddingIdx = null } = options;
    this.numEmbeddings = numEmbeddings as N;
    this.embeddingDim = embeddingDim as D;
    this.maxNorm = options.maxNorm ?? null;
    this.normType = options.normType ?? 2;
    this.scaleGradByFreq = options.scaleGradByFreq ?? false;
    if (paddingIdx !== null && (paddingIdx >= numEmbeddings || paddingIdx < -numEmbeddings)) {
      throw new RangeError(
        `Embedding: paddingIdx ${paddingIdx} must be within ${numEmbeddings} embeddings`,
      );
    }
    this.paddingIdx =
      paddingIdx !== null && paddingIdx < 0 ? paddingIdx + numEmbeddings : paddingIdx;
    const weight = new Parameter(zeros(numEmbeddings, embeddingDim));
    this.weight = weight as unknown as Parameter<[N, D], 'float32'>;
    normal_(weight);
    const row = this.paddingIdx;
    if (row !== null) within(false, () => (weight.select(0, row) as Tensor).zero_());
  }

  forward(input: Tensor): Tensor;
  forward(input: Tensor, ...surplus: unknown[]): Tensor {
    demandNoMore('Embedding.forward', surplus, 1);
    const { paddingIdx, maxNorm, normType, scaleGradByFreq } = this;
    const settings = { paddingIdx, maxNorm, normType, scaleGradByFreq };
    return embedding(input, this.weight as unknown as Tensor, settings);
  }

  /**
   * A layer of given rows, which do not learn unless `freeze` is false. Source:
   * torch.nn.Embedding.from_pretrained.
   */
  static fromPretrained(
    embeddings: Tensor,
    freeze?: boolean | (EmbeddingOptions & { freeze?: boolean }),
    options?: EmbeddingOptions,
  ): Embedding;
  static fromPretrained(...given: unknown[]): Embedding {
    const [embeddings, freeze = true, options] = pretrainedArguments(given);
    if (embeddings.ndim !== 2) {
      throw new Error(
        'Embedding.fromPretrained: embeddings must be 2-dimensional, got ' +
          `[${embeddings.shape.join(', ')}]`,
      );
    }
    const [n, d] = embeddings.shape as readonly number[];
    const made = new Embedding(0, d!, { ...options, paddingIdx: null });
    const padding = options.paddingIdx ?? null;
    const row = padding !== null && padding < 0 ? padding + n! : padding;
    Object.assign(made, { numEmbeddings: n, paddingIdx: row });
    made.weight = new Parameter(embeddings.detach() as Tensor) as never;
    made.weight.requiresGrad_(!freeze);
    return made;
  }

  override extraRepr(): string {
    const parts = [`${this.numEmbeddings}, ${this.embeddingDim}`];
    if (this.paddingIdx !== null) parts.push(`padding_idx=${this.paddingIdx}`);
    if (this.maxNorm !== null) parts.push(`max_norm=${pythonFloat(this.maxNorm)}`);
    if (this.normType !== 2) parts.push(`norm_type=${pythonFloat(this.normType)}`);
    if (this.scaleGradByFreq) parts.push('scale_grad_by_freq=True');
    return parts.join(', ');
  }
}
