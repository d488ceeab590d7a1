// compile(): what is returned of arguments and gradients, and plain arguments, which count with what they hold.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { compile, full, noGrad, ones, tensor } = whorl;

const values = (t: Loose): number[] => [...t.dataSync()];

describe('what is returned', () => {
  it('a view of an argument that is not read otherwise', () => {
    const f = compile((x: Loose) => x.t());
    const g = compile((x: Loose, y: Loose) => [x.reshape(-1), y.mul(2), x.detach()]);
    for (let i = 0; i < 4; i++) {
      const x = tensor([
        [i, 2],
        [3, 4],
      ]);
      const turned = f(x);
      expect(values(turned)).toEqual([i, 3, 2, 4]);
      const [flat, , own] = g(x, tensor([5]));
      expect(values(flat)).toEqual([i, 2, 3, 4]);
      x.fill_(9);
      expect([turned, flat, own].map(values)).toEqual([
        [9, 9, 9, 9],
        [9, 9, 9, 9],
        [9, 9, 9, 9],
      ]);
    }
  });

  it('a view of a view shares its memory', () => {
    const f = compile((x: Loose) => x.t());
    for (let i = 0; i < 4; i++) {
      const b = tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]);
      const turned = f(b.narrow(1, i % 2, 2));
      turned.fill_(0);
      expect(values(b)).toEqual(i % 2 === 0 ? [0, 0, 3, 0, 0, 6] : [1, 0, 0, 4, 0, 0]);
    }
  });

  it('the gradient of an argument, and a view of it', () => {
    const f = compile((t: Loose) => [t.grad, t.grad.reshape(1, 2)]);
    for (let i = 0; i < 4; i++) {
      const x = ones(2).requiresGrad_();
      x.grad = full([2], i);
      const [gradient, view] = f(x);
      expect(gradient).toBe(x.grad);
      noGrad(() => gradient.add_(1));
      expect(values(view)).toEqual([i + 1, i + 1]);
    }
  });

  it('an old gradient stays as it was while a new one is made', () => {
    const run = (wrap: (f: Loose) => Loose) => {
      const w = ones(2).requiresGrad_();
      const f = wrap((x: Loose) => {
        const old = w.grad?.reshape(1, 2) ?? null;
        w.grad = null;
        w.mul(x).sum().backward();
        return old;
      });
      const held = Array.from({ length: 6 }, (_, i) => f(full([2], i)));
      return held.map((t: Loose) => t && values(t));
    };
    expect(run(compile)).toEqual(run((f) => f));
  });

  it('one tensor twice is one object, in sets and objects of classes too', () => {
    class Pair {
      constructor(
        readonly a: Loose,
        readonly b: Loose,
      ) {}
      sum(): Loose {
        return this.a.add(this.b);
      }
    }
    const f = compile((x: Loose) => {
      const y = x.mul(2);
      return [y, y, new Set([y, x.add(1)]), new Pair(y, x)];
    });
    for (let i = 0; i < 4; i++) {
      const [a, b, set, pair] = f(tensor([i]));
      expect(a).toBe(b);
      expect([...set].map(values)).toEqual([[2 * i], [i + 1]]);
      expect([...set][0]).toBe(a);
      expect(pair).toBeInstanceOf(Pair);
      expect(values(pair.sum())).toEqual([3 * i]);
    }
  });
});

describe('plain arguments', () => {
  it('count with what they hold: typed arrays, sets, maps, symbols, objects of classes', () => {
    class Settings {
      constructor(public k: number) {}
    }
    const list = new Float32Array([1, 2]);
    const set = new Set([2]);
    const settings = new Settings(1);
    const f = compile((data: Loose, own: Loose, s: Loose, mark: symbol) =>
      tensor(data)
        .sum()
        .mul([...own][0])
        .mul(s.k)
        .mul(mark === first ? 1 : -1),
    );
    const [first, second] = [Symbol('a'), Symbol('a')];
    const call = (mark = first) => f(list, set, settings, mark).itemSync();
    for (let i = 0; i < 3; i++) expect(call()).toBe(6);
    list[0] = 5;
    expect(call()).toBe(14);
    set.clear();
    set.add(7);
    expect(call()).toBe(49);
    settings.k = 2;
    expect(call()).toBe(98);
    expect(call(second)).toBe(-98);
  });

  it('of many numbers are data', () => {
    const f = compile((data: Loose) => tensor(data).sum());
    expect(() => f(new Float32Array(10_000))).toThrow(
      'argument 0 is a Float32Array of 40000 bytes',
    );
  });
});

describe('what was detached and written with a gradient', () => {
  const body = (x: Loose, factor: number) => {
    const own = x.detach();
    own.mul_(2);
    own.add_(x.sub(1).t());
    const again = own.detach();
    again.mul_(factor);
    return [own, own.at(0), again];
  };

  it('requires one as it does uncompiled, and says where backward() belongs', () => {
    const f = compile(body);
    for (let i = 0; i < 3; i++) {
      const leaf = () => full([2, 2], i).requiresGrad_();
      const [got, want] = [f(leaf(), 3), body(leaf(), 3)];
      expect(got.map((t: Loose) => t.requiresGrad)).toEqual(want.map((t: Loose) => t.requiresGrad));
      expect(got.map(values)).toEqual(want.map(values));
      expect(() => got[0].sum().backward()).toThrow('computed by a compiled function');
    }
  });

  it('is of each call its own', () => {
    const f = compile((x: Loose) => x.t().detach());
    const x = ones(2, 3);
    const [first, second] = [f(x), f(x), f(x)].slice(1);
    second.requiresGrad_();
    expect([first.requiresGrad, second.requiresGrad]).toEqual([false, true]);
  });
});
