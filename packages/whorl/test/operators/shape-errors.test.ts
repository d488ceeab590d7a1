// Shapes, sizes and indices that do not fit: an error at the line, which names the operation and the shapes.

import { describe } from 'vitest';
import { whorl } from '../loose.js';
import { refused } from '../refused.js';

const { cat, nn, ones, slice, stack, tensor, zeros } = whorl;
const F = nn.functional;
const grid = () => zeros(3, 4);

describe('shapes that do not go together', () => {
  refused([
    [
      'matmul',
      () => grid().matmul(zeros(3, 5)),
      /^matmul: cannot multiply \[3, 4\] by \[3, 5\]: the inner sizes 4 and 3 differ/,
    ],
    ['mm of a vector', () => grid().mm(zeros(4)), /^mm: .*\[3, 4\] and \[4\]/],
    ['bmm', () => zeros(2, 3, 4).bmm(zeros(3, 4, 5)), /^bmm: .*\[2, 3, 4\] and \[3, 4, 5\]/],
    ['dot', () => zeros(3).dot(zeros(4)), /^dot: .*\[3\] and \[4\]/],
    [
      'Linear',
      () => new nn.Linear(3, 2).forward(zeros(5, 4)),
      /^linear: cannot multiply \[5, 4\] by a weight of \[2, 3\].*3 features/,
    ],
    [
      'add',
      () => grid().add(zeros(3)),
      /^add: the shapes \[3, 4\] and \[3\] do not broadcast.*sizes 4 and 3/,
    ],
    ['eq', () => grid().eq(zeros(5)), /^eq: the shapes \[3, 4\] and \[5\]/],
    ['where', () => whorl.where(grid().bool(), zeros(3), grid()), /^where: .*\[3, 4\] and \[3\]/],
    ['add_ that would grow', () => zeros(4).add_(grid()), /^add_: .*\[4\].*\[3, 4\]/],
    ['mseLoss', () => F.mseLoss(grid(), zeros(4, 4)), /^mseLoss: .*\[3, 4\] and \[4, 4\]/],
    ['cat', () => cat([grid(), zeros(3, 5)]), /^cat: \[3, 4\] and \[3, 5\].*dim 0/],
    ['stack', () => stack([grid(), zeros(3)]), /^stack: .*\[3, 4\].*\[3\]/],
    [
      'maskedFill',
      () => grid().maskedFill(zeros(5).bool(), 1),
      /^maskedFill: .*\[3, 4\] and \[5\]/,
    ],
    ['setAt', () => grid().setAt([0], zeros(3)), /^setAt: .*\[3\].*\[4\]/],
    [
      'conv2d',
      () => F.conv2d(zeros(1, 3, 8, 8), zeros(4, 2, 3, 3)),
      /^conv2d: .*\[4, 2, 3, 3\].*\[1, 3, 8, 8\]/,
    ],
    [
      'an attribute of loadStateDict',
      () => new nn.Linear(2, 3).loadStateDict({ weight: zeros(2, 2), other: zeros(1) }),
      /Linear: size mismatch for weight: .*\[2, 2\].*\[3, 2\]; missing key "bias"; unexpected key "other"/,
    ],
  ]);
});

describe('sizes that do not fit', () => {
  refused([
    [
      'reshape',
      () => grid().reshape(5, 2),
      /^reshape: shape \[5, 2\] is invalid for input of size 12 \(\[3, 4\]/,
    ],
    ['reshape with -1', () => grid().reshape(-1, 5), /^reshape: shape \[-1, 5\].*12/],
    [
      'two sizes -1',
      () => grid().reshape(-1, -1),
      /^reshape: .*only one dimension can be inferred/,
    ],
    ['view', () => grid().view(7), /^view: shape \[7\].*12/],
    ['expand', () => grid().expand(2, 4), /^expand: .*\(2\).*\(3\).*\[3, 4\] to \[2, 4\]/],
    ['permute', () => grid().permute(0), /^permute: .*\[3, 4\] has 2, \[0\] has 1/],
    ['unflatten', () => grid().unflatten(1, [3, 2]), /^unflatten: shape \[3, 2\].*4/],
    ['split', () => grid().split([1, 1]), /^split: .*3.*\[1, 1\]/],
    ['topk', () => grid().topk(9), /^topk: .*9 of \[3, 4\] at dimension 1/],
    ['zeros(-1)', () => zeros(-1), /^zeros: sizes must be whole numbers from 0 up, got \[-1\]/],
    [
      'tensor of ragged rows',
      () => tensor([[1, 2], [3]]),
      /^tensor: expected sequence of length 2 at dim 1 \(got 1 elements\)/,
    ],
    [
      'tensor with another shape',
      () => tensor([1, 2, 3], { shape: [2, 2] }),
      /^tensor: 3 values do not fill the shape \[2, 2\]/,
    ],
    ['nothing to choose from', () => zeros(0, 3).argmax(), /^argmax: .*\[0, 3\]/],
  ]);
});

describe('dimensions and indices out of range', () => {
  refused([
    [
      'sum(2)',
      () => grid().sum(2),
      /^sum: Dimension out of range \(expected to be in range of \[-2, 1\], but got 2\): the input has 2 dimensions/,
    ],
    ['softmax(-3)', () => grid().softmax(-3), /^softmax: Dimension out of range.*but got -3/],
    ['a dim twice', () => grid().sum([0, -2]), /^sum: dim 0 appears multiple times/],
    ['transpose', () => grid().transpose(0, 2), /^transpose: Dimension out of range/],
    [
      'x.at(3)',
      () => grid().at(3),
      /^at: index 3 is out of bounds for dimension 0 with size 3 of the tensor \[3, 4\]/,
    ],
    [
      'x.at(0, 0, 0)',
      () => grid().at(0, 0, 0),
      /^at: too many indices.*dimension 2 \(got 3\).*\[3, 4\]/,
    ],
    [
      'x.at([0, 5])',
      () => grid().at([0, 5]),
      /^at: index 5 is out of bounds for dimension 0 with size 3 of the tensor \[3, 4\]/,
    ],
    ['x.setAt([9], 1)', () => grid().setAt([9], 1), /^setAt: index 9.*size 3.*\[3, 4\]/],
    ['x.setAt([[9]], 1)', () => grid().setAt([[9]], 1), /^setAt: index 9.*size 3.*\[3, 4\]/],
    [
      'narrow',
      () => grid().narrow(0, 2, 2),
      /^narrow: start \(2\) \+ length \(2\) exceeds dimension size \(3\).*\[3, 4\]/,
    ],
    ['select', () => grid().select(1, -5), /^select: index -5.*size 4.*\[3, 4\]/],
    [
      'gather',
      () => grid().gather(1, tensor([[7n]])),
      /^gather: index 7.*dimension 1 with size 4.*\[3, 4\]/,
    ],
    [
      'indexSelect',
      () => grid().indexSelect(0, tensor([3n])),
      /^indexSelect: index 3.*size 3.*\[3, 4\]/,
    ],
    [
      'scatter',
      () => grid().scatter(0, tensor([[3n]]), ones(1, 1)),
      /^scatter: index 3.*size 3.*\[3, 4\]/,
    ],
    [
      'a slice that goes backwards',
      () => grid().at(slice(null, null, -1)),
      /^slice: step must be greater than zero, got -1; use flip/,
    ],
  ]);
});
