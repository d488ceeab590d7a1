// compile(): what changes between the calls is followed where it belongs to Whorl's objects, and found where it does not.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { signs } from '../../src/capture/looking/capturing.js';
import { type Loose, whorl } from '../loose.js';

const { compile, full, nn, ones, optim, random, scalar, tensor } = whorl;

afterEach(() => {
  vi.restoreAllMocks();
});

const values = (t: Loose): number[] => [...t.dataSync()];

/** More calls than are compared one after the other at the start. */
const settled = 25;

class Scaled extends nn.Module {
  config: Loose = { p: 1, deep: { q: [1, 2] } };
  list: Loose = [1];
  map = new Map([['a', 1]]);
  set = new Set([1]);
  numbers = new Float32Array([1]);
  offset: Loose = null;
  flag = false;
  calls = 0;
  last: Loose = null;
  constructor() {
    super();
    (this as Loose).registerBuffer('b', ones(2));
  }
  forward(x: Loose): Loose {
    this.calls++;
    this.last = x
      .mul(this.config.p * this.list[0] * this.map.get('a')! * [...this.set][0]! * this.numbers[0]!)
      .mul(this.config.deep.q[1])
      .mul((this as Loose).b);
    return this.last.add(this.offset ?? 0).add(this.flag ? 1 : 0);
  }
  encode(x: Loose): Loose {
    return x.mul(this.config.p);
  }
}

const changes: [string, (m: Loose) => void][] = [
  ['a number in an object', (m) => (m.config.p = 2)],
  ['an object', (m) => (m.config = { p: 3, deep: { q: [0, 1] } })],
  ['a number far inside', (m) => (m.config.deep.q[1] = 5)],
  ['an element of a list', (m) => (m.list[0] = 3)],
  ['an entry of a map', (m) => m.map.set('a', 4)],
  ['a set', (m) => m.set.add(7).delete(1)],
  ['a typed array', (m) => (m.numbers[0] = 9)],
  ['null that becomes a number', (m) => (m.offset = 1)],
  ['null that becomes a tensor', (m) => (m.offset = full([2], 3))],
  ['a flag', (m) => (m.flag = true)],
  ['a buffer', (m) => (m.b = full([2], 5))],
  ['a method of its own', (m) => (m.forward = (x: Loose) => x.mul(100))],
];

describe('a module of which something else changes', () => {
  it.each(changes)('%s', (_, change) => {
    const m = new Scaled();
    const f = compile((x: Loose) => m.forward(x));
    for (let i = 0; i < settled; i++) f(ones(2));
    change(m);
    expect(values(f(ones(2)))).toEqual(values(m.forward(ones(2))));
  });

  it('by any of its methods', () => {
    const m = new Scaled();
    const f = compile((x: Loose) => m.encode(x));
    for (let i = 0; i < settled; i++) f(ones(1));
    m.config.p = 17;
    expect(values(f(ones(1)))).toEqual([17]);
  });

  it('what it counts and keeps itself is no setting', () => {
    const m = new Scaled();
    const f = compile((x: Loose) => m.forward(x));
    for (let i = 0; i < 200; i++) f(ones(2));
    expect(m.calls).toBeLessThan(100);
  });

  it.each<[string, () => { model: Loose; change: () => void }]>([
    [
      'a layer of a Sequential',
      () => {
        const model = new nn.Sequential(new nn.ReLU(), new nn.Tanh());
        return { model, change: () => (model['1'] = new nn.Sigmoid()) };
      },
    ],
    [
      'ModuleList.append',
      () => {
        const list = new nn.ModuleList([new nn.ReLU()]);
        const forward = (x: Loose) => [...list].reduce((y: Loose, l: Loose) => l.forward(y), x);
        return { model: { forward }, change: () => list.append(new nn.Sigmoid()) };
      },
    ],
    [
      'ModuleDict.set',
      () => {
        const dict = new nn.ModuleDict({ a: new nn.ReLU() });
        const forward = (x: Loose) =>
          [...dict.children()].reduce((y: Loose, l: Loose) => l.forward(y), x);
        return { model: { forward }, change: () => dict.set('b', new nn.Sigmoid()) };
      },
    ],
  ])('%s', (_, make) => {
    const { model, change } = make();
    const f = compile((x: Loose) => model.forward(x));
    for (let i = 0; i < settled; i++) f(tensor([-1, 3]));
    change();
    expect(values(f(tensor([-1, 3])))).toEqual(values(model.forward(tensor([-1, 3]))));
  });

  it('train() and eval() inside', () => {
    const drop = new nn.Dropout(0.5);
    const f = compile((x: Loose) => {
      drop.eval();
      const quiet = drop.forward(x);
      drop.train();
      return [quiet, drop.forward(x)];
    });
    for (let i = 0; i < 6; i++) {
      if (i === 3) drop.eval();
      const [quiet, loud] = f(ones(50));
      expect(values(quiet)).toEqual(values(ones(50)));
      expect(new Set(values(loud))).toEqual(new Set([0, 2]));
      expect(drop.training).toBe(true);
    }
  });
});

describe("Python's random decides at every call", () => {
  it.each<[string, () => Loose]>([
    ['random', () => (random.random() < 0.5 ? 1 : 2)],
    ['choice', () => random.choice([1, 2, 3])],
    ['randint', () => random.randint(0, 4)],
    ['uniform', () => (random.uniform(-1, 1) < 0 ? 1 : 2)],
    ['gauss', () => (random.gauss(0, 1) < 0 ? 1 : 2)],
    [
      'shuffle',
      () => {
        const list = [1, 2, 3];
        random.shuffle(list);
        return list[0];
      },
    ],
    [
      'a seed',
      () => {
        random.seed(4);
        return random.randint(0, 9);
      },
    ],
  ])('%s', (_, draw) => {
    random.seed(3);
    const written = Array.from({ length: 30 }, draw);
    random.seed(3);
    const f = compile(() => ones(1).mul(draw()));
    expect(Array.from({ length: 30 }, () => f().itemSync())).toEqual(written);
  });
});

describe('what nobody sees is found', () => {
  const cases: [string, () => { f: () => Loose; change: () => void }, string][] = [
    [
      'a number',
      () => {
        let k = 1;
        return { f: () => ones(2).mul(k), change: () => (k = 2) };
      },
      'a number that the function closes over changed from 1 to 2',
    ],
    [
      'a tensor',
      () => {
        let t = ones(2);
        return { f: () => t.mul(3), change: () => (t = ones(2)) };
      },
      'a tensor of shape [2] and dtype float32 that the function closes over is another one',
    ],
    [
      'a module',
      () => {
        let m = new nn.ReLU();
        return { f: () => m.forward(ones(2)), change: () => (m = new nn.Tanh()) };
      },
      'a Tanh that the function closes over is another one',
    ],
    [
      'a scalar',
      () => {
        let s = scalar(1);
        return { f: () => ones(2).mul(s), change: () => (s = scalar(1)) };
      },
      'did something else',
    ],
    [
      'a list that grows',
      () => {
        const list = [ones(1)];
        return {
          f: () => list.reduce((a: Loose, b: Loose) => a.add(b)),
          change: () => list.push(ones(1)),
        };
      },
      'did something else',
    ],
    [
      'an optimizer',
      () => {
        const p = ones(2).requiresGrad_();
        let o = new optim.SGD([p], { lr: 0.1 });
        const f = () => {
          o.zeroGrad();
          p.square().sum().backward();
          o.step();
        };
        return { f, change: () => (o = new optim.Adam([p], { lr: 0.1 })) };
      },
      'a Adam that the function closes over is another one',
    ],
  ];

  it.each(cases)('%s, at one of the first calls before it is used', (_, make, message) => {
    const { f, change } = make();
    const g = compile(f);
    for (let i = 0; i < 3; i++) g();
    change();
    expect(g).toThrow(message);
    // it was told: what is recorded from now on is what there is now
    for (let i = 0; i < 3; i++) g();
  });

  it.each(cases)(
    '%s, later, and that calls may have used the old one is said',
    (_, make, message) => {
      const { f, change } = make();
      const g = compile(f);
      for (let i = 0; i < settled; i++) g();
      change();
      const error = firstError(g);
      expect(error).toContain(message);
      expect(error).toMatch(/before this one may have used what it was before/);
    },
  );

  it('at the first call of a new epoch', () => {
    let beta = 0;
    const losses: number[] = [];
    const data = new whorl.DataLoader(new whorl.TensorDataset(ones(40, 2)), { batchSize: 1 });
    const step = compile((x: Loose) => x.sum().mul(beta));
    const epoch = () => {
      for (const [x] of data as Loose) losses.push(step(x).itemSync());
    };
    epoch();
    beta = 1;
    expect(epoch).toThrow('changed from 0 to 1');
    expect(losses).toHaveLength(40);
  });

  it('after a schedule stepped, a model went to evaluation', () => {
    const before = signs.count;
    const model = new nn.Dropout();
    model.train();
    expect(signs.count).toBe(before);
    model.eval();
    const o = new optim.SGD([ones(1).requiresGrad_()], { lr: 1 });
    const s = new optim.lrScheduler.StepLR(o, { stepSize: 1 });
    s.step();
    expect(signs.count).toBeGreaterThanOrEqual(before + 2);
  });

  it('a counter in the function, at the call at which it says something else', () => {
    let n = 0;
    const w = ones(1).requiresGrad_();
    const o = new optim.SGD([w], { lr: 0.1 });
    const step = compile(() => {
      w.square().sum().backward();
      if (++n % 4 === 0) {
        o.step();
        o.zeroGrad();
      }
    });
    for (let i = 0; i < 3; i++) step();
    expect(step).toThrow('did something else');
    expect(values(w.grad)).toEqual([6]);
  });
});

function firstError(f: () => Loose): string {
  for (let i = 0; i < 200; i++) {
    try {
      f();
    } catch (error) {
      return (error as Error).message;
    }
  }
  return 'none';
}

describe('a failed comparison leaves everything as it was', () => {
  it('counts, schedules, draws', () => {
    let extra = false;
    const w = ones(2).requiresGrad_();
    const o = new optim.NAdam([w], { lr: 0.1 });
    const s = new optim.lrScheduler.ExponentialLR(o, { gamma: 0.5 });
    const f = compile(() => {
      o.zeroGrad();
      w.mul(whorl.rand(2)).sum().backward();
      o.step();
      s.step();
      return extra ? w.exp() : w.mul(1);
    });
    whorl.manualSeed(1);
    for (let i = 0; i < 3; i++) f();
    const state = () => [
      values(w.detach()),
      { ...o.state.get(w), expAvg: 0, expAvgSq: 0 },
      o.paramGroups[0].lr,
      s.lastEpoch,
      [...whorl.getRngState()],
    ];
    const before = state();
    extra = true;
    expect(f).toThrow('did something else');
    expect(state()).toEqual(before);
  });
});
