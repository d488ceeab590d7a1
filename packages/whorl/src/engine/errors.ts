// Errors in values: found while a kernel ran, told with the operation and the shapes.
// in:  the node whose check failed     out: an error

import type { Node } from '../graph/node.js';
import type { Args } from '../graph/op.js';

const shapeText = (node: Node): string => `[${node.shape.join(', ')}]`;

export function errorInValues(node: Node): Error {
  if (node.op === 'GATHER' || node.op === 'SCATTER') {
    const { axis } = node.arg as Args['GATHER'];
    const [table, index] = node.sources;
    const size = table!.shape[axis]!;
    return new RangeError(`index out of range: an element of the index ${shapeText(index!)} is out of bounds ` +
      `for dimension ${axis} with size ${size} of the tensor ${shapeText(table!)}; it must be in 0..${size - 1}`);
  }
  return new RangeError(`integer division or modulo by zero in a tensor ${shapeText(node)} of ${node.dtype}`);
}
