// One-hot vectors of class numbers.
// in:  an int64 tensor of classes     out: the same shape with one more axis, 1 at the class

import { binary, cast, iota } from '../../graph/build.js';
import { broadcastTo, reshape } from '../../graph/movement.js';
import { define } from '../../tensor/define.js';
import { dataSync, isReadable } from '../../tensor/read.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';

/**
 * One column of ones per class. input: int64 [*]; gives [*, numClasses]. Source:
 * nn.functional.one_hot.
 */
export const oneHot = define(
  'F.oneHot',
  'input num_classes?',
  (x: Tensor, numClasses: number = -1): Tensor => {
    if (x.dtype !== 'int64')
      throw new TypeError(
        `oneHot: is only applicable to index tensors of type int64, got ${x.dtype}`,
      );
    // where labels cannot be looked at now they need not be, if numClasses is given
    const isOpen = !isReadable(x) && numClasses > 0;
    const values = isOpen ? new BigInt64Array() : (dataSync(x, 'oneHot') as BigInt64Array);
    // biome-ignore lint/complexity/useMathMinMax: Math.max takes no bigints
    const largest = values.reduce((m, v) => (v > m ? v : m), -1n);
    if (values.length === 0 && numClasses <= 0)
      throw new Error('oneHot: can not infer total number of classes from empty tensor');
    if (values.some((v) => v < 0n)) throw new Error('oneHot: class values must be non-negative');
    if (numClasses === 0) throw new Error('oneHot: num_classes should be positive');
    const classes = numClasses < 0 ? Number(largest) + 1 : numClasses;
    if (largest >= BigInt(classes))
      throw new Error(
        `oneHot: class values must be smaller than numClasses ${classes}, got ${largest}`,
      );
    const shape = [...x.shape, classes];
    const column = broadcastTo(reshape(x.node, [...x.shape, 1]), shape);
    return fromNode(
      cast(binary('EQ', column, broadcastTo(iota(classes, 'int64'), shape)), 'int64'),
    );
  },
  'functional',
);
