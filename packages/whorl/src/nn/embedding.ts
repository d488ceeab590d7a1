// Embedding: a learned row for each index.

import { zeros } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';
import { within } from '../autograd/mode.js';
import { embedding } from './functional/embedding.js';
import { normal_ } from './init.js';
import { Module } from './module.js';
import { demandKnown } from './known-options.js';
import { Parameter } from './parameter.js';

export interface EmbeddingOptions {
  /** this row is zero and gets no gradient */
  paddingIdx?: number | null;
}

/** input: int64 [*]; gives [*, embeddingDim]. weight from N(0, 1). Source: torch.nn.Embedding. */
export class Embedding<
  const N extends number = number,
  const D extends number = number,
> extends Module {
  weight: Parameter<[N, D], 'float32'>;
  readonly paddingIdx: number | null;

  constructor(
    readonly numEmbeddings: N,
    readonly embeddingDim: D,
    options: EmbeddingOptions = {},
  ) {
    super();
    demandKnown('Embedding', options, ['paddingIdx']);
    const { paddingIdx = null } = options;
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

  forward(input: Tensor): Tensor {
    return embedding(input, this.weight as unknown as Tensor, { paddingIdx: this.paddingIdx });
  }

  override extraRepr(): string {
    const padding = this.paddingIdx === null ? '' : `, padding_idx=${this.paddingIdx}`;
    return `${this.numEmbeddings}, ${this.embeddingDim}${padding}`;
  }
}
