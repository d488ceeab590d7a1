// Bad input: every mistake that can be seen at once is an error that names the operation.

import { describe, expect, it } from 'vitest';
import { whorl } from '../loose.js';
import { refused } from '../refused.js';

const { DataLoader, nn, optim, tensor, zeros } = whorl;
const F = nn.functional;
const grid = () => zeros(3, 4);

describe('dtypes that do not go together', () => {
  refused([
    [
      'float labels',
      () => F.crossEntropy(zeros(2, 3), tensor([0, 1])),
      /^crossEntropy: .*found float32.*int64.*long\(\)/,
    ],
    [
      'int32 labels',
      () => F.crossEntropy(zeros(2, 3), tensor([0, 1], { dtype: 'int32' })),
      /^crossEntropy: .*int64 but found int32/,
    ],
    [
      'labels of another length',
      () => F.crossEntropy(zeros(2, 3), tensor([0n, 1n, 2n])),
      /^crossEntropy: .*\[2, 3\].*\[2\], got \[3\]/,
    ],
    [
      'matmul of two dtypes',
      () => grid().matmul(zeros(4, 2, { dtype: 'float64' })),
      /^matmul: .*float32 and float64/,
    ],
    [
      'Linear of a double',
      () => new nn.Linear(3, 2).forward(zeros(1, 3, { dtype: 'float64' })),
      /^linear: .*float64, float32/,
    ],
    ['mean of integers', () => grid().long().mean(), /^mean: .*int64; convert it with float\(\)/],
    [
      'a fraction into integers',
      () => grid().long().add_(0.5),
      /^add_: result type float32 can't be cast.*int64/,
    ],
    ['a float index', () => grid().at(tensor([0.5])), /^at: tensors used as indices.*float32/],
    [
      'a float mask',
      () => grid().maskedFill(grid(), 1),
      /^maskedFill: .*bool tensor, but got float32/,
    ],
    ['-bool', () => grid().bool().neg(), /^neg: .*bool.*logicalNot/],
    [
      'an unknown dtype',
      () => zeros(2, { dtype: 'float16' }),
      /^zeros: argument 'dtype' must be a dtype .bool, .*got 'float16'/,
    ],
    [
      'to an unknown dtype',
      () => grid().to('half'),
      /^to: argument 'dtype' .*must be a dtype .*got 'half'/,
    ],
  ]);
});

describe('values that are no numbers', () => {
  refused([
    ['tensor(undefined)', () => tensor(undefined), /^tensor: expected numbers.*got undefined/],
    ['tensor(null)', () => tensor(null), /^tensor: expected numbers.*got null/],
    ['tensor of strings', () => tensor(['1']), /^tensor: expected numbers.*got '1'/],
    [
      'tensor of tensors',
      () => tensor([tensor([1]), tensor([2])]),
      /^tensor: .*got a Tensor of shape \[1\] \(use stack\(\)\)/,
    ],
    ['tensor of an object', () => tensor({ a: 1 }), /^tensor: .*got \{ a \}/],
    [
      'NaN as an integer',
      () => tensor([Number.NaN], { dtype: 'int64' }),
      /^tensor: NaN cannot be converted to int64/,
    ],
    [
      'add of a string',
      () => grid().add('1'),
      /^add: argument 'other' .position 1. must be a Tensor or a number, got '1'/,
    ],
    ['add of undefined', () => grid().add(undefined), /^add: .*got undefined/],
    [
      'add of an array',
      () => grid().add([1, 2]),
      /^add: .*must be a Tensor or a number, got \[1, 2\]/,
    ],
    ['setAt of undefined', () => grid().setAt([0], undefined), /^setAt: .*got undefined/],
    [
      'item of many',
      () => grid().itemSync(),
      /^item: .*12 elements.*\[3, 4\]; use data\(\) or toArray\(\)/,
    ],
    ['a loop over a number', () => [...tensor(1)], /iteration over a 0-d tensor/],
  ]);

  it('item() of many is a rejected promise', async () => {
    await expect(grid().item()).rejects.toThrow(/^item: .*\[3, 4\]/);
  });
});

describe('unknown or impossible options', () => {
  const one = () => [tensor([1])];
  refused([
    [
      'sum',
      () => grid().sum(0, { keepDim: true }),
      /^sum: unknown option "keepDim"; it takes keepdim, dtype/,
    ],
    ['zeros', () => zeros(2, { type: 'x' }), /^zeros: unknown option "type"/],
    [
      'backward',
      () => tensor(1, { requiresGrad: true }).mul(2).backward(null, { retain_graph: true }),
      /^backward: unknown option "retain_graph"; it takes retainGraph, createGraph/,
    ],
    [
      'Adam',
      () => new optim.Adam(one(), { learningRate: 1 }),
      /^Adam: unknown option "learningRate"; it takes lr/,
    ],
    [
      'a parameter group',
      () => new optim.SGD([{ params: one(), rate: 1 }]),
      /^SGD: unknown option "rate"/,
    ],
    [
      'zeroGrad',
      () => new optim.SGD(one()).zeroGrad({ set: 1 }),
      /^zeroGrad: unknown option "set"/,
    ],
    [
      'Linear',
      () => new nn.Linear(2, 2, { biass: false }),
      /^Linear: unknown option "biass"; it takes bias/,
    ],
    ['Dropout', () => new nn.Dropout({ rate: 0.5 }), /^Dropout: unknown option "rate"/],
    [
      'CrossEntropyLoss',
      () => new nn.CrossEntropyLoss({ weights: null }),
      /^CrossEntropyLoss: unknown option "weights"/,
    ],
    [
      'DataLoader',
      () => new DataLoader(new whorl.TensorDataset(grid()), { batchsize: 3 }),
      /^DataLoader: unknown option "batchsize"/,
    ],
    [
      'a reduction',
      () => F.mseLoss(grid(), grid(), { reduction: 'avg' }),
      /^mseLoss: "avg".*mean, sum or none/,
    ],
    ['a probability', () => new nn.Dropout(2), /^Dropout: .*between 0 and 1, but got 2/],
    [
      'features',
      () => new nn.Linear(2.5, 2),
      /^Linear: argument 'inFeatures' .*must be an integer, got 2\.5/,
    ],
    ['a step of 0', () => whorl.arange(0, 1, 0), /^arange: step must be nonzero/],
    [
      'no layer',
      () => new nn.Sequential(new nn.Linear(2, 3), {}),
      /^Sequential: layer 1 is no Module/,
    ],
  ]);
});

describe('gradients', () => {
  const leaf = () => tensor([1, 2], { requiresGrad: true });
  refused([
    [
      'a non-scalar backward',
      () => leaf().mul(2).backward(),
      /^backward: grad can be implicitly created only for scalar outputs.*\[2\]/,
    ],
    [
      'a second backward',
      () => {
        const y = leaf().exp().sum();
        y.backward();
        y.backward();
      },
      /backward through the graph a second time/,
    ],
    [
      'a write into a leaf',
      () => leaf().add_(1),
      /^add_: a leaf Variable that requires grad.*noGrad/,
    ],
    [
      'a write into a view of a leaf',
      () => leaf().at(0).fill_(1),
      /^fill_: a view of a leaf Variable/,
    ],
    [
      'a backward without a graph',
      () => tensor(1).backward(),
      /^backward: .*does not require grad/,
    ],
  ]);
});
