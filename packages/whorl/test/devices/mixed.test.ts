// Tensors of two devices in one program: where results lie, what is refused, and that nothing is lost by it.

import { afterEach, describe, expect, it } from 'vitest';
import '../../src/engine/devices/reference.js';
import { type Loose, whorl } from '../loose.js';

const {
  arange,
  cat,
  compile,
  device,
  full,
  getDefaultDevice,
  linspace,
  manualSeed,
  nn,
  ones,
  onesLike,
  optim,
  rand,
  randint,
  randn,
  randperm,
  setDefaultDevice,
  stack,
  tensor,
  where,
  zeros,
  zerosLike,
} = whorl;
const reference = device('reference');
const cpu = device('cpu');
const there = { device: reference };

afterEach(() => setDefaultDevice(null));

describe('a device', () => {
  it('is one object for each name', () => {
    expect(device('cpu')).toBe(cpu);
    expect(device(reference)).toBe(reference);
    expect(device('cpu:0')).toBe(cpu);
    expect(`${reference}`).toBe('reference');
    expect(reference.type).toBe('reference');
  });

  it.each([
    ['cuda', /expected one of cpu, reference.* device type at start of device string: cuda/],
    ['', /expected one of cpu, reference/],
    ['cpu:1', /invalid device ordinal in "cpu:1"/],
  ])('that is not there is refused: %s', (name, message) => {
    expect(() => device(name)).toThrow(message);
    expect(() => zeros(2, { device: name })).toThrow(message);
    expect(() => setDefaultDevice(name)).toThrow(message);
    expect(() => new nn.Linear(2, 2).to({ device: name })).toThrow(message);
  });

  it.each([
    [Symbol('s'), /expected a Device or its name.*type symbol/],
    [3, /expected a Device or its name.*type number/],
    [null, /expected a Device or its name.*got null/],
    [Object.create(null), /expected a Device or its name.*type object/],
  ])('is a Device or a name: %s', (value, message) => {
    expect(() => device(value)).toThrow(message);
  });

  it('and a dtype in options is one', () => {
    expect(() => zeros(2).to({ dtype: 0 })).toThrow(/to: argument 'dtype' must be a dtype.*got 0/);
    expect(() => zeros(2).to({ dtype: Symbol('s') })).toThrow(/must be a dtype/);
  });

  it('is asked for before it is named', () => {
    expect(device(whorl.cuda.isAvailable() ? 'cuda:0' : 'cpu')).toBe(cpu);
    expect(whorl.accelerator.isAvailable()).toBe(false);
    expect(whorl.accelerator.currentAccelerator()).toBeNull();
  });
});

describe('creation', () => {
  const makers: Record<string, (o?: Loose) => Loose> = {
    zeros: (o) => zeros(2, 3, o ?? {}),
    ones: (o) => ones([2, 3], o ?? {}),
    full: (o) => full([2], 7, o),
    tensor: (o) => tensor([1, 2], o),
    'tensor of a number': (o) => tensor(3, o),
    arange: (o) => arange(5, o),
    'arange in fractions': (o) => arange(0, 1, 0.3, o),
    linspace: (o) => linspace(0, 1, 5, o),
    eye: (o) => whorl.eye(3, o),
    rand: (o) => rand(4, o ?? {}),
    randn: (o) => randn([4], o ?? {}),
    randint: (o) => randint(9, [4], o),
    randperm: (o) => randperm(5, o),
    scalarTensor: (o) => whorl.scalarTensor(3, o),
  };

  it.each(Object.entries(makers))(
    'of %s: where it is told, else on the default device',
    (_, make) => {
      manualSeed(3);
      const values = make().toArraySync();
      manualSeed(3);
      const told = make(there);
      expect(told.device).toBe(reference);
      expect(told.toArraySync()).toEqual(values);
      expect(make().device).toBe(cpu);
      setDefaultDevice('reference');
      expect(getDefaultDevice()).toBe(reference);
      expect(make().device).toBe(reference);
    },
  );

  it('like another tensor is beside it', () => {
    const x = ones(3, there);
    const all = [
      zerosLike(x),
      onesLike(x),
      whorl.randnLike(x),
      x.newZeros([2]),
      x.newFull([2], 1),
      x.clone(),
      x.bernoulli(0.5),
      x.multinomial(2),
      x.argmax(),
      x.sort()[0],
    ];
    expect(all.map((made) => `${made.device}`)).toEqual(all.map(() => 'reference'));
    expect(zerosLike(x, { device: 'cpu' }).device).toBe(cpu);
  });
});

describe('to', () => {
  it('hands the tensor back where nothing changes', () => {
    const x = ones(3);
    expect(x.to('cpu')).toBe(x);
    expect(x.cpu()).toBe(x);
    expect(x.to(cpu, 'float32')).toBe(x);
  });

  it('takes a device, a dtype, both, options, or a tensor', () => {
    const x = tensor([1.5, 2.5]);
    const like = zeros(1, { dtype: 'int32', device: 'reference' });
    for (const y of [
      x.to(reference, 'int32'),
      x.to({ dtype: 'int32', device: 'reference' }),
      x.to(like),
    ]) {
      expect([y.device, y.dtype, y.toArraySync()]).toEqual([reference, 'int32', [1, 2]]);
    }
  });

  it('is a copy of the value at that time, and its gradient comes back', () => {
    const x = tensor([1, 2, 3], { requiresGrad: true });
    const y = x.to(reference);
    whorl.noGrad(() => x.zero_());
    y.mul(tensor([1, 10, 100], there))
      .sum()
      .backward();
    expect(y.toArraySync()).toEqual([1, 2, 3]);
    expect(x.grad.device).toBe(cpu);
    expect(x.grad.toArraySync()).toEqual([1, 10, 100]);
  });

  it('goes there and back through several devices in one read', () => {
    let x = arange(4).float();
    for (let i = 0; i < 6; i++) x = x.add(1).to(i % 2 === 0 ? reference : cpu);
    expect(x.toArraySync()).toEqual([6, 7, 8, 9]);
  });
});

describe('operands on two devices', () => {
  const [a, b] = [tensor([1, 2]), tensor([3, 4], there)];
  const both = /Expected all tensors to be on the same device, but found at least two devices/;
  const calls: Record<string, () => unknown> = {
    add: () => a.add(b),
    add_: () => a.add_(b),
    lerp: () => a.lerp(b, 0.5),
    where: () => where(a.gt(1), a, b),
    cat: () => cat([a, b]),
    stack: () => stack([a, b]),
    matmul: () => a.matmul(b),
    linear: () => new nn.Linear(2, 2).forward(b),
    gather: () => a.gather(0, tensor([0, 1], { dtype: 'int64', device: reference })),
    at: () => b.at(tensor([0, 1], { dtype: 'int64' })).add(a),
    mseLoss: () => nn.functional.mseLoss(a, b),
    scatter: () => a.scatter(0, tensor([0n], there), b),
    addmm: () => ones(2, 2).addmm(ones(2, 2), ones(2, 2, there)),
    maximum: () => whorl.maximum(a, b),
    clamp: () => a.clamp(b),
    indexAdd: () => a.indexAdd(0, tensor([0n, 1n]), b),
    convolution: () => nn.functional.conv1d(ones(1, 1, 4), ones(1, 1, 2, there)),
  };

  it.each(Object.entries(calls))('are refused: %s', (_, call) => {
    expect(call).toThrow(both);
    // and nothing is lost by it
    expect(a.toArraySync()).toEqual([1, 2]);
    expect(b.toArraySync()).toEqual([3, 4]);
  });

  it('are welcome where one is a number of the cpu', () => {
    const two = tensor(2);
    for (const made of [b.mul(two), two.mul(b), b.lerp(tensor(0), two), b.pow(two)]) {
      expect(made.device).toBe(reference);
    }
    expect(where(b.gt(3), b, tensor(0)).toArraySync()).toEqual([0, 4]);
    expect(two.mul(b).toArraySync()).toEqual([6, 8]);
    const scale = tensor(3, { requiresGrad: true });
    b.mul(scale).sum().backward();
    expect([scale.grad.device, scale.grad.itemSync()]).toEqual([cpu, 7]);
  });

  it('are refused where the number is not of the cpu', () => {
    expect(() => a.mul(tensor(2, there))).toThrow(both);
  });

  it('are copied by copy_ and by element writes', () => {
    const x = zeros(3);
    x.copy_(tensor([1, 2, 3], there));
    x.setAt(whorl.slice(0, 2), tensor([8, 9], there));
    expect(x.toArraySync()).toEqual([8, 9, 3]);
    expect(x.device).toBe(cpu);
  });
});

describe('a model', () => {
  const data = (on: Loose) => ({
    x: linspace(-1, 1, 24).reshape(12, 2).to(on),
    y: arange(12).remainder(3).to(on),
  });

  function trained(on: Loose, compiled: boolean): number[] {
    manualSeed(11);
    const model = new nn.Sequential(
      new nn.Linear(2, 8),
      new nn.BatchNorm1d(8),
      new nn.ReLU(),
      new nn.Dropout(0.25),
      new nn.Linear(8, 3),
    );
    const before = [...model.parameters()];
    expect(model.to(on)).toBe(model);
    [...model.parameters()].forEach((p, i) => expect(p).toBe(before[i]));
    const optimizer = new optim.Adam(model.parameters(), { lr: 0.05 });
    const { x, y } = data(on);
    const criterion = new nn.CrossEntropyLoss();
    const step = () => {
      optimizer.zeroGrad();
      const loss = criterion.forward(model.forward(x), y);
      loss.backward();
      optimizer.step();
      return loss;
    };
    const run = compiled ? compile(step) : step;
    const losses = Array.from({ length: 8 }, () => run().itemSync());
    for (const p of model.parameters()) expect(p.device).toBe(device(on));
    for (const value of model.stateDict().values()) expect(value.device).toBe(device(on));
    for (const state of optimizer.state.values()) {
      for (const part of Object.values(state as object)) {
        if (part instanceof whorl.Tensor) expect((part as Loose).device).toBe(device(on));
      }
    }
    return losses;
  }

  it.each([false, true])('trains with the same bits on each device (compiled: %s)', (compiled) => {
    expect(trained('reference', compiled)).toEqual(trained('cpu', compiled));
  });

  it('loads a state from another device into its own parameters', () => {
    const [here, other] = [new nn.Linear(3, 2), new nn.Linear(3, 2).to('reference')];
    other.loadStateDict(here.stateDict());
    expect(other.weight.device).toBe(reference);
    expect(other.weight.toArraySync()).toEqual(here.weight.toArraySync());
  });

  it("has its optimizer's state beside the parameters, wherever it was saved", () => {
    const make = (on: string) => {
      const p = new nn.Parameter(ones(3, { device: on }));
      const optimizer = new optim.Adam([p]);
      p.grad = ones(3, { device: on });
      optimizer.step();
      return { p, optimizer };
    };
    const [saved, own] = [make('cpu'), make('reference')];
    own.optimizer.loadStateDict(saved.optimizer.stateDict());
    own.p.grad = ones(3, there);
    own.optimizer.step();
    saved.p.grad = ones(3);
    saved.optimizer.step();
    expect(own.p.toArraySync()).toEqual(saved.p.toArraySync());
  });
});

describe('compile', () => {
  it('has a recording for each device', () => {
    const f = compile((x: Loose) => x.mul(2).add(1));
    for (let i = 0; i < 3; i++) {
      expect(f(ones(2)).device).toBe(cpu);
      expect(f(ones(2, there)).device).toBe(reference);
      expect(f(full([2], 3, there)).toArraySync()).toEqual([7, 7]);
    }
  });

  it('refuses a function that computes on two', () => {
    const f = compile((x: Loose) => x.mul(2).to(reference).add(1));
    expect(() => f(ones(2))).toThrow(/compile: the function computes on .* and on/);
  });

  it('notices that a model went to another device', () => {
    const model = new nn.Linear(2, 2);
    const f = compile((x: Loose) => model.forward(x));
    const value = f(ones(1, 2)).toArraySync();
    model.to(reference);
    expect(f(ones(1, 2, there)).toArraySync()).toEqual(value);
    expect(() => f(ones(1, 2))).toThrow(/same device/);
  });
});
