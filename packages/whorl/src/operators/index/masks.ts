// Reading and writing where a bool mask is true: maskedFill, maskedSelect, maskedScatter.
// in:  a tensor, a mask that broadcasts with it
// out: a tensor; the selected elements are read on the host

import { reaching } from '../../autograd/paths.js';
import { alias, cast, gather, scatter, where } from '../../graph/build.js';
import { broadcastTo, reshape, shrink } from '../../graph/movement.js';
import { type Node, sizeOf } from '../../graph/node.js';
import { method } from '../../tensor/define.js';
import { showShape } from '../../tensor/dims.js';
import { indexOf, nonzeroPositions } from './nonzero.js';
import { withTwin } from '../twins.js';
import { showsTwice } from '../../tensor/overlap.js';
import { soon } from '../../tensor/read.js';
import { everywhere } from '../../tensor/fits.js';
import { broadcastShapes, isScalar, operandNode, type Scalar } from '../../tensor/promotion.js';
import { changed } from '../../tensor/put.js';
import { placesOf } from '../../tensor/shared-memory.js';
import { assertOwnHistory, assign } from '../../tensor/assign.js';
import { fromNode, Tensor } from '../../tensor/tensor.js';
import { tensor } from '../create/create.js';
import type { Changing, Shuffling } from '../types.js';
import type { MaskedFill, MaskedSelect } from './types.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    maskedFill: MaskedFill;
    maskedSelect: MaskedSelect;
    /**
     * Fills the true places with the source's elements in order. Reads the mask. Source:
     * Tensor.masked_scatter.
     */
    maskedScatter: Shuffling<[mask: Tensor, source: Tensor]>;
    maskedFill_: Changing<[mask: Tensor, value: Scalar | Tensor]>;
    maskedScatter_: Changing<[mask: Tensor, source: Tensor]>;
  }
}

function demandMask(name: string, mask: Tensor): void {
  if (mask instanceof Tensor && mask.dtype === 'bool') return;
  throw new TypeError(
    `${name}: expected mask to be a bool tensor, but got ` +
      `${mask instanceof Tensor ? mask.dtype : typeof mask}`,
  );
}

/** value where the mask is true. Source: Tensor.masked_fill. */
const maskedFill = (x: Tensor, mask: Tensor, value: Scalar | Tensor): Tensor => {
  demandMask('maskedFill', mask);
  if (value instanceof Tensor && value.ndim > 0) {
    throw new Error(
      `maskedFill: only supports a 0-dimensional value tensor, but got tensor with ${value.ndim} ` +
        'dimension(s)',
    );
  }
  const shape = broadcastShapes('maskedFill', x.shape, mask.shape);
  const node = isScalar(value)
    ? everywhere('maskedFill', value, x.dtype, shape)
    : broadcastTo(cast(value.node, x.dtype), shape);
  return fromNode(where(broadcastTo(mask.node, shape), node, broadcastTo(x.node, shape)));
};
const maskedFillMethod = method('maskedFill', 'mask value', maskedFill);
method('maskedFill_', 'mask value', (x: Tensor, mask: Tensor, value: Scalar | Tensor) => {
  assertOwnHistory('maskedFill_', x);
  const result = maskedFillMethod(x, mask, value);
  if (showShape(result.shape) !== showShape(x.shape)) {
    throw new Error(
      `maskedFill_: the mask ${showShape(mask.shape)} does not broadcast to the shape ` +
        `${showShape(x.shape)} it writes into`,
    );
  }
  if (!showsTwice(x)) assign(x, result.node);
  else fillWhere(x, broadcastTo(mask.node, x.shape), operandNode(value, x.dtype, []));
  return x;
});

/**
 * Fills each place that the view shows under a true element of `mask`, be it once or more often.
 */
export function fillWhere(x: Tensor, mask: Node, value: Node): void {
  assign(x, value, (base, steps, number) =>
    changed(base, steps, (within, shared) =>
      where(placesOf(within, shared, mask), broadcastTo(number, within.shape), within),
    ),
  );
}

/** The elements where the mask is true, 1-d. Reads the mask. Source: torch.masked_select. */
export function maskedSelectSync(x: Tensor, mask: Tensor): Tensor {
  demandMask('maskedSelect', mask);
  const shape = broadcastShapes('maskedSelect', x.shape, mask.shape);
  const positions = nonzeroPositions(mask.expand(shape) as Tensor);
  const index = tensor(indexOf(positions), { device: x.device });
  return fromNode(gather(reshape(broadcastTo(x.node, shape), [sizeOf(shape)]), index.node, 0));
}
method('maskedSelect', 'mask', (x: Tensor, mask: Tensor) =>
  soon('maskedSelect', [x, mask] as const, maskedSelectSync),
);

withTwin('maskedScatter', 'mask source', ((x: Tensor, mask: Tensor, source: Tensor) => {
  demandMask('maskedScatter', mask);
  if (x.dtype !== source.dtype)
    throw new Error('maskedScatter: expected self and source to have same dtypes');
  const shape = broadcastShapes('maskedScatter', x.shape, mask.shape);
  const positions = nonzeroPositions(mask.expand(shape) as Tensor);
  if (positions.length > source.numel()) {
    throw new Error(
      `maskedScatter: expected the source to have at least ${positions.length} elements, it has ` +
        `${source.numel()}`,
    );
  }
  const index = tensor(indexOf(positions));
  const flat = reshape(broadcastTo(x.node, shape), [sizeOf(shape)]);
  const values = shrink(reshape(source.node, [source.numel()]), [0], [1], [positions.length]);
  if (positions.length === 0)
    return fromNode(alias(reaching(broadcastTo(x.node, shape), [source.node])));
  return fromNode(reshape(scatter(flat, index.node, values, 0, 'set'), shape));
}) as never);
