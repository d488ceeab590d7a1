// Values whose elements are made of elements at the same place: where an element lies among its
// axes does not matter.
// in:  a node     out: yes or no

import { sameShape } from './build.js';
import type { Node } from './node.js';
import { ops } from './op.js';

/** Arithmetic on operands of the value's own shape, or one number everywhere. */
export function isFlat({ op, arg, shape, sources }: Node): boolean {
  if (op === 'CONST') return true;
  if (ops[op].kind !== 'pointwise' || arg !== null) return false;
  return sources.every((source) => sameShape(source.shape, shape));
}
