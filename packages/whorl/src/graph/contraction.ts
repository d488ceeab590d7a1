// Matrix products: a sum of products over an axis that both have.
// in:  two nodes     out: a node

import { mul } from './build.js';
import { expand, permute, reshape } from './movement.js';
import type { Node } from './node.js';
import { reduce } from './reductions.js';

/** [..., M, K] by [..., K, N] with equal batch axes: the sum over K of products, in sequence. */
export function contract(a: Node, b: Node): Node {
  const rank = a.shape.length;
  const [m, k] = [a.shape[rank - 2]!, a.shape[rank - 1]!];
  const n = b.shape[rank - 1]!;
  const batch = a.shape.slice(0, -2);
  const full = [...batch, m, n, k];
  const left = expand(reshape(a, [...batch, m, 1, k]), full);
  const swapped = permute(b, [...batch.keys(), rank - 1, rank - 2]);
  const right = expand(reshape(swapped, [...batch, 1, n, k]), full);
  return reduce(mul(left, right), 'sum', [rank], 'serial');
}
