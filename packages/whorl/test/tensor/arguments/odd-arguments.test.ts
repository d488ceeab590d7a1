// Numbers in the places where PyTorch takes them, and arguments of a wrong kind, which get a sentence about the argument
// rather than an error from the inside.

import { describe, expect, it } from 'vitest';
import { whorl } from '../../loose.js';

const { nn, ones, special, tensor } = whorl;
const F = nn.functional;
const numbers = tensor([1, 2]);
const whole = tensor([1, 2], { dtype: 'int64' });

describe('a number stands for a tensor', () => {
  const cases: [string, () => unknown, number[]][] = [
    ['special.xlogy(2, x)', () => special.xlogy(2, numbers), [0, 1.3862943649291992]],
    [
      'special.xlogy(x, 2)',
      () => special.xlogy(numbers, 2),
      [Math.fround(Math.log(2)), 1.3862943649291992],
    ],
    [
      'special.xlog1py(2, x)',
      () => special.xlog1py(2, numbers),
      [1.3862943649291992, 2.1972246170043945],
    ],
    ['x.broadcastTo(2)', () => tensor([3]).broadcastTo(2), [3, 3]],
    ['x.normal_(mean, std) of tensors', () => ones(2).normal_(tensor(4), tensor(0)), [4, 4]],
    ['x.nanToNum(null)', () => tensor([Number.NaN, 1]).nanToNum(null), [0, 1]],
    ['bernoulli(x, 1)', () => whorl.bernoulli(tensor([0, 0]), 1), [1, 1]],
  ];
  it.each(cases)('%s', async (_, call, expected) => {
    expect(await (call() as { toArray(): Promise<number[]> }).toArray()).toEqual(expected);
  });

  // torch.manual_seed(0); zeros(3, dtype=dtype).random_(1, None)
  it.each<[string, unknown[]]>([
    ['float32', [8325805, 12888624, 1484406]],
    ['float64', [8737460674931248, 6375474555112641, 4137753702978300]],
    ['int32', [818069387, 1179589039, 272611718]],
    ['int64', [900450186894289457n, 3969543146641149122n, 1895649597198586621n]],
    ['uint8', [195, 55, 234]],
    ['bool', [1, 1, 1]],
  ])('x.random_(1, null) of %s has no upper bound', (dtype, wanted) => {
    whorl.manualSeed(0);
    expect([...whorl.zeros(3, { dtype }).random_(1, null).dataSync()]).toEqual(wanted);
  });

  it('a generator of null is the default one', () => {
    const draw = (generator: unknown) => {
      whorl.manualSeed(0);
      const filled = nn.init.xavierNormal_(ones(2, 2), 1, generator);
      const chosen = whorl.bernoulli(ones(4).div(2), { generator });
      return [filled, ones(2).uniform_({ generator }), chosen].map((x) => x.toArraySync());
    };
    expect(draw(null)).toEqual(draw(undefined));
  });

  it('or may be left out: normal(means) has a std of 1', () => {
    whorl.manualSeed(0);
    const alone = whorl.normal(numbers).dataSync();
    whorl.manualSeed(0);
    expect(alone).toEqual(whorl.normal(numbers, 1).dataSync());
  });

  it('calculateFans takes a weight, or its shape', () => {
    expect(nn.init.calculateFans(ones(3, 4, 2))).toEqual({ fanIn: 8, fanOut: 6 });
    expect(nn.init.calculateFans([3, 4, 2])).toEqual({ fanIn: 8, fanOut: 6 });
  });
});

describe('what is of no kind that fits is refused by name', () => {
  const cases: [string, () => unknown, RegExp][] = [
    [
      'bitwiseLeftShift of bools',
      () => tensor([true]).bitwiseLeftShift_(true),
      /bitwiseLeftShift: not implemented for bool/,
    ],
    [
      'bitwiseRightShift of bools',
      () => tensor([true]).bitwiseRightShift(tensor([true])),
      /not implemented for bool/,
    ],
    [
      'matrixNorm without dims',
      () => whorl.linalg.matrixNorm(ones(2, 2), 1, { dim: null }),
      /matrixNorm: dim must be two dimensions, got null/,
    ],
    ['normal(0, 1) without a size', () => whorl.normal(0, 1), /normal: two numbers need a size/],
    ['normal(means, std, size)', () => whorl.normal(numbers, 1, [2]), /a tensor has one/],
    ['unravelIndex(false, 0)', () => whorl.unravelIndex(false, 0), /'indices'.*must be a Tensor/],
    [
      'unravelIndex of halves',
      () => whorl.unravelIndex(whole, [1, 2, 2.5]),
      /'shape'.*list of integers/,
    ],
    ['vsplit(tensor)', () => ones(1, 1).vsplit(ones(2)), /'indicesOrSections'.*list of integers/],
    ['init.uniform_ of integers', () => nn.init.uniform_(whole), /not implemented for int64/],
    ['init.normal_ of integers', () => nn.init.normal_(whole), /not implemented for int64/],
    [
      'init.sparse_ without sparsity',
      () => nn.init.sparse_(ones(2, 2)),
      /required argument 'sparsity'/,
    ],
    [
      'adaptiveAvgPool1d(x, tensor)',
      () => F.adaptiveAvgPool1d(ones(1, 4), ones(2)),
      /'outputSize'/,
    ],
    ['AdaptiveAvgPool2d of words', () => new nn.AdaptiveAvgPool2d('all'), /'outputSize'/],
    ['grad(x, x, [0])', () => whorl.grad(ones(1), ones(1), [0]), /'gradOutputs'.*list of Tensors/],
    ['atleast3d(x, [x])', () => whorl.atleast3d(ones(1), [ones(1)]), /atleast3d: expected/],
    ['collate()', () => whorl.collate(), /collate: the items of a batch are a list/],
    ['randomSplit(set)', () => whorl.randomSplit([1, 2]), /required argument 'lengths'/],
    [
      'randomSplit(set, tensor)',
      () => whorl.randomSplit([1, 2], ones(1)),
      /'lengths'.*list of numbers/,
    ],
    [
      'randomSplit with an unknown option',
      () => whorl.randomSplit([1], [1], { seed: 1 }),
      /"seed"/,
    ],
    ['randperm(-2)', () => whorl.randperm(-2), /randperm: n must be non-negative, got -2/],
    ['multinomial(x, -2)', () => whorl.multinomial(ones(2), -2), /n_sample <= 0/],
    ['indexPut of an object', () => numbers.indexPut({ a: 1 }, numbers), /indexPut:/],
    ['indexPut of no index', () => numbers.indexPut([], tensor(1), true), /at least one dimension/],
    ['stack of a generator', () => whorl.stack((function* () {})()), /an instance of Generator/],
    ['expandAs(-2)', () => numbers.expandAs(-2), /'other'.*must be a Tensor/],
    ['dist(1)', () => numbers.dist(1), /'other'.*must be a Tensor/],
    ['kron(1)', () => numbers.kron(1), /'other'.*must be a Tensor/],
    ['equal(1)', () => numbers.equal(1), /'other'.*must be a Tensor/],
    ['arctan2(1)', () => numbers.arctan2(1), /'other'.*must be a Tensor/],
    ['diagonalScatter(-2)', () => ones(2, 2).diagonalScatter(-2), /'src'.*must be a Tensor/],
    ['F.pad(x, -99)', () => F.pad(numbers, -99), /'pad'.*list of integers/],
    [
      'F.pad with nothing left',
      () => F.pad(ones(1, 1, 5, 5), [0, 0, 0, -5], 'reflect'),
      /output size is 0/,
    ],
    [
      'F.pad of nothing',
      () => F.pad(ones(1, 1, 0, 5), [1, 1, 0, 0], 'replicate'),
      /only the batch may have size 0/,
    ],
    [
      'solveTriangular without upper',
      () => whorl.linalg.solveTriangular(ones(2, 2), ones(2, 2)),
      /'upper'/,
    ],
    ['nonzeroStatic without a size', () => numbers.nonzeroStatic(), /'size'/],
    [
      'repeatInterleave of another size',
      () => numbers.repeatInterleave(2, 0, { outputSize: 5 }),
      /expected 4 but got 5/,
    ],
    [
      'a schedule of no optimizer',
      () => new whorl.optim.lrScheduler.StepLR({}, 1),
      /must be an Optimizer/,
    ],
    [
      'TransformerEncoder of a tensor',
      () => new nn.TransformerEncoder(ones(1), 1),
      /must be a Module/,
    ],
    ['ModuleList of a number', () => new nn.ModuleList(1), /ModuleList: argument 'modules'/],
    ['ModuleDict of null', () => new nn.ModuleDict(null), /ModuleDict: argument 'modules'/],
    ['Parameter of a number', () => new nn.Parameter(1), /must be a Tensor/],
    ['StateDict of a number', () => new nn.StateDict(1), /StateDict: expected pairs/],
    ['clipGradValue_ of a function', () => nn.utils.clipGradValue_(() => 1, 1), /'parameters'/],
  ];
  it.each(cases)('%s', (_, call, words) => {
    expect(call).toThrow(words);
  });

  it('an own batch sampler takes the place of batchSize, shuffle, sampler and dropLast', () => {
    const set = [1, 2, 3];
    const batchSampler = new whorl.BatchSampler(new whorl.SequentialSampler(set), 2, true);
    expect([...new whorl.DataLoader(set, { batchSampler })].length).toBe(1);
    expect(() => new whorl.DataLoader(set, { batchSampler, shuffle: true })).toThrow(
      'mutually exclusive',
    );
  });

  it('F.pad around may leave nothing', () => {
    expect(F.pad(ones(1, 1, 5, 5), [0, 0, 0, -5], 'circular').shape).toEqual([1, 1, 0, 5]);
  });
});

describe('what cannot be computed is refused by the name of the operator', () => {
  const cases: [string, () => unknown, RegExp][] = [
    [
      'x.norm of dtype int64',
      () => ones(2).norm({ dtype: 'int64' }),
      /^norm: dtype should be floating point/,
    ],
    [
      'linalg.matrixNorm of dtype int64',
      () => whorl.linalg.matrixNorm(ones(2, 2), 'fro', [0, 1], { dtype: 'int64' }),
      /^matrixNorm: dtype should be/,
    ],
    ['trapz of one number', () => whorl.trapz(tensor(-8)), /^trapz: samples lie along a dimension/],
    [
      'cumulativeTrapezoid of one number',
      () => whorl.cumulativeTrapezoid(tensor(-8)),
      /no dimensions/,
    ],
  ];
  it.each(cases)('%s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});
