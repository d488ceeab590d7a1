// compile(): arguments that share memory with each other, with gradients, with what the function closes over.

import { describe, expect, it, vi } from 'vitest';
import { Recordings } from '../../src/tensor/compile/recordings.js';
import { type Loose, whorl } from '../loose.js';

const { compile, full, noGrad, ones, tensor, zeros } = whorl;

const values = (t: Loose): number[] => [...t.dataSync()];

/** Five calls of a function as written and compiled: results, and what lies in memory after each. */
function agree(make: () => { f: (...args: Loose[]) => Loose; args: () => Loose[]; seen: Loose[] }) {
  const run = (wrap: (f: Loose) => Loose) => {
    const { f, args, seen } = make();
    const g = wrap(f);
    return Array.from({ length: 5 }, () => {
      const results = [g(...args())].flat().map((t: Loose) => (t?.dataSync ? values(t) : t));
      return [results, seen.map(values)];
    });
  };
  expect(run(compile)).toEqual(run((f) => f));
}

const row = () => tensor([1, 2, 3, 4]);

describe('arguments that share memory, when something is written', () => {
  const cases: [string, (x: Loose, y: Loose) => Loose, (b: Loose) => Loose[]][] = [
    [
      'a view and the whole, the view written',
      (x, y) => {
        x.mul_(2);
        return y.sum();
      },
      (b) => [b.narrow(0, 0, 2), b],
    ],
    [
      'a view and the whole, the whole written',
      (x, y) => {
        y.mul_(2);
        return x.sum();
      },
      (b) => [b.narrow(0, 0, 2), b],
    ],
    [
      'overlapping views',
      (x, y) => {
        x.mul_(2);
        return y.sum();
      },
      (b) => [b.narrow(0, 0, 2), b.narrow(0, 1, 2)],
    ],
    [
      'views apart',
      (x, y) => {
        x.mul_(2);
        return y.sum();
      },
      (b) => [b.narrow(0, 0, 2), b.narrow(0, 2, 2)],
    ],
    [
      'two views written',
      (x, y) => {
        x.mul_(2);
        y.add_(1);
        return x.sum();
      },
      (b) => [b.narrow(0, 0, 3), b.narrow(0, 1, 3)],
    ],
    [
      'one written by the other',
      (x, y) => {
        x.copy_(y.mul(1));
        return y.sum();
      },
      (b) => [b.narrow(0, 0, 3), b.narrow(0, 1, 3)],
    ],
    [
      'a detached one',
      (x, y) => {
        x.mul_(2);
        return y.sum();
      },
      (b) => [b.detach(), b],
    ],
    [
      'a reshaped one',
      (x, y) => {
        x.mul_(2);
        return y.sum();
      },
      (b) => [b.reshape(2, 2), b],
    ],
    [
      'both given as they are',
      (x, y) => {
        x.mul_(2);
        return y.sum();
      },
      (b) => [b, b],
    ],
    ['views that are only read', (x, y) => x.add(y), (b) => [b.narrow(0, 0, 2), b.narrow(0, 1, 2)]],
    [
      'a turned one',
      (x, y) => {
        x.at(0).mul_(2);
        return y.sum();
      },
      (b) => [b.reshape(2, 2).t(), b],
    ],
  ];
  it.each(cases)('%s', (_, f, args) => {
    agree(() => {
      const b = row();
      return { f, args: () => args(b), seen: [b] };
    });
  });

  it('one view given twice', () => {
    agree(() => {
      const b = row();
      return {
        f: (x, y) => {
          x.mul_(2);
          return y.sum();
        },
        args: () => [b.narrow(0, 1, 2)].flatMap((v) => [v, v]),
        seen: [b],
      };
    });
  });

  it('one view twice, and two that begin at one place', () => {
    agree(() => {
      const b = row();
      let i = 0;
      const args = () => {
        const v = b.narrow(0, 1, 2);
        return [v, i++ % 2 === 0 ? v : b.narrow(0, 1, 2)];
      };
      const f = (x: Loose, y: Loose) => {
        x.mul_(2);
        y.mul_(x);
        return x.sum();
      };
      return { f, args, seen: [b] };
    });
  });

  it('a view of what the function closes over, read or written', () => {
    agree(() => {
      const w = row();
      return {
        f: (x) => {
          x.mul_(2);
          return w.sum();
        },
        args: () => [w.narrow(0, 1, 2)],
        seen: [w],
      };
    });
    agree(() => {
      const w = row();
      return {
        f: (x) => {
          w.mul_(2);
          return x.sum();
        },
        args: () => [w.narrow(0, 1, 2)],
        seen: [w],
      };
    });
  });

  it('views that begin elsewhere in each call', () => {
    agree(() => {
      const b = row();
      let i = 0;
      return {
        f: (x, y) => {
          x.mul_(2);
          return y.sum();
        },
        args: () => [b.narrow(0, i++ % 3, 2), b],
        seen: [b],
      };
    });
  });

  it('batches cut from a data set are one recording', () => {
    const data = whorl.arange(200).float();
    const run = vi.spyOn(Recordings.prototype, 'add');
    const f = compile((x: Loose) => x.mul(2).sum());
    for (let i = 0; i < 9; i++) expect(f(data.narrow(0, i, 2)).itemSync()).toBe(2 * (2 * i + 1));
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('a view of a leaf hands its gradient to the leaf', () => {
    const run = (wrap: (f: Loose) => Loose) => {
      const leaves = [row(), row()].map((t: Loose) => t.requiresGrad_());
      const f = wrap((x: Loose) => void x.square().sum().backward());
      for (let i = 0; i < 6; i++) f(leaves[i % 2].narrow(0, 1, 2));
      return leaves.map((t: Loose) => values(t.grad));
    };
    expect(run(compile)).toEqual(run((f) => f));
  });
});

describe('an argument that the function closes over, too', () => {
  it('is both where it is given, and each by itself elsewhere', () => {
    const w = tensor([1, 2, 3]);
    const f = compile((x: Loose) => x.add(w));
    for (let i = 0; i < 3; i++) expect(values(f(w))).toEqual([2, 4, 6]);
    for (let i = 0; i < 3; i++) expect(values(f(tensor([10, 20, 30])))).toEqual([11, 22, 33]);
  });

  it('is not taken for another one that is written', () => {
    const s = tensor([1, 2]);
    const g = compile((x: Loose) => {
      s.add_(1);
      return x.mul(1);
    });
    expect([values(g(s)), values(g(s))]).toEqual([
      [2, 3],
      [3, 4],
    ]);
    const z = zeros(2);
    for (let i = 0; i < 3; i++) expect(values(g(z))).toEqual([0, 0]);
    expect([values(z), values(s)]).toEqual([
      [0, 0],
      [6, 7],
    ]);
  });

  it('as parameters of an optimizer, given in any order', () => {
    const run = (wrap: (f: Loose) => Loose) => {
      const params = [1, 2].map((v) => full([2], v).requiresGrad_());
      const optimizer = new whorl.optim.SGD(params, { lr: 0.1, momentum: 0.9 });
      const step = wrap((given: Loose[], x: Loose) => {
        optimizer.zeroGrad();
        given[0].mul(x).add(given[1]).sum().backward();
        optimizer.step();
      });
      for (let i = 0; i < 8; i++) step(i < 5 ? params : [...params].reverse(), full([2], i));
      return params.map((p: Loose) => values(p.detach()));
    };
    expect(run(compile)).toEqual(run((f) => f));
  });

  it('as a gradient', () => {
    agree(() => {
      const w = ones(2).requiresGrad_();
      const f = (x: Loose) => {
        w.mul(3).sum().backward();
        return x.mul(2);
      };
      w.grad = tensor([5, 6]);
      let i = 0;
      return { f, args: () => [i++ % 2 === 0 ? tensor([1, 2]) : w.grad], seen: [] };
    });
  });
});

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
