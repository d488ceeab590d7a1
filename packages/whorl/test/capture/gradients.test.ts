// Gradients that a compiled function hands out in other shapes, sets anew, or gives to several leaves.

import { expect, it } from 'vitest';
import { cat, compile, manualSeed, nn, ones, optim, randn, type Tensor } from '../../src/index.js';
import type { Loose } from '../loose.js';

type Run = (wrap: <F extends (...args: never[]) => unknown>(fn: F) => F) => unknown;

/** What a program saw, compiled and not. */
function both(run: Run): { compiled: unknown; plain: unknown } {
  manualSeed(3);
  const compiled = run((fn) => compile(fn as Loose) as Loose);
  manualSeed(3);
  return { compiled, plain: run((fn) => fn) };
}

const all = (tensors: readonly (Tensor | null)[]) =>
  tensors.map((each) => each?.detach().toArraySync() ?? null);

const outlooks: [string, (gradient: Loose) => Loose][] = [
  ['transposed', (gradient) => gradient.t()],
  ['detached', (gradient) => gradient.detach()],
  ['flat', (gradient) => gradient.view(-1)],
  ['a row of it', (gradient) => gradient.at(0)],
];

it.each(outlooks)('a gradient that is returned %s stays as it was returned', (_, look) => {
  const { compiled, plain } = both((wrap) => {
    const weight = randn(3, 2).requiresGrad_();
    const step = wrap((x: Loose) => {
      weight.grad = null;
      weight.mul(x).square().sum().backward();
      return look(weight.grad);
    });
    return all(Array.from({ length: 5 }, () => step(randn(3, 2))));
  });
  expect(compiled).toEqual(plain);
});

it('gradients may be replaced by parts of one tensor', () => {
  const { compiled, plain } = both((wrap) => {
    const model = new nn.Linear(3, 2) as Loose;
    const parameters: Loose[] = [...model.parameters()];
    const optimizer = new optim.SGD(parameters, { lr: 0.1 });
    const step = wrap((x: Loose) => {
      optimizer.zeroGrad();
      model.forward(x).square().mean().backward();
      const flat: Loose = cat(parameters.map((p) => p.grad.flatten())).clamp(-0.1, 0.1);
      let at = 0;
      for (const p of parameters) {
        p.grad = flat.narrow(0, at, p.numel()).view(...p.shape);
        at += p.numel();
      }
      optimizer.step();
    });
    return Array.from({ length: 5 }, () => {
      step(randn(4, 3));
      return all(parameters.flatMap((p) => [p, p.grad]));
    });
  });
  expect(compiled).toEqual(plain);
});

it('one gradient may be that of two leaves', () => {
  const { compiled, plain } = both((wrap) => {
    const [a, b] = [randn(3).requiresGrad_(), randn(3).requiresGrad_()];
    const step = wrap((x: Loose) => {
      a.grad = null;
      b.grad = null;
      (a.mul(x).add(b.square()) as Loose).sum().backward();
      const mean = a.grad!.add(b.grad!).div(2);
      a.grad = mean;
      b.grad = mean;
    });
    const kept: (Tensor | null)[] = [];
    return Array.from({ length: 6 }, (_, i) => {
      step(randn(3));
      kept.push(i % 2 === 0 ? a.grad : b.grad);
      return [all(kept), i === 5 && a.grad === b.grad];
    });
  });
  expect(compiled).toEqual(plain);
});

it('two leaves may come to have one gradient between the calls, and two again', () => {
  const { compiled, plain } = both((wrap) => {
    const [a, b] = [randn(3).requiresGrad_(), randn(3).requiresGrad_()];
    const step = wrap((x: Loose) => {
      (a.mul(x).add(b.square()) as Loose).sum().backward();
    });
    return Array.from({ length: 8 }, (_, i) => {
      step(randn(3));
      if (i === 2) a.grad = b.grad;
      if (i === 4) b.grad = b.grad!.clone();
      return all([a.grad, b.grad]);
    });
  });
  expect(compiled).toEqual(plain);
});

it('an argument may be a leaf in one call and computed in the next', () => {
  const { compiled, plain } = both((wrap) => {
    const double = wrap((x: Loose) => x.mul(2));
    const leaf: Loose = ones(3).requiresGrad_();
    return all([leaf, leaf.mul(3), leaf, leaf.add(1)].map((x) => double(x)));
  });
  expect(compiled).toEqual(plain);
});
