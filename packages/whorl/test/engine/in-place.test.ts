// Stores that are written into the memory of what they read last: when that happens, and that nobody can tell.

import { afterEach, describe, expect, it } from 'vitest';
import { driver, useDevice } from '../devices/default.js';
import { download, upload } from '../../src/engine/devices/host.js';
import { realize } from '../../src/engine/flush/realize.js';
import { setFusion, setInPlace } from '../../src/engine/flush/options.js';
import * as b from '../nodes.js';
import { facts, type Node } from '../../src/graph/node.js';
import { Dice } from '../dice.js';
import { type Loose, whorl } from '../loose.js';

const { arange, manualSeed, memory, nn, noGrad, optim, randn, tensor } = whorl;

afterEach(() => {
  useDevice('cpu');
  setFusion(true);
  setInPlace(true);
});

/** What `run` takes from the device's pool; the call numbered `failing` (from 0) is refused. */
function allocationsOf(run: () => void, failing = Number.NaN): number[] {
  const device = driver();
  const { allocate } = device;
  const sizes: number[] = [];
  device.allocate = (bytes: number) => {
    if (sizes.length === failing) throw new RangeError('no room');
    sizes.push(bytes);
    return allocate.call(device, bytes);
  };
  try {
    run();
  } finally {
    device.allocate = allocate;
  }
  return sizes;
}

const stored = (...values: number[]): Loose => {
  const x = tensor(values);
  x.dataSync();
  return x;
};
const valuesOf = (x: Loose): number[] => Array.from(x.dataSync() as number[]);
/** What a read of `x` takes. */
const readsWith = (x: Loose): number => allocationsOf(() => x.dataSync()).length;

describe('an update of a tensor', () => {
  it('whose old value nobody has takes no memory', () => {
    const [x, y] = [stored(1, 2, 3), stored(1, 1, 2)];
    x.mul_(2).add_(y);
    expect(readsWith(x)).toBe(0);
    expect(valuesOf(x)).toEqual([3, 5, 8]);
  });

  it('keeps the old value of a copy that was not computed yet', () => {
    const x = stored(1, 2, 3);
    const copy = x.clone();
    x.add_(1);
    expect(valuesOf(x)).toEqual([2, 3, 4]);
    expect(valuesOf(copy)).toEqual([1, 2, 3]);
  });

  it('keeps what a value in between, read later, is made of', () => {
    const x = stored(1, 2, 3);
    const between = x.mul(10);
    const sum = between.sum();
    x.add_(1);
    expect(valuesOf(x)).toEqual([2, 3, 4]);
    expect(sum.itemSync()).toBe(60);
    expect(valuesOf(between)).toEqual([10, 20, 30]);
  });

  it('shows in whatever shares the memory', () => {
    const x = stored(1, 2, 3, 4);
    const [same, view] = [x.detach(), x.view(2, 2).t()];
    x.mul_(3);
    expect(readsWith(x)).toBe(0);
    expect(valuesOf(same)).toEqual([3, 6, 9, 12]);
    expect(valuesOf(view)).toEqual([3, 9, 6, 12]);
  });

  it('leaves a view that was read, and what was copied from it', () => {
    const x = stored(1, 2, 3, 4);
    const turned = x.view(2, 2).t();
    expect(valuesOf(turned)).toEqual([1, 3, 2, 4]);
    const own = turned.contiguous();
    own.add_(1);
    expect(valuesOf(own)).toEqual([2, 4, 3, 5]);
    expect(valuesOf(turned)).toEqual([1, 3, 2, 4]);
    expect(valuesOf(x)).toEqual([1, 2, 3, 4]);
  });

  it('keeps what a gradient will look at', () => {
    const [w, x] = [tensor([2, 3], { requiresGrad: true }), stored(1, 2)];
    const product = w.mul(x.exp());
    product.dataSync();
    x.add_(1);
    expect(valuesOf(x)).toEqual([2, 3]);
    product.sum().backward();
    const e = Math.exp;
    expect(valuesOf(w.grad)[1]).toBeCloseTo(e(2), 5);
  });

  // biome-ignore format: a table
  const elsewhere: [text: string, update: (x: Loose) => void][] = [
    ['x[1:] += x[:-1]', (x) => x.narrow(0, 1, 24).add_(x.narrow(0, 0, 24).mul(1))],
    ['x += x reversed', (x) => x.add_(x.flip(0))],
    ['x += its sum', (x) => x.add_(x.sum())],
    ['x += its running sum', (x) => x.add_(x.cumsum(0))],
    ['x += x transposed', (x) => x.view(5, 5).add_(x.view(5, 5).t().mul(1))],
    ['x += x turned around by one', (x) => x.add_(x.roll(1, 0))],
    ['x = its own largest', (x) => x.copy_(x.max().expand(25))],
    ['x = x @ x', (x) => x.copy_(x.view(5, 5).matmul(x.view(5, 5)).view(25))],
  ];
  it.each(elsewhere)('that reads other elements than it writes is right: %s', (_, update) => {
    const [inPlace, apart] = [true, false].map((own) => {
      setInPlace(own);
      const x = arange(25).float().contiguous();
      x.dataSync();
      update(x);
      return valuesOf(x);
    });
    expect(inPlace).toEqual(apart);
    expect(apart).not.toEqual(Array.from({ length: 25 }, (_, i) => i));
  });
});

describe('a kernel', () => {
  const total = (x: Node): Node => b.expand(b.reshape(b.reduce(x, 'sum', [0, 1]), [1, 1]), [5, 5]);
  // biome-ignore format: a table
  const kernels: [text: string, takes: boolean, make: (x: Node) => Node][] = [
    ['that reads each element where it writes it takes', true, (x) => b.sub(b.mul(x, x), x)],
    ['that reads nothing else in a running total takes', true, (x) => b.scan(x, 'sum', 1)],
    ['that reads the row from behind does not take', false, (x) => b.sub(x, b.flip(x, [1]))],
    ['that reads the matrix transposed does not take', false, (x) => b.sub(x, b.permute(x, [1, 0]))],
    ['that has read all elements before it writes one takes', true, (x) => b.sub(x, total(x))],
    ['that reads neighbours does not take', false, (x) => b.sub(x, b.pad(b.narrow(x, 1, 0, 4), [0, 1], [0, 0], 7))],
  ];
  it.each(kernels)('%s the memory of its operand', (_, takes, make) => {
    const run = (own: boolean): [values: number[], allocations: number] => {
      setInPlace(own);
      const x = upload(
        Float32Array.from({ length: 25 }, (_, i) => (i * i) % 7),
        'float32',
        [5, 5],
      );
      x.facts |= facts.replaced;
      const result = make(x);
      const count = allocationsOf(() => realize([result])).length;
      return [Array.from(download(result), Number), count];
    };
    const [inPlace, apart] = [run(true), run(false)];
    expect(inPlace[0]).toEqual(apart[0]);
    expect(inPlace[1]).toBe(apart[1] - Number(takes));
  });
});

describe('temporaries', () => {
  it('of a chain without fusion are written over one after the other', () => {
    const x = stored(1, 4, 9);
    setFusion(false);
    const y = noGrad(() => x.neg().neg_().sqrt_().abs_());
    expect(readsWith(y)).toBe(1);
    expect(valuesOf(y)).toEqual([1, 2, 3]);
    expect(valuesOf(x)).toEqual([1, 4, 9]);
  });
});

describe('errors', () => {
  const rows = (): Loose => {
    const x = arange(6).float().view(3, 2).contiguous();
    x.dataSync();
    return x;
  };

  it('in values lose nothing that was to be written over', () => {
    const x = rows();
    const bad = x.at(arange(2).add(2).mul(2));
    x.add_(1);
    expect(() => bad.dataSync()).toThrow(/out of range/);
    expect(valuesOf(x)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(() => bad.dataSync()).toThrow(/out of range/);
  });

  it('in a gradient leave the parameters and the state as they were', () => {
    const w = rows().requiresGrad_();
    const o = new optim.Adam([w], { lr: 0.1 });
    w.square().sum().backward();
    o.step();
    const { expAvg, expAvgSq } = o.stateDict().state[0];
    const before = [w, expAvg, expAvgSq].map(valuesOf);
    o.zeroGrad();
    w.indexSelect(0, arange(1).add(7)).square().sum().backward();
    expect(() => o.step()).toThrow(/out of range/);
    expect([w, expAvg, expAvgSq].map(valuesOf)).toEqual(before);
    o.zeroGrad();
    w.square().sum().backward();
    o.step();
    expect(valuesOf(w)).not.toEqual(before[0]);
  });

  it('of a full memory lose nothing, at whichever value it happens', () => {
    const program = () => {
      const [x, y, z] = [stored(1, 2, 3), stored(4, 5, 6), stored(7, 8, 9)];
      const total = x.exp().softmax(0).cumsum(0).mul(y);
      x.add_(y);
      y.mul_(2).sub_(total);
      z.copy_(total.sort(0).values.add(x));
      return [x, y, z, total, total.sum()];
    };
    const expected = program().map(valuesOf);
    let isRefused = true;
    let refusals = 0;
    for (let failing = 0; isRefused; failing++) {
      const values = program();
      isRefused = false;
      try {
        allocationsOf(() => values[0].dataSync(), failing);
      } catch {
        isRefused = true;
        refusals++;
      }
      expect(values.map(valuesOf), `allocation ${failing}`).toEqual(expected);
    }
    expect(refusals).toBeGreaterThan(1);
  });
});

describe('training with Adam', () => {
  /** A step of a linear layer; `n` squared numbers are a unit. */
  function training(n: number): () => void {
    manualSeed(1);
    const model = new nn.Linear(n, n);
    const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
    const x = randn(40, n);
    return () => {
      const loss = model.forward(x).square().mean();
      loss.itemSync();
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
    };
  }

  it('makes a gradient and new weights in every step, no other value of their size', () => {
    const step = training(64);
    step();
    step();
    const unit = 64 * 64 * 4;
    expect(allocationsOf(step).filter((bytes) => bytes >= unit)).toEqual([unit, unit]);
  });

  it('takes 1.3 times what parameters, gradients and state need, at most', () => {
    const n = 2500;
    const needs = 4 * n * n * 4;
    const before = memory().used;
    driver().reclaim();
    const step = training(n);
    let most = 0;
    const device = driver();
    const { allocate } = device;
    device.allocate = (bytes: number) => {
      const piece = allocate.call(device, bytes);
      most = Math.max(most, memory().used - before);
      return piece;
    };
    try {
      for (let i = 0; i < 6; i++) step();
    } finally {
      device.allocate = allocate;
    }
    expect(most / needs).toBeLessThan(1.3);
  });
});

describe('random programs of updates', () => {
  const updates: ((x: Loose, y: Loose) => unknown)[] = [
    (x, y) => x.add_(y),
    (x, y) => x.mul_(0.5).add_(y),
    (x, y) => x.lerp_(y, 0.25).addcmul_(y, y, { value: -0.1 }),
    (x, y) => x.copy_(y),
    (x, y) => x.sub_(y.mean()),
    (x) => x.add_(x.flip(0)),
    (x) => x.mul_(x.softmax(0)),
    (x) => x.narrow(0, 1, 5).add_(x.narrow(0, 0, 5).mul(1)),
    (x) => x.view(2, 3).mul_(0.5),
    (x) => x.copy_(x.cumsum(0)).tanh_(),
    (x, y) => noGrad(() => x.addcdiv_(y, y.abs().add(1))),
    (x) => x.fill_(0.5),
  ];
  const values: ((x: Loose, y: Loose) => Loose)[] = [
    (x) => x.clone(),
    (x) => x.detach(),
    (x) => x.view(3, 2).t().reshape(6),
    (x, y) => x.mul(y).add(1),
    (x) => x.view(2, 3).flip(1).contiguous().view(6),
    (x) => x.exp().sum().expand(6).add(0.5),
    (x, y) => x.maximum(y).sort(0).values,
  ];

  function run(seed: number): number[][] {
    const d = new Dice(Math.imul(seed, 0x9e3779b1));
    const all: Loose[] = [0, 1, 2].map(() => tensor([0, 1, 2, 3, 4, 5].map(() => d.next())));
    const seen: number[][] = [];
    for (let i = 0; i < 25; i++) {
      const [x, y] = [d.pick(all), d.pick(all)];
      const kind = d.below(10);
      if (kind < 5) d.pick(updates)(x, y);
      else if (kind < 7)
        all[d.below(2) === 0 ? d.below(all.length) : all.length] = d.pick(values)(x, y);
      else seen.push(valuesOf(x));
    }
    return [...seen, ...all.map(valuesOf)];
  }

  it('give the same bits in place or not, fused or not', () => {
    const seeds = Array.from({ length: 150 }, (_, i) => i + 1);
    const ways = [true, false].flatMap((fuse) => [true, false].map((own) => ({ fuse, own })));
    const [first, ...others] = ways.map(({ fuse, own }) => {
      setFusion(fuse);
      setInPlace(own);
      return seeds.map(run);
    });
    for (const other of others)
      for (const i of seeds.keys()) expect(other[i], `${i + 1}`).toEqual(first![i]);
  });
});
