// What a module is made of: names, sharing, conversion, replaced parts, named layers; as PyTorch has them.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { compile, nn, ones, optim, tensor, zeros } = whorl;

const names = (pairs: Iterable<[string, unknown]>) => [...pairs].map(([name]) => name).join(' ');

class Tied extends nn.Module {
  a = new nn.Linear(2, 2, { bias: false });
  b = new nn.Linear(2, 2, { bias: false });
  plain = zeros(2);
  constructor() {
    super();
    (this as Loose).b.weight = this.a.weight;
    this.registerBuffer('buf', zeros(2));
    this.registerBuffer('tmp', zeros(1), false);
  }
}

describe('a module that is used twice', () => {
  const block = new nn.Linear(2, 2);
  const net = new nn.Sequential(block, new nn.ReLU(), block);

  it('stands under both names in the state, once among parameters and modules', () => {
    expect(names(net.stateDict())).toBe('0.weight 0.bias 2.weight 2.bias');
    expect(names(net.namedParameters())).toBe('0.weight 0.bias');
    expect(names(net.namedModules())).toBe(' 0 1');
    expect(names(net.namedChildren())).toBe('0 1');
  });

  it('is found under both names without removeDuplicate', () => {
    const all = { removeDuplicate: false };
    expect(names(net.namedParameters(all))).toBe('0.weight 0.bias 2.weight 2.bias');
    expect(names(net.namedParameters('', true, all))).toBe('0.weight 0.bias 2.weight 2.bias');
    expect(names(net.namedModules('', all))).toBe(' 0 1 2');
  });

  it('counts, prints and computes twice', () => {
    const show = '(in_features=2, out_features=2, bias=True)';
    expect(String(net)).toBe(
      `Sequential(\n  (0): Linear${show}\n  (1): ReLU()\n  (2): Linear${show}\n)`,
    );
    expect([net.length, [...net].length, net.at(-1) === block]).toEqual([3, 3, true]);
    const x = ones(1, 2);
    const twice = block.forward(block.forward(x).relu());
    expect(net.forward(x).toArraySync()).toEqual(twice.toArraySync());
  });

  it('is loaded from a state with both names', () => {
    const state = new Map([...net.stateDict()].map(([n, v]) => [n, v.clone().fill_(3)]));
    net.loadStateDict(state);
    expect(block.weight.toArraySync()).toEqual([
      [3, 3],
      [3, 3],
    ]);
  });
});

describe('what is found', () => {
  it('a shared parameter once, and its state under both names', () => {
    const net = new Tied();
    expect(names(net.stateDict())).toBe('buf a.weight b.weight');
    expect(names(net.namedParameters())).toBe('a.weight');
    expect(names(net.namedParameters({ removeDuplicate: false }))).toBe('a.weight b.weight');
    expect(names(net.namedParameters('p', false))).toBe('');
    expect(names(net.namedBuffers('p'))).toBe('p.buf p.tmp');
  });

  it('what is there now: a replaced, an added and a deleted parameter', () => {
    const layer = new nn.Linear(2, 2);
    layer.weight = new nn.Parameter(ones(2, 2));
    layer.extra = new nn.Parameter(zeros(1));
    delete layer.bias;
    expect(names(layer.stateDict())).toBe('weight extra');
    expect([...layer.parameters()][0]).toBe(layer.weight);
  });

  it('fields that are called name, mode or buffers', () => {
    class Named extends nn.Module {
      name: string;
      isTraining = 'mine';
      mode = 1;
      bufferNames = new nn.Linear(1, 1);
      constructor(name: string) {
        super();
        this.name = name;
      }
    }
    const net = new Named('first') as Loose;
    expect([net.name, net.eval().training, net.isTraining]).toEqual(['first', false, 'mine']);
    expect(names(net.stateDict())).toBe('bufferNames.weight bufferNames.bias');
    expect(String(net)).toMatch(/^Named\(/);
  });

  it('a module that holds the one it stands in, without end', () => {
    const net = new Tied() as Loose;
    net.a.parent = net;
    expect(names(net.stateDict())).toBe('buf a.weight b.weight');
    expect(() => net.namedParameters({ duplicates: true }).next()).toThrow(
      'namedParameters: unknown option "duplicates"',
    );
  });
});

describe('double() and float()', () => {
  it('keep the parameters, what is shared, and the gradients', () => {
    const net = new Tied() as Loose;
    net.a.forward(ones(1, 2)).sum().backward();
    const { weight } = net.a;
    const { grad } = weight;
    net.double();
    expect([net.a.weight === weight, net.b.weight === weight, weight.grad === grad]).toEqual([
      true,
      true,
      true,
    ]);
    expect([weight, grad, net.buf, net.tmp, net.plain].map((t: Loose) => t.dtype)).toEqual([
      ...new Array<string>(4).fill('float64'),
      'float32',
    ]);
    expect([weight.requiresGrad, weight.isLeaf, grad.toArraySync()]).toEqual([
      true,
      true,
      [
        [1, 1],
        [1, 1],
      ],
    ]);
    expect(weight.toArraySync()).toEqual(net.float().a.weight.toArraySync());
  });

  it('leave an optimizer training the same parameters, its state in its own dtype', () => {
    const layer = new nn.Linear(1, 1, { bias: false });
    const optimizer = new optim.SGD(layer.parameters(), { lr: 0.5, momentum: 0.5 });
    const step = (dtype: string) => {
      const before = layer.weight.itemSync();
      optimizer.zeroGrad();
      layer
        .forward(ones([1, 1], { dtype }))
        .sum()
        .backward();
      optimizer.step();
      return layer.weight.itemSync() - before;
    };
    expect(step('float32')).toBeCloseTo(-0.5, 6);
    layer.double();
    expect(step('float64')).toBeCloseTo(-0.75, 6);
    const { momentumBuffer } = optimizer.state.get(layer.weight);
    expect([layer.weight.dtype, momentumBuffer.dtype]).toEqual(['float64', 'float32']);
  });

  it('leave frozen parameters frozen, and views of the old memory what they were', () => {
    const layer = new nn.Linear(2, 1).requiresGrad_(false);
    const old = layer.weight.detach();
    layer.double();
    layer.weight.fill_(7);
    expect([layer.weight.requiresGrad, old.dtype, old.max().itemSync() < 7]).toEqual([
      false,
      'float32',
      true,
    ]);
  });

  it('are seen by a compiled step', () => {
    const layer = new nn.Linear(2, 1, { bias: false });
    const run = compile((x: Loose) => layer.forward(x).sum());
    const give = (dtype: string) => run(ones([1, 2], { dtype }));
    const before = [1, 2, 3].map(() => give('float32').itemSync());
    layer.double();
    const after = [1, 2, 3].map(() => give('float64'));
    expect(after.map((t) => t.dtype)).toEqual(['float64', 'float64', 'float64']);
    expect(after[2].itemSync()).toBeCloseTo(before[0], 6);
  });

  it('refuse what is no floating dtype', () => {
    expect(() => new nn.Linear(1, 1).to('int64')).toThrow('only floating dtypes, got int64');
  });
});

describe('named layers', () => {
  const [a, b, c] = [new nn.ReLU(), new nn.Tanh(), new nn.Identity()];
  const shown = 'Sequential(\n  (1): ReLU()\n  (0): Tanh()\n  (x): Identity()\n)';

  it('Sequential takes a Map in its order, whole numbers too, or a record', () => {
    const pairs = [
      ['1', a],
      ['0', b],
      ['x', c],
    ];
    expect(String(new nn.Sequential(new Map(pairs as Loose)))).toBe(shown);
    const net = new nn.Sequential({ first: new nn.Linear(2, 3), second: new nn.Linear(3, 1) });
    expect(names(net.stateDict())).toBe('first.weight first.bias second.weight second.bias');
    expect(net.forward(ones(4, 2)).shape).toEqual([4, 1]);
    expect([net.length, net.at(1) === net.second]).toEqual([2, true]);
  });

  it('ModuleDict keeps the order in which names were given, and replaces', () => {
    const dict = new nn.ModuleDict(
      new Map([
        ['1', a],
        ['0', b],
      ] as Loose),
    );
    dict.set('1', c).set('name', b);
    expect(String(dict)).toBe('ModuleDict(\n  (1): Identity()\n  (0): Tanh()\n  (name): Tanh()\n)');
    expect([dict.get('1') === c, dict.get('name') === b]).toEqual([true, true]);
  });

  it.each([
    [() => new nn.Sequential({ a: 5 }), 'Sequential: layer "a" is no Module with a forward, but 5'],
    [() => new nn.Sequential(a, null), 'Sequential: layer 1 is no Module with a forward, but null'],
    [() => new nn.ModuleDict({ 'a.b': a }), `module name can't be empty or contain "."`],
    [() => new nn.ModuleDict({ forward: a, train: a }), 'the name "train" is taken'],
    [() => new nn.ModuleList([7]), 'ModuleList: "0" is no Module, but 7'],
    [() => new nn.ModuleDict().get('toString'), 'ModuleDict: no module "toString"'],
    [() => new nn.ModuleList([a]).at(1), 'ModuleList: index 1 is out of range'],
  ])('%s is refused with a sentence', (make, message) => {
    expect(make).toThrow(message);
  });
});

describe('loadStateDict', () => {
  const layer = () => new nn.Linear(2, 1);

  it('tells what was missing and not expected, where that is allowed', () => {
    const result = layer().loadStateDict({ weight: zeros(1, 2), x: zeros(1) }, { strict: false });
    expect(result).toEqual({ missingKeys: ['bias'], unexpectedKeys: ['x'] });
  });

  it.each([
    [{ weight: [[1, 2]], bias: zeros(1) }, 'weight: expected a Tensor, got an array'],
    [
      { weight: zeros(2, 1), bias: zeros(1) },
      'size mismatch for weight: copying [2, 1] into [1, 2]',
    ],
    [{ weight: zeros(1, 2) }, 'missing key "bias"'],
    [null, 'expected a state dict (a Map or an object of tensors by name), got null'],
    [zeros(3), 'expected a state dict'],
  ])('says what does not fit: %#', (state, message) => {
    expect(() => layer().loadStateDict(state)).toThrow(message);
  });

  it('takes back what JSON.stringify made of stateDict(), every value of it', () => {
    const from = layer();
    from.weight = new nn.Parameter(tensor([[NaN, -0]]));
    from.bias = new nn.Parameter(tensor([-Infinity]));
    const text = JSON.stringify(from.stateDict());
    const to = layer();
    to.loadStateDict(JSON.parse(text));
    expect([...to.weight.dataSync(), ...to.bias.dataSync()]).toEqual([NaN, -0, -Infinity]);
  });
});

describe('zeroGrad', () => {
  it('forgets the gradients, or writes zeros', () => {
    const layer = new nn.Linear(1, 1);
    layer.forward(ones(1, 1)).sum().backward();
    layer.zeroGrad({ setToNone: false });
    expect(layer.bias.grad.toArraySync()).toEqual([0]);
    layer.zeroGrad();
    expect(layer.bias.grad).toBe(null);
    expect(() => layer.zeroGrad({ setToNull: true })).toThrow(
      'zeroGrad: unknown option "setToNull"',
    );
  });
});

describe('TransformerEncoder', () => {
  it('copies its layer with parameters of its own, in the mode of the layer', () => {
    const layer = new nn.TransformerEncoderLayer(4, 2, { dimFeedforward: 8 }).eval();
    const encoder = new nn.TransformerEncoder(layer, 2);
    const [first, second] = [...encoder.layers];
    expect([first.training, second.linear1.training]).toEqual([false, false]);
    expect(first.linear1.weight === second.linear1.weight).toBe(false);
    expect([...encoder.parameters()].length).toBe(2 * [...layer.parameters()].length);
  });
});

it('a Sequential of what can be walked over has the layers that are met, and refuses what is none', () => {
  const { nn } = whorl;
  const layers = [new nn.Linear(2, 3), new nn.ReLU()];
  const model = new nn.Sequential(...layers);
  for (const given of [layers, new Set(layers), model.children()])
    expect([...new nn.Sequential(given)]).toEqual(layers);
  expect(() => new nn.Sequential(model.namedChildren())).toThrow(/Sequential/);
});
