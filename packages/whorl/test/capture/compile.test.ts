// compile(): what stays live, and what a replay leaves alone.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { useDevice } from '../devices/default.js';
import { type FlushRecord, observeFlushes } from '../../src/engine/observe/record.js';
import { type Loose, whorl } from '../loose.js';

const {
  compile,
  manualSeed,
  nn,
  noGrad,
  ones,
  optim,
  rand,
  randint,
  randn,
  scalar,
  tensor,
  zeros,
} = whorl;

afterEach(() => {
  useDevice('cpu');
  vi.restoreAllMocks();
});

/** How often `body` made the function run, and what was launched. */
function launches(body: () => void): FlushRecord[] {
  const records: FlushRecord[] = [];
  const stop = observeFlushes((record) => records.push(record));
  body();
  stop();
  return records;
}

const values = (t: Loose): number[] => [...t.dataSync()];

describe('a compiled function', () => {
  it('runs to be recorded and at the first calls to be compared, then ever more seldom', () => {
    const body = vi.fn((x: Loose) => x.mul(2).add(1));
    const f = compile(body);
    for (let i = 0; i < 4; i++) expect(values(f(tensor([i, 10])))).toEqual([2 * i + 1, 21]);
    expect(body).toHaveBeenCalledTimes(4);
    for (let i = 0; i < 1000; i++) expect(values(f(tensor([i, 10])))).toEqual([2 * i + 1, 21]);
    expect(body.mock.calls.length).toBeLessThan(200);
  });

  it('is one flush of few kernels', () => {
    const f = compile((x: Loose) => x.exp().mul(2).sum());
    for (let i = 0; i < 2; i++) f(ones(100));
    const x = ones(100);
    x.dataSync();
    const records = launches(() => f(x));
    expect(records).toHaveLength(1);
    expect(records[0]!.kernels.map(({ name }) => name)).toEqual(['reduce_scalar']);
  });

  it('takes and gives tensors in any nesting, and hands on what is none', () => {
    const f = compile(({ a, list }: Loose, flag: boolean) => ({
      sum: a.add(list[0]),
      parts: [list[1].neg(), new Map([['a', a]])],
      same: list[1],
      flag,
      nothing: null,
    }));
    for (let i = 0; i < 4; i++) {
      const [a, b, c] = [tensor([i]), tensor([1]), tensor([5])];
      const result = f({ a, list: [b, c] }, i % 2 === 0);
      expect(values(result.sum)).toEqual([i + 1]);
      expect(values(result.parts[0])).toEqual([-5]);
      expect(result.parts[1].get('a')).toBe(a);
      expect(result.same).toBe(c);
      expect([result.flag, result.nothing]).toEqual([i % 2 === 0, null]);
    }
  });

  it('gives new tensors at every call: what was returned stays as it was', () => {
    const f = compile((x: Loose) => [x.add(1), x.add(1)]);
    const results = Array.from({ length: 6 }, (_, i) => f(tensor([i, i])));
    expect(results.map(([a]) => values(a))).toEqual([0, 1, 2, 3, 4, 5].map((i) => [i + 1, i + 1]));
    noGrad(() => results[3][0].zero_());
    expect(values(results[3][1])).toEqual([4, 4]);
    expect(values(f(tensor([3, 3]))[0])).toEqual([4, 4]);
  });

  it('has a recording for each shape, and of sixteen keeps those used last', () => {
    const body = vi.fn((x: Loose) => x.mul(3).sum());
    const f = compile(body);
    const call = (n: number) => f(ones(n)).itemSync();
    for (const n of [4, 4, 4, 3, 3, 3, 4, 3]) expect(call(n)).toBe(3 * n);
    expect(body).toHaveBeenCalledTimes(8);
    for (let n = 10; n < 26; n++) expect(call(n)).toBe(3 * n);
    const before = body.mock.calls.length;
    expect(call(25)).toBe(75);
    expect(call(25)).toBe(75);
    expect(body.mock.calls.length).toBe(before + 2);
    expect(call(4)).toBe(12);
    expect(body.mock.calls.length).toBe(before + 3);
  });

  it('tells arguments that are views, share memory, or require gradients', () => {
    const f = compile((a: Loose, b: Loose) => {
      a.add_(1);
      return b.mul(10);
    });
    for (let i = 0; i < 4; i++) {
      const [a, b] = [tensor([1, 2]), tensor([3, 4])];
      expect(values(f(a, b))).toEqual([30, 40]);
      expect(values(a)).toEqual([2, 3]);
      expect(values(f(b, b))).toEqual([40, 50]);
      const rows = tensor([
        [1, 2],
        [3, 4],
      ]);
      expect(values(f(rows.select(0, 1), b))).toEqual([40, 50]);
      expect(values(rows)).toEqual([1, 2, 4, 5]);
    }
  });

  it('tells an argument that shares memory with what it closes over', () => {
    const w = tensor([1, 2]);
    const f = compile((x: Loose) => {
      w.add_(1);
      return x.mul(10);
    });
    for (let i = 0; i < 3; i++) expect(values(f(tensor([5, 6])))).toEqual([50, 60]);
    for (let i = 0; i < 3; i++) expect(values(f(w))).toEqual([50 + 10 * i, 60 + 10 * i]);
    // the eighth call adds before it reads
    expect(values(f(w.narrow(0, 0, 2).view(2)))).toEqual([80, 90]);
    expect(values(f(tensor([5, 6])))).toEqual([50, 60]);
  });

  it('runs inside another one', () => {
    const inner = compile((x: Loose) => x.mul(2));
    const outer = compile((x: Loose) => inner(x).add(1));
    for (let i = 0; i < 4; i++) expect(values(outer(tensor([i])))).toEqual([2 * i + 1]);
  });

  it('works on tensors without elements, and on none', () => {
    const f = compile((x: Loose) => x.add(1));
    for (let i = 0; i < 3; i++) expect(f(zeros(0, 3)).shape).toEqual([0, 3]);
    const g = compile(() => {});
    for (let i = 0; i < 3; i++) expect(g()).toBeUndefined();
  });

  it('gives what no kernel computes: sorting, views, constants, its argument', () => {
    const constant = tensor([7]);
    const f = compile((x: Loose) => [x.sort()[0], x.t(), tensor([1, 2]), x.clone(), constant]);
    for (let i = 0; i < 4; i++) {
      const x = tensor([
        [3, i],
        [2, 1],
      ]);
      const [sorted, turned, made, copy, same] = f(x);
      expect(values(sorted)).toEqual([Math.min(3, i), Math.max(3, i), 1, 2]);
      x.fill_(9);
      expect(values(turned)).toEqual([9, 9, 9, 9]);
      expect(values(made)).toEqual([1, 2]);
      expect(values(copy)).toEqual([3, i, 2, 1]);
      expect(same).toBe(constant);
    }
  });
});

describe('what stays live', () => {
  it('a scalar, as operand, as option, as tensor, of a function', () => {
    const rate = scalar(2);
    const doubled = scalar(() => rate.value * 2);
    const f = compile((x: Loose) => [
      x.mul(rate),
      x.add(1, { alpha: rate }),
      x.sub(rate.tensor()),
      x.lerp(x.mul(0), rate),
      x.pow(doubled),
      x.addcmul(x, x, { value: rate }),
    ]);
    const written = (x: Loose, r: number) => [
      x.mul(r),
      x.add(1, { alpha: r }),
      x.sub(r),
      x.lerp(x.mul(0), r),
      x.pow(2 * r),
      x.addcmul(x, x, { value: r }),
    ];
    for (const r of [2, 2, 2, 1, 0, 0.25, -1, 0.75]) {
      rate.value = r;
      const x = tensor([1.5, 3]);
      expect(f(x).map(values)).toEqual(written(x, r).map(values));
    }
    expect(values(tensor([1, 2]).mul(rate))).toEqual([0.75, 1.5]);
    expect(rate * 2).toBe(1.5);
  });

  it.each<[string, () => Loose]>([
    ['rand', () => rand(3)],
    ['randn', () => randn(17)],
    ['randint', () => randint(0, 100, [5])],
    ['randperm', () => whorl.randperm(9)],
    ['uniform_', () => zeros(4).uniform_(1, 2)],
    ['normal_', () => zeros(4, 5).normal_()],
    ['bernoulli_', () => zeros(9).bernoulli_(0.3)],
    ['multinomial', () => whorl.multinomial(tensor([0.1, 0.4, 0.5]), 2)],
    ['a seeded generator', () => manualSeed(7) && rand(3)],
    ['dropout', () => nn.functional.dropout(ones(30), 0.5)],
    ['dropout2d', () => nn.functional.dropout2d(ones(3, 4, 2, 2), 0.5)],
  ])('draws of %s', (_, draw) => {
    manualSeed(3);
    const written = Array.from({ length: 5 }, () => values(draw()).map(String));
    manualSeed(3);
    const f = compile(draw);
    expect(Array.from({ length: 5 }, () => values(f()).map(String))).toEqual(written);
  });

  it('tensors that the function closes over, whoever writes them', () => {
    const state = tensor([1, 2]);
    const f = compile((x: Loose) => {
      state.add_(x);
      return state.mul(2);
    });
    for (let i = 0; i < 4; i++) f(tensor([1, 1]));
    expect(values(state)).toEqual([5, 6]);
    state.copy_(tensor([10, 20]));
    expect(values(f(tensor([1, 1])))).toEqual([22, 42]);
    state.setAt([0], 0);
    expect(values(f(tensor([1, 1])))).toEqual([2, 44]);
  });

  it('what was there stays: a detached clone, a pending value, views see the new one', () => {
    const w = tensor([1, 2]);
    const view = w.detach();
    const f = compile(() => {
      w.mul_(2);
    });
    const held: Loose[] = [];
    const numbers: number[][] = [];
    for (let i = 0; i < 6; i++) {
      if (i % 2 === 0) held.push(w.clone());
      else held.push(w.add(0));
      numbers.push([2 ** i, 2 * 2 ** i]);
      f();
      expect(values(view)).toEqual(numbers[i]!.map((v) => 2 * v));
    }
    expect(held.map(values)).toEqual(numbers);
  });

  it('swapped values, shifted parts, and old ones that are returned', () => {
    const make = () => [tensor([1, 2, 3, 4]), tensor([5, 6, 7, 8])];
    const body = (a: Loose, b: Loose) => () => {
      const old = a.clone();
      a.copy_(b);
      b.copy_(old);
      a.at(slice(1, null)).add_(a.at(slice(0, -1)).clone());
      return old;
    };
    const slice = whorl.slice;
    const [a, b] = make();
    const [c, d] = make();
    const [written, f] = [body(a, b), compile(body(c, d))];
    for (let i = 0; i < 5; i++) {
      expect(values(f())).toEqual(values(written()));
      expect([values(c), values(d)]).toEqual([values(a), values(b)]);
    }
  });
});

describe('gradients', () => {
  const step = (w: Loose) => (x: Loose) => {
    const loss = w.mul(x).square().sum();
    loss.backward();
    return loss;
  };

  it('accumulate over a first call without them and later ones with them', () => {
    const [w, v] = [tensor([1, 2], { requiresGrad: true }), tensor([1, 2], { requiresGrad: true })];
    const [written, f] = [step(w), compile(step(v))];
    for (let i = 0; i < 9; i++) {
      if (i % 4 === 0) {
        w.grad = null;
        v.grad = null;
      }
      const x = tensor([i, 1]);
      expect(f(x).itemSync()).toBe(written(x).itemSync());
      if (i % 3 === 0) expect(values(v.grad)).toEqual(values(w.grad));
    }
    expect(values(v.grad)).toEqual(values(w.grad));
  });

  it('of two compiled functions go to one place', () => {
    const w = tensor([1, 2], { requiresGrad: true });
    const [f, g] = [compile(step(w)), compile(step(w))];
    const x = tensor([1, 1]);
    for (let i = 1; i <= 5; i++) {
      f(x);
      g(x);
      expect(values(w.grad)).toEqual([4 * i, 8 * i]);
    }
  });

  it('that were looked at stay what they were', () => {
    const w = tensor([1, 2], { requiresGrad: true });
    const f = compile((x: Loose) => {
      w.grad = null;
      w.mul(x).sum().backward();
    });
    const held: Loose[] = [];
    for (let i = 0; i < 5; i++) {
      f(tensor([i, i]));
      held.push(w.grad);
    }
    expect(held.map(values)).toEqual([0, 1, 2, 3, 4].map((i) => [i, i]));
  });

  it('are clipped, set to zero, taken by grad(), and those of arguments', () => {
    const run = (wrap: (f: Loose) => Loose) => {
      const w = tensor([1, 2], { requiresGrad: true });
      const optimizer = new optim.SGD([w], { lr: 0.1, momentum: 0.5 });
      const f = wrap((x: Loose) => {
        optimizer.zeroGrad({ setToNone: false });
        w.mul(x).square().sum().backward();
        const norm = nn.utils.clipGradNorm_([w], 1);
        optimizer.step();
        const [dx] = whorl.grad(x.mul(w.detach()).exp().sum(), x);
        return [norm, dx];
      });
      return Array.from({ length: 5 }, (_, i) => {
        const x = tensor([0.5, i / 10], { requiresGrad: true });
        return [...f(x).map(values), values(w), values(w.grad), x.grad && values(x.grad)];
      });
    };
    expect(run(compile)).toEqual(run((f) => f));
  });

  it('that p.grad of something else was set to', () => {
    const w = tensor([1, 2], { requiresGrad: true });
    const f = compile(step(w));
    for (let i = 0; i < 3; i++) f(tensor([1, 1]));
    w.grad = tensor([
      [10, 30],
      [20, 40],
    ]).select(1, 0);
    f(tensor([1, 1]));
    expect(values(w.grad)).toEqual([12, 24]);
  });
});
