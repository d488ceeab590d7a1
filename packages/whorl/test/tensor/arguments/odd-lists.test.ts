// Lists in all the forms in which users have them: each is understood or refused, none is taken for an empty one; options
// in every form; functions that give nothing back.

import { describe, expect, it, vi } from 'vitest';
import { type Loose, whorl } from '../../loose.js';

const { DataLoader, nn, ones, optim, Subset, tensor } = whorl;
const { lrScheduler: schedules } = optim;
const data = [10, 20, 30, 40];
const whole = (values: number[]) => tensor(values, { dtype: 'int64' });
function* two() {
  yield 2;
  yield 0;
}
const linear = () => new nn.Linear(2, 2);
const parameter = () => ones(2).requiresGrad_();
const sgd = () => new optim.SGD([parameter()], { lr: 0.1, momentum: 0.9 });

describe('indices are understood', () => {
  it.each<[string, () => unknown]>([
    ['a list', () => [2, 0]],
    ['a frozen list', () => Object.freeze([2, 0])],
    ['a typed array', () => new Int32Array([2, 0])],
    ['bigints', () => [2n, 0n]],
    ['a tensor', () => whole([2, 0])],
    ['a Set', () => new Set([2, 0])],
    ['a generator', two],
    [
      'the values of a Map',
      () =>
        new Map([
          ['a', 2],
          ['b', 0],
        ]).values(),
    ],
  ])('of %s', (_, indices) => {
    const subset = new Subset(data, indices());
    expect([subset.length, subset.get(0), subset.get(1)]).toEqual([2, 30, 10]);
    const inOrder = new DataLoader(data, { sampler: indices(), batchSize: 2 });
    expect([...inOrder].map((batch: Loose) => batch.toArraySync())).toEqual([[30, 10]]);
    const grouped = new DataLoader(data, { batchSampler: [indices()] });
    expect([...grouped].map((batch: Loose) => batch.toArraySync())).toEqual([[30, 10]]);
    expect([...new whorl.SubsetRandomSampler(indices())].sort()).toEqual([0, 2]);
    expect([...new whorl.WeightedRandomSampler(indices(), 3)]).toEqual([0, 0, 0]);
  });

  it('and negative ones count from the end', () => {
    expect(new Subset(data, [-1]).get(0)).toBe(40);
    const rows = new whorl.TensorDataset(tensor([1, 2, 3]));
    expect([...new DataLoader(new Subset(rows, [-1]))][0][0].toArraySync()).toEqual([3]);
  });

  it('rows of a tensor and the items of a Set can be counted', () => {
    expect([...new whorl.SequentialSampler(ones(3))]).toEqual([0, 1, 2]);
    expect([...new whorl.SequentialSampler(new Set(data))]).toEqual([0, 1, 2, 3]);
  });
});

describe('what would be empty is refused', () => {
  const names = linear();
  const cases: [string, () => unknown, RegExp][] = [
    ['Subset of a record', () => new Subset(data, {}), /Subset: indices must be a list/],
    ['Subset of NaN', () => new Subset(data, [Number.NaN]), /must be whole numbers/],
    [
      'an index out of range',
      () => [...new DataLoader(new Subset(data, [9]))],
      /index 9 is out of range/,
    ],
    ['order of a record', () => new whorl.SequentialSampler({}), /dataSource has no length/],
    ['RandomSampler(generator)', () => new whorl.RandomSampler(two()), /dataSource has no length/],
    [
      'the length of a generator',
      () => new DataLoader(data, { sampler: two() }).length,
      /no length/,
    ],
    ['batchSampler: 3', () => new DataLoader(data, { batchSampler: 3 }), /lists of indices, got 3/],
    [
      'a data set of length NaN',
      () => new DataLoader({ length: Number.NaN, get: () => 1 }),
      /length is NaN/,
    ],
    ['a data set of length -1', () => new DataLoader({ length: -1, get: () => 1 }), /length is -1/],
    ['a 0-d tensor', () => new DataLoader(tensor(1)), /a data set has a length/],
    ['collate of Sets', () => whorl.collate([new Set([1])]), /found an instance of Set/],
    ['collate of dates', () => whorl.collate([new Date(0)]), /found an instance of Date/],
    ['collate of generators', () => whorl.collate([two()]), /found an instance of Generator/],
    ['halves of items', () => whorl.randomSplit(data, [1.5, 2.5]), /lengths are whole numbers/],
    ['a negative part', () => whorl.randomSplit(data, [-1, 5]), /must not be -1/],
    ['Sequential(date)', () => new nn.Sequential(new Date(0)), /layer 0 is no Module/],
    ['Sequential(promise)', () => new nn.Sequential(Promise.resolve()), /layer 0 is no Module/],
    ['ModuleDict(date)', () => new nn.ModuleDict(new Date(0)), /ModuleDict: argument 'modules'/],
    ['ModuleDict of numbers', () => new nn.ModuleDict([[1, names]]), /name is a string, got 1/],
    ['two lists of modules', () => new nn.ModuleList([names], [names]), /takes at most 1/],
    [
      'state of a generator',
      () => linear().loadStateDict(names.namedParameters(), false),
      /a state dict/,
    ],
    ['state of a Module', () => linear().loadStateDict(names, false), /a state dict/],
    [
      'state of a list',
      () => linear().loadStateDict([names.weight], { strict: false }),
      /a state dict/,
    ],
    ['StateDict of modules', () => new nn.StateDict([names]), /pairs of names and tensors/],
    [
      'clipping named ones',
      () => nn.utils.clipGradNorm_(names.namedParameters(), 1),
      /give model\.parameters/,
    ],
    [
      'clipping a list of lists',
      () => nn.utils.clipGradValue_([[names.weight]], 1),
      /give model\.parameters/,
    ],
    ['clipping nothing', () => nn.utils.clipGradNorm_([undefined], 1), /one of them is undefined/],
    ['sizes with holes', () => whorl.broadcastShapes(new Array(2)), /'shapes'/],
    ['a normal shape with holes', () => new nn.LayerNorm(new Array(2)), /'normalizedShape'/],
    ['milestones of strings', () => new schedules.MultiStepLR(sgd(), ['1']), /'milestones'/],
    ['milestones of lists', () => new schedules.MultiStepLR(sgd(), [[1]]), /'milestones'/],
    ['steps of 0', () => new schedules.StepLR(sgd(), 0), /stepSize must not be 0/],
    ['a half cosine of 0', () => new schedules.CosineAnnealingLR(sgd(), 0), /tMax must not be 0/],
    ['a seed of a list', () => whorl.manualSeed([1]), /manualSeed: expected a whole number/],
  ];
  it.each(cases)('%s', (_, call, words) => {
    expect(call).toThrow(words);
  });

  it('a generator in its second epoch', () => {
    const loader = new DataLoader(data, { sampler: two() });
    expect([...loader].length).toBe(2);
    expect(() => [...loader]).toThrow(/can be gone through once/);
  });

  it('a generator that was gone through is warned of, as in PyTorch', () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const spent = linear().parameters();
    expect([...spent].length).toBe(2);
    expect(nn.utils.clipGradNorm_(spent, 1).itemSync()).toBe(0);
    expect(warned.mock.calls[0]![0]).toContain('an empty generator');
    warned.mockRestore();
  });
});

describe('a function that gives no number', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a promise', Promise.resolve(1)],
    ['a word', '1'],
    ['null', null],
  ])('but %s is refused by every schedule that asks one', (_, given) => {
    const words = /must return a number/;
    expect(() => new schedules.LambdaLR(sgd(), () => given)).toThrow(words);
    expect(() => {
      new schedules.MultiplicativeLR(sgd(), () => given).step();
    }).toThrow(words);
    expect(() => new schedules.CyclicLR(sgd(), 0.1, 0.2, { scaleFn: () => given })).toThrow(words);
  });
});

describe('options of a group are of the kind of the optimizer', () => {
  const Adam = (own: object) => new optim.Adam([{ params: [parameter()], ...own }]);
  it.each<[object, RegExp]>([
    [{ lr: '0.1' }, /lr of a group must be a number, got '0\.1'/],
    [{ lr: null }, /lr of a group must be a number, got null/],
    [{ betas: [0.9] }, /betas of a group must be a list of 2 numbers/],
    [{ betas: 0.9 }, /betas of a group must be a list of 2 numbers/],
    [{ maximize: 'false' }, /maximize of a group must be a boolean/],
  ])('%j is refused', (own, words) => {
    expect(() => Adam(own)).toThrow(words);
  });

  it('undefined leaves an option out', () => {
    expect(Adam({ lr: undefined }).paramGroups[0].lr).toBe(1e-3);
  });

  it('betas and step sizes are two numbers', () => {
    expect(() => new optim.Adam([parameter()], { betas: [0.9] })).toThrow(/betas are two numbers/);
    const steps = { stepSizes: [1] };
    expect(() => new optim.Rprop([parameter()], steps)).toThrow(/stepSizes are two numbers/);
  });
});

describe('states', () => {
  it.each([undefined, {}, '{}', linear().stateDict(), { paramGroups: [] }])(
    'what is none is refused: %#',
    (state) => {
      expect(() => {
        sgd().loadStateDict(state);
      }).toThrow(/expected what stateDict\(\) of an optimizer gives/);
      expect(() => {
        new schedules.StepLR(sgd(), 1).loadStateDict(state);
      }).toThrow(/expected what stateDict\(\) gives/);
    },
  );

  it("another optimizer's is told when it is used", () => {
    const [from, to] = [parameter(), parameter()];
    const saving = new optim.Adam([from]);
    from.sum().backward();
    saving.step();
    const loading = new optim.SGD([to], { lr: 0.1, momentum: 0.9 });
    loading.loadStateDict(saving.stateDict());
    to.sum().backward();
    expect(() => loading.step()).toThrow(/no momentumBuffer.*another optimizer saved it/);
  });
});

describe("a module's methods take PyTorch's positions and options by name", () => {
  it('buffers that are not saved', () => {
    const layers = [false, { persistent: false }].map((option) => {
      const layer = linear();
      layer.registerBuffer('seen', ones(1), option);
      return layer;
    });
    for (const layer of layers) expect([...layer.stateDict().keys()]).toEqual(['weight', 'bias']);
  });

  it('parameters that are frozen', () => {
    expect(new nn.Parameter(ones(1), { requiresGrad: false }).requiresGrad).toBe(false);
    expect(new nn.Parameter(ones(1), false).requiresGrad).toBe(false);
  });

  it('zeroGrad(false) writes zeros, a part of a state is loaded', () => {
    const layer = linear();
    layer.forward(ones(1, 2)).sum().backward();
    layer.zeroGrad(false);
    expect(layer.bias.grad.toArraySync()).toEqual([0, 0]);
    const optimizer = new optim.SGD(layer.parameters(), 0.1);
    layer.forward(ones(1, 2)).sum().backward();
    optimizer.zeroGrad(false);
    expect(layer.bias.grad.toArraySync()).toEqual([0, 0]);
    expect(layer.loadStateDict({}, false).missingKeys).toEqual(['weight', 'bias']);
  });

  it.each<[string, (m: Loose) => unknown, RegExp]>([
    ['train', (m) => m.train('eval'), /training is true or false/],
    ['train', (m) => m.train(0), /training is true or false/],
    ['requiresGrad_', (m) => m.requiresGrad_({ requiresGrad: false }), /expected true or false/],
    ['requiresGrad_', (m) => m.requiresGrad_('no'), /expected true or false/],
    ['apply', (m) => m.apply(), /apply: expected a function/],
    ['zeroGrad', (m) => m.zeroGrad('x'), /'setToNone'.*boolean/],
    ['parameters', (m) => [...m.parameters('x')], /'recurse'.*boolean/],
    ['namedParameters', (m) => [...m.namedParameters({ recurse: 'no' })], /'recurse'.*boolean/],
    ['registerBuffer', (m) => m.registerBuffer('b', [1]), /'tensor'.*Tensor/],
  ])('%s refuses what is neither', (_, call, words) => {
    expect(() => call(linear())).toThrow(words);
  });
});
