// Values whose elements are made of elements at the same place: where an element lies among its axes does not matter.
// in:  a node     out: yes or no

import type { Node, Shape } from './node.js';
import { ops } from './op.js';

/** Arithmetic on operands of the value's own shape, or one number everywhere. */
export function isFlat({ op, arg, shape, sources }: Node): boolean {
  if (op === 'CONST') return true;
  if (ops[op].kind !== 'pointwise' || arg !== null) return false;
  return sources.every((source) => isSame(source.shape, shape));
}

const isSame = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((size, i) => size === b[i]);
