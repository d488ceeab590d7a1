// In-place writes: who may be written to, and what a write makes of a cell's value and of its
// history.
// in:  a target tensor, a value
// out: nothing; the target's cell has another node, or an error says why not

import { capturing } from '../capture/looking/capturing.js';
import { abandon, writeCell } from '../engine/flush/pending.js';
import { cast } from '../graph/build.js';
import { type Node, recording } from '../graph/node.js';
import { isOneCellsAlone, isSink } from '../graph/ownership.js';
import { write } from './put.js';
import { overlaps } from './strides.js';
import type { Tensor } from './tensor.js';
import { withHistory } from './view.js';
import { continued, isPart, once, writeMark } from './written-history.js';
import { isFloating, type DType } from '../graph/dtype.js';

/** @internal throws where PyTorch refuses an in-place write to `target` */
export function assertWritable(name: string, target: Tensor): void {
  if (target.layout !== null && overlaps(target.shape, target.layout)) {
    throw new Error(
      `${name}: unsupported operation: more than one element of the written-to tensor ` +
        'refers to a single memory location. Please clone() the tensor before performing the ' +
        'operation.',
    );
  }
  assertOwnHistory(name, target);
}

/** @internal throws where `target` is a leaf that requires grad, or a view of one */
export function assertOwnHistory(name: string, target: Tensor): void {
  if (!recording().enabled || !target.requiresGrad) return;
  if (target.isLeaf) {
    throw new Error(
      `${name}: a leaf Variable that requires grad is being used in an in-place ` +
        'operation. Write to it inside noGrad(), or to a clone().',
    );
  }
  if (isViewOfLeaf(target)) {
    throw new Error(
      `${name}: a view of a leaf Variable that requires grad is being used in an ` +
        'in-place operation. Write to it inside noGrad(), or to a clone().',
    );
  }
}

function isViewOfLeaf({ steps, mark, cell }: Tensor): boolean {
  if (steps.some((step) => step.op === 'LEAF')) return true;
  return mark === null ? cell.leaf !== null : mark.history?.kind === 'leaf';
}

/**
 * @internal an in-place write: `value` has the target's dtype, and its shape unless `place` puts it
 * in another way
 */
export function assign(target: Tensor, value: Node, place = write): void {
  const { cell, mark } = target;
  // before the old value is used: a captured cell has memory
  capturing.now?.view(target);
  // the value is the cell's from now on, and no sink of its own
  value.wasRead = true;
  const isTracked = value.history !== null || (mark !== null && mark.history !== null);
  if (mark !== null && isTracked && recording().enabled) {
    writeMark(mark, cell.node, target.steps, (base, steps) => place(base, steps, value));
  }
  // what is written inside noGrad or through detach() comes without its history
  const isUnseen = mark !== null || !recording().enabled;
  const own = isUnseen ? withHistory(value, null) : value;
  const steps = mark === null ? target.steps : target.steps.filter(({ op }) => op !== 'DETACH');
  const result = continued(place(cell.node, steps, own), cell.node, isUnseen);
  writeCell(cell, !isUnseen && isPart(target.steps) ? once(result) : result);
}

/**
 * @internal the same with a tensor that was made for this write alone. Nobody has it afterwards, so
 * the target's old value need not be kept for it.
 */
export function assignOwn(target: Tensor, result: Tensor): void {
  const isOwn = isForNobodyElse(target, result);
  assign(target, cast(result.node, target.dtype));
  if (isOwn) abandon(result.cell);
}

/**
 * @internal what was to be written and is refused: an error in its values must not meet the next
 * read
 */
export function discard(target: Tensor, result: Tensor): void {
  if (!isForNobodyElse(target, result)) return;
  result.node.wasRead = true;
  abandon(result.cell);
}

const isForNobodyElse = (target: Tensor, result: Tensor): boolean =>
  result !== target && isSink(result.node) && isOneCellsAlone(result.node);

/** @internal writes a result into its first operand; its shape and dtype must fit there */
export function assignResult(name: string, target: Tensor, result: Tensor): Tensor {
  try {
    assertFits(name, target, result);
  } catch (error) {
    discard(target, result);
    throw error;
  }
  assignOwn(target, result);
  return target;
}

function assertFits(name: string, target: Tensor, result: Tensor): void {
  assertWritable(name, target);
  const fits =
    result.shape.length === target.shape.length &&
    result.shape.every((n, i) => n === target.shape[i]);
  if (!fits) {
    throw new Error(
      `${name}: output with shape [${target.shape.join(', ')}] doesn't match the ` +
        `broadcast shape [${result.shape.join(', ')}]`,
    );
  }
  if (!canCast(result.dtype, target.dtype)) {
    throw new Error(
      `${name}: result type ${result.dtype} can't be cast to the desired output type ` +
        `${target.dtype}`,
    );
  }
}

/** @internal whether in-place results may be converted: never from a higher category to a lower. */
export const canCast = (from: DType, to: DType): boolean => {
  if (isFloating(from) && !isFloating(to)) return false;
  return from === 'bool' || to !== 'bool';
};
