// compile(): what works inside as it does outside: live numbers as operands, draws by chances, closures of optimizers.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { compile, full, manualSeed, nn, noGrad, ones, optim, rand, scalar, tensor, where, zeros } =
  whorl;
const F = nn.functional;

const values = (t: Loose): number[] => [...t.dataSync()];
const x = () =>
  tensor([
    [-1.5, 0.25],
    [0.75, 2],
  ]);
const index = () => tensor([[0, 1]]).long();

describe('a scalar() is an operand', () => {
  it.each<[string, (s: Loose) => Loose]>([
    ['maskedFill', (s) => x().maskedFill(x().gt(0), s)],
    ['full', (s) => full([2], s)],
    ['fullLike', (s) => whorl.fullLike(x(), s)],
    ['fill_', (s) => x().mul(1).fill_(s)],
    ['setAt', (s) => x().mul(1).setAt([0, 1], s)],
    ['scatter', (s) => x().scatter(0, index(), s)],
    ['where', (s) => where(x().gt(0), x(), s)],
    ['clamp', (s) => x().clamp(-1, s)],
    ['leakyRelu', (s) => F.leakyRelu(x(), s)],
    ['softplus', (s) => F.softplus(x(), s)],
    ['threshold', (s) => F.threshold(x(), s, 1)],
    ['layerNorm', (s) => F.layerNorm(x(), [2], null, null, s)],
    ['addmm', (s) => x().addmm(x(), x(), { alpha: s, beta: s })],
    ['cosineEmbeddingLoss', (s) => F.cosineEmbeddingLoss(x(), x(), tensor([1, -1]), { margin: s })],
    ['scalarTensor', (s) => whorl.scalarTensor(s)],
    ['dropout', (s) => F.dropout(ones(40), s)],
    ['normal', (s) => whorl.normal(0, s, [3])],
  ])('of %s', (_, make) => {
    const numbers = [0.5, 0.5, 0.25, 0.75, 0.5];
    manualSeed(1);
    const written = numbers.map((v) => values(make(v)));
    manualSeed(1);
    const s = scalar(0.5);
    const f = compile(() => make(s));
    const compiled = numbers.map((v) => {
      s.value = v;
      return values(f());
    });
    expect(compiled).toEqual(written);
  });

  it.each<[string, (p: Loose) => Loose]>([
    ['norm', (p) => x().norm(p, 0)],
    ['normalize', (p) => F.normalize(x(), { p })],
    ['pairwiseDistance', (p) => F.pairwiseDistance(x(), x().add(1), p)],
    ['tripletMarginLoss', (p) => F.tripletMarginLoss(x(), x().neg(), x().t(), { p })],
    ['cdist', (p) => whorl.cdist(x(), x(), p)],
    ['pdist', (p) => F.pdist(x(), p)],
    ['renorm', (p) => x().renorm(p, 0, 0.5)],
    ['linalg.vectorNorm', (p) => whorl.linalg.vectorNorm(x(), p)],
    ['multiMarginLoss', (p) => F.multiMarginLoss(x(), tensor([0, 1]).long(), { p })],
    ['mvlgamma', (p) => x().add(3).mvlgamma(p)],
    ['bernoulli_', (p) => zeros(4).bernoulli_(p)],
    ['instanceNorm', (momentum) => F.instanceNorm(ones(2, 2, 3), zeros(2), ones(2), { momentum })],
    ['gaussianNllLoss', (v) => F.gaussianNllLoss(x(), x().neg(), v)],
    ['narrow', (n) => x().narrow(0, 0, n)],
    ['softmax', (dim) => x().softmax(dim)],
    ['reshape', (n) => x().reshape(n, -1)],
    ['huberLoss', (delta) => F.huberLoss(x(), x().neg(), { delta })],
    ['linspace', (v) => whorl.linspace(0, v, 3)],
    ['quantile', (q) => x().quantile(q)],
  ])(
    'whose value decides what %s computes is refused inside, and a number outside',
    (name, make) => {
      manualSeed(1);
      const written = values(make(1));
      manualSeed(1);
      expect(values(make(scalar(1)))).toEqual(written);
      expect(() => compile(() => make(scalar(1)))()).toThrow(
        new RegExp(`^${name}: (argument '\\w+' decides|while compile\\(\\) captures)`),
      );
    },
  );

  it('a chance of dropout that becomes none, or all', () => {
    const s = scalar(0.5);
    const f = compile((x: Loose) => F.dropout(x, s));
    for (const [p, most] of [
      [0.5, 2],
      [0, 1],
      [1, 0],
      [0.5, 2],
    ] as const) {
      s.value = p;
      expect(Math.max(...values(f(ones(60))))).toBe(most);
    }
  });
});

describe('draws by chances that are computed inside', () => {
  it.each<[string, (p: Loose) => Loose]>([
    ['bernoulli', (p) => whorl.bernoulli(p.sigmoid())],
    ['bernoulli of float64', (p) => whorl.bernoulli(p.double().sigmoid())],
    ['bernoulli_', (p) => zeros(2, 3).bernoulli_(p.sigmoid())],
    ['bernoulli_ of a turned one', (p) => zeros(3, 2).t().bernoulli_(p.sigmoid())],
    ['multinomial', (p) => whorl.multinomial(p.softmax(1), 2)],
    ['multinomial with replacement', (p) => whorl.multinomial(p.softmax(1), 5, true)],
  ])('%s, among others', (_, draw) => {
    const body = (p: Loose) => [rand(2), draw(p), rand(2), draw(p.mul(2))];
    const run = (f: Loose) => {
      manualSeed(7);
      return Array.from({ length: 5 }, (_, i) => f(full([2, 3], i).cumsum(1)).map(values));
    };
    expect(run(compile(body))).toEqual(run(body));
  });

  it('chances that are none are an error of the call', () => {
    const f = compile((p: Loose) => whorl.bernoulli(p));
    expect(() => f(full([2], 3))).toThrow('bernoulli expects probabilities in [0, 1], but got 3');
    expect(values(f(ones(2)))).toEqual([1, 1]);
  });

  it('contrastive divergence of a restricted Boltzmann machine', () => {
    const run = (wrap: (f: Loose) => Loose) => {
      manualSeed(2);
      const w = whorl.randn(4, 3).requiresGrad_();
      const o = new optim.SGD([w], { lr: 0.1 });
      const energy = (v: Loose) => v.matmul(w).exp().add(1).log().sum().neg();
      const step = wrap((v: Loose) => {
        const gibbs = noGrad(() => {
          let u = v;
          for (let k = 0; k < 2; k++) {
            const h = whorl.bernoulli(u.matmul(w).sigmoid());
            u = whorl.bernoulli(h.matmul(w.t()).sigmoid());
          }
          return u;
        });
        const loss = energy(v).sub(energy(gibbs));
        o.zeroGrad();
        loss.backward();
        o.step();
        return loss;
      });
      const losses = [0, 1, 2, 3, 4, 5].map(() =>
        step(whorl.bernoulli(full([5, 4], 0.5))).itemSync(),
      );
      return [losses, values(w.detach())];
    };
    expect(run(compile)).toEqual(run((f) => f));
  });
});

it('a mean over all batches is normalised by, whatever batches there were', () => {
  const run = (wrap: (f: Loose) => Loose) => {
    manualSeed(3);
    const norm = new nn.BatchNorm1d(2, { momentum: null });
    const f = wrap((x: Loose) => norm.forward(x));
    for (let i = 0; i < 5; i++) f(whorl.randn(4, 2));
    return [values(norm.runningMean), values(norm.runningVar), values(norm.numBatchesTracked)];
  };
  expect(run(compile)).toEqual(run((f) => f));
});

describe('optimizer.step(closure)', () => {
  const all: [string, (p: Loose) => Loose][] = [
    ['SGD', (p) => new optim.SGD([p], { lr: 0.1, momentum: 0.9 })],
    ['Adam', (p) => new optim.Adam([p], { lr: 0.1 })],
    ['NAdam', (p) => new optim.NAdam([p], { lr: 0.1 })],
    ['ASGD', (p) => new optim.ASGD([p], { lr: 0.1 })],
    ['Rprop', (p) => new optim.Rprop([p], { lr: 0.1 })],
  ];
  it.each(all)('%s: computes the loss with gradients recorded, and hands it back', (_, make) => {
    const run = (wrap: (f: Loose) => Loose, byClosure: boolean) => {
      const p = ones(2).requiresGrad_();
      const o = make(p);
      const closure = () => {
        o.zeroGrad();
        const loss = p.square().sum();
        loss.backward();
        return loss;
      };
      const step = wrap(() => {
        if (byClosure) return noGrad(() => o.step(closure));
        const loss = closure();
        o.step();
        return loss;
      });
      const losses = [0, 1, 2, 3].map(() => step().itemSync());
      return [losses, values(p.detach())];
    };
    const written = run((f) => f, false);
    expect(run((f) => f, true)).toEqual(written);
    expect(run(compile, true)).toEqual(written);
  });

  it('takes nothing else', () => {
    const o = new optim.SGD([ones(1).requiresGrad_()], { lr: 0.1 });
    expect(() => o.step(3)).toThrow('SGD.step: expected a function');
    expect(o.step()).toBeUndefined();
  });
});

describe('settings that the function changes itself', () => {
  it('of parameter groups are refused, and schedules are followed', () => {
    const w = ones(1).requiresGrad_();
    const o = new optim.SGD([w], { lr: 1 });
    const f = compile(() => {
      o.zeroGrad();
      w.sum().backward();
      o.step();
      o.paramGroups[0].lr *= 0.5;
    });
    expect(f).toThrow('the function sets lr of a parameter group of SGD');
    expect(values(w.detach())).toEqual([1]);
  });

  it('of a scalar are set at every call', () => {
    const s = scalar(0);
    const f = compile((x: Loose) => {
      s.value = 2;
      return x.mul(s);
    });
    for (let i = 0; i < 30; i++) {
      s.value = 5;
      expect(f(ones(1)).itemSync()).toBe(2);
    }
  });
});
