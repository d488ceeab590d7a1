// What embeddings do to their table beside looking rows up: rows that grow too long are scaled back
// in place, and gradients may be divided by how often their row was asked for.
// in:  indices, the table [n, d]     out: the table written to; nodes whose gradient is scaled

import { within } from '../../autograd/mode.js';
import { alias, gather, mul } from '../../graph/build.js';
import { broadcastTo, reshape } from '../../graph/movement.js';
import type { Node } from '../../graph/node.js';
import { ones, zeros } from '../create/create.js';
import { vectorNorm } from '../linalg/norms.js';
import type { Tensor } from '../../tensor/tensor.js';
import { where } from '../pointwise/ternary.js';

export interface TableOptions {
  /** rows that are asked for and longer than this are scaled to it, in the table itself */
  maxNorm?: number | null;
  /** which norm that is, default 2 */
  normType?: number;
  /** gradients are divided by how often their row is asked for, default false */
  scaleGradByFreq?: boolean;
  /** gradients are dense here: true is refused */
  sparse?: boolean;
}

/** How often each row is asked for: [n]. */
function counts(input: Tensor, n: number, dtype: Tensor['dtype']): Tensor {
  const index = input.reshape(-1).long() as Tensor;
  return zeros([n], { dtype }).scatterAdd(0, index, ones(index.shape, { dtype })) as Tensor;
}

/** Scales the rows of `input` back where they are too long. Source: torch.embedding_renorm_. */
export function renormalise(weight: Tensor, input: Tensor, o: TableOptions): void {
  const { maxNorm = null, normType = 2 } = o;
  if (maxNorm === null) return;
  within(false, () => {
    const table = weight.detach() as Tensor;
    const asked = counts(input, weight.shape[0]!, weight.dtype).gt(0) as Tensor;
    const norm = vectorNorm(table, normType, 1).double() as Tensor;
    // the factor is a double, rounded once, as in PyTorch
    const factor = norm.add(1e-7).reciprocal().mul(maxNorm) as Tensor;
    const scaled = table.mul((factor.to(weight.dtype) as Tensor).unsqueeze(1) as Tensor);
    const long = asked.logicalAnd(norm.gt(maxNorm)).unsqueeze(1) as Tensor;
    table.copy_(where(long, scaled as Tensor, table) as Tensor);
  });
}

/** The same rows; their gradient is divided by how often each is asked for. rows: [count, 1]. */
export function byFrequency(picked: Node, rows: Node, input: Tensor, n: number): Node {
  if (picked.history === null) return picked;
  const often = counts(input, n, picked.dtype).reciprocal() as Tensor;
  const share = gather(often.node, reshape(rows, [rows.shape[0]!]), 0);
  const result = alias(picked);
  result.history = {
    kind: 'custom',
    name: 'embedding',
    inputs: [picked],
    saves: true,
    backward: (g) => [mul(g, broadcastTo(reshape(share, [rows.shape[0]!, 1]), g.shape))],
  };
  return result;
}

/** Errors: gradients that would be sparse. */
export function demandDense(name: string, { sparse = false }: TableOptions): void {
  if (!sparse) return;
  throw new Error(
    `${name}: sparse gradients are not offered: leave out { sparse: true }, and the gradient is ` +
      'dense',
  );
}
