// compile(): arguments that the function closes over, too: as they are, as views, as gradients.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { compile, full, manualSeed, ones, randn, tensor, zeros } = whorl;

const values = (t: Loose): number[] => [...t.dataSync()];

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
    const run = (wrap: (f: Loose) => Loose) => {
      const w = ones(2).requiresGrad_();
      w.grad = tensor([5, 6]);
      const f = wrap((x: Loose) => {
        w.mul(3).sum().backward();
        return x.mul(2);
      });
      return Array.from({ length: 5 }, (_, i) => values(f(i % 2 === 0 ? tensor([1, 2]) : w.grad)));
    };
    expect(run(compile)).toEqual(run((f) => f));
  });

  it.each<[string, (b: Loose) => Loose]>([
    ['turned', (b) => b.t()],
    ['detached', (b) => b.detach()],
    ['a part', (b) => b.narrow(1, 0, 1)],
    ['repeated', (b) => b.expand(3, 2)],
    ['itself', (b) => b],
  ])('of which a view is returned that nobody looked at: %s', (_, view) => {
    const run = (wrap: (f: Loose) => Loose) => {
      const b = tensor([[1, 2]]);
      const f = wrap((y: Loose) => [view(b), y.mul(2)]);
      return [b, b, tensor([[3, 4]]), b, tensor([[5, 6]])].map((y) => f(y).map(values));
    };
    expect(run(compile)).toEqual(run((f) => f));
  });

  it.each<[string, (w: Loose, x: Loose) => void]>([
    ['cleared', (w) => void (w.grad = null)],
    [
      'cleared, then made for the argument',
      (w, x) => {
        w.grad = null;
        x.mul(2).sum().backward();
      },
    ],
    [
      'made for the argument, then cleared',
      (w, x) => {
        x.mul(2).sum().backward();
        w.grad = null;
      },
    ],
    [
      'set',
      (w, x) => {
        w.grad = ones(2);
        x.mul(2).sum().backward();
      },
    ],
  ])('whose gradient is not read but %s', (_, change) => {
    const run = (wrap: (f: Loose) => Loose) => {
      const [w, v] = [tensor([1, 2]).requiresGrad_(), tensor([5, 6]).requiresGrad_()];
      const f = wrap((x: Loose) => {
        change(w, x);
        return x.mul(3);
      });
      return [w, w, v, v, w, v].map((x, i) => {
        w.grad = tensor([i, 7]);
        v.grad = tensor([8, i]);
        return [values(f(x).detach()), ...[w, v].map(({ grad }) => grad && values(grad))];
      });
    };
    expect(run(compile)).toEqual(run((f) => f));
  });

  it.each<[string, (w: Loose, optimizer: Loose) => void]>([
    ['added to', () => {}],
    ['forgotten', (_, optimizer) => optimizer.zeroGrad()],
    ['filled with zeros', (_, optimizer) => optimizer.zeroGrad({ setToNone: false })],
    ['forgotten by one of them', (w) => void (w.grad = null)],
  ])('leaves that share one gradient, %s', (_, clear) => {
    const run = (wrap: (f: Loose) => Loose) => {
      const [w, v] = [tensor([1, 2]).requiresGrad_(), tensor([5, 6]).requiresGrad_()];
      w.grad = v.grad = tensor([1, 1]);
      const optimizer = new whorl.optim.SGD([w, v], { lr: 0.1, momentum: 0.9 });
      const f = wrap((x: Loose) => {
        clear(w, optimizer);
        w.mul(x).add(v.mul(3)).sum().backward();
        optimizer.step();
        return [w.grad.mul(1), v.grad.mul(2)];
      });
      return Array.from({ length: 6 }, (_, i) => {
        const results = f(tensor([i, 1])).map(values);
        return [results, w.grad === v.grad, ...[w.grad, v.grad, w.detach()].map(values)];
      });
    };
    expect(run(compile)).toEqual(run((f) => f));
  });
});

describe('a leaf that a function has in several ways', () => {
  it.each<[string, (b: Loose) => Loose[]]>([
    ['twice', (b) => [b, b]],
    ['as it is and as a view', (b) => [b.unsqueeze(0), b]],
    ['as parts and a repeated row', (b) => [b.narrow(0, 1, 1).expand(4, 5), b.narrow(0, 0, 1)]],
    ['detached', (b) => [b.detach(), b]],
  ])('adds to its gradient in one order, with the same bits: %s', (_, args) => {
    const run = (wrap: (f: Loose) => Loose) => {
      manualSeed(3);
      const b = randn(4, 5).requiresGrad_();
      const f = wrap((x: Loose, y: Loose) => {
        const z = x.mul(y).add(y.tanh()).div(x.square().add(1));
        z.add(b.at(1)).add(b.mul(x)).mean().backward();
      });
      return Array.from({ length: 6 }, () => {
        f(...args(b));
        return values(b.grad);
      });
    };
    expect(run(compile)).toEqual(run((f) => f));
  });
});
