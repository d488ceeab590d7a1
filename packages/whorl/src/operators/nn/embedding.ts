// Rows of a table by index (torch.nn.functional.embedding).

import { alias, cast, constant, eq, gather, where } from '../../graph/build.js';
import { broadcastTo, reshape } from '../../graph/movement.js';
import { type Node, named } from '../../graph/node.js';
import { define } from '../../tensor/define.js';
import { showShape } from '../../tensor/dims.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';
import { byFrequency, demandDense, renormalise, type TableOptions } from './embedding-table.js';

export interface EmbeddingOptions extends TableOptions {
  /** this row gets no gradient */
  paddingIdx?: number | null;
}

/**
 * weight[input]. input: int64 [*], weight: [n, d]; gives [*, d]. Rows at paddingIdx get no
 * gradient.
 * Errors: an index outside the table, when the value is read. Source:
 * torch.nn.functional.embedding.
 */
export const embedding = define(
  'F.embedding',
  'input weight | padding_idx max_norm norm_type scale_grad_by_freq sparse',
  (input: Tensor, weight: Tensor, options: EmbeddingOptions = {}) => {
    const { paddingIdx = null, scaleGradByFreq = false } = options;
    if (input.dtype !== 'int64' && input.dtype !== 'int32') {
      throw new TypeError(`embedding: expected int64 or int32 indices, got ${input.dtype}`);
    }
    if (weight.ndim !== 2)
      throw new Error(`embedding: the weight must be 2-D, got ${showShape(weight.shape)}`);
    demandDense('embedding', options);
    renormalise(weight, input, options);
    const [n, d] = weight.shape as readonly number[];
    demandPadding('embedding', paddingIdx, n!);
    const count = input.numel();
    const rows = reshape(cast(input.node, 'int64'), [count, 1]);
    const found = named(gather(weight.node, broadcastTo(rows, [count, d!]), 0), 'embedding');
    const picked = scaleGradByFreq ? byFrequency(found, rows, input, n!) : found;
    const kept =
      paddingIdx === null
        ? picked
        : withoutGradient(picked, rows, paddingIdx < 0 ? paddingIdx + n! : paddingIdx);
    return fromNode(reshape(kept, [...input.shape, d!]));
  },
  'functional',
);

/** Errors: a row to skip that the table has not. */
export function demandPadding(name: string, index: number | null, n: number): void {
  if (index === null || (index >= -n && index < n)) return;
  throw new RangeError(
    `${name}: paddingIdx must be within the number of embeddings, ${-n} through ${n - 1}, but ` +
      `got ${index}`,
  );
}

/** The same values; the gradient of padded rows is zero. */
function withoutGradient(picked: Node, rows: Node, index: number): Node {
  const padded = broadcastTo(eq(rows, constant(index, 'int64', rows.shape)), picked.shape);
  if (picked.history === null) return picked;
  const result = alias(picked);
  result.history = {
    kind: 'custom',
    name: 'embedding',
    inputs: [picked],
    saves: true,
    backward: (g) => [where(padded, constant(0, g.dtype, g.shape), g)],
  };
  return result;
}
