// The sum of a batch's losses in the order in which PyTorch adds them, so that printed losses
// agree.
// in:  [n]     out: the sum, in levels of 16: 16 elements make a partial sum, 16 of those the next,
// and so on
//
// Source: nll_loss_out_frame of ATen (LossNLL.cpp). Its counter starts at 0, where every level is
// handed on at
// once: so the first element goes to the top by itself, and blocks begin at element 1. What is left
// on each level
// is added up from the lowest level to the highest.

import { differentiated } from '../../../autograd/custom.js';
import { add } from '../../../graph/build.js';
import { broadcastTo, narrow, reshape } from '../../../graph/movement.js';
import { reduce } from '../../../graph/reductions.js';
import { sumNode } from '../../reduce/reduce.js';
import type { Node } from '../../../graph/node.js';

const levels = 8;

/** Elements that make a partial sum: 16, more for batches past 2^32. */
const stepOf = (n: number): number =>
  2 ** Math.max(4, Math.floor(Math.ceil(Math.log2(n)) / levels));

const serialSum = (a: Node, axis: number): Node => reduce(a, 'sum', [axis], 'serial');

export function cascadeSum(a: Node): Node {
  const n = a.shape[0]!;
  // of more than two one sum at least begins at 0: the result is never -0
  if (n <= 2) return sumNode(a, [0]);
  return differentiated('sum', total(a, stepOf(n)), [a], (g) => [broadcastTo(g, a.shape)], false);
}

function total(a: Node, step: number): Node {
  let sum: Node | null = null;
  let level = narrow(a, 0, 1, a.shape[0]! - 1);
  for (let i = 0; level.shape[0]! > 0; i++) {
    const whole = i === levels - 1 ? 0 : Math.floor(level.shape[0]! / step);
    const rest = level.shape[0]! - whole * step;
    if (rest > 0) sum = plus(sum, serialSum(narrow(level, 0, whole * step, rest), 0));
    level = serialSum(reshape(narrow(level, 0, 0, whole * step), [whole, step]), 1);
  }
  return plus(sum, reshape(narrow(a, 0, 0, 1), []));
}

const plus = (a: Node | null, b: Node): Node => (a === null ? b : add(a, b));
