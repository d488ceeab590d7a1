// What backward(), grad() and detach() do, each rule a sentence.

import { describe, expect, it } from 'vitest';
import { observeFlushes } from '../../src/engine/observe/record.js';
import { whorl } from '../loose.js';

const { grad, nn, tensor, zeros } = whorl;
const leaf = (data: unknown) => tensor(data, { requiresGrad: true });

describe('backward', () => {
  it('adds all parts of a leaf, those of its views too, before it adds to what .grad has', () => {
    const w = leaf([1, 1, 1]);
    w.grad = tensor([2.21, 0.96, 1.89]);
    const [a, b] = [tensor([3.76, 1.81, 1.23]), tensor([1.59, 2.03, 0.18])];
    w.mul(a).add(w.reshape(3).mul(b)).sum().backward();
    expect([...w.grad.dataSync()]).toEqual([
      7.559999942779541, 4.799999713897705, 3.3000001907348633,
    ]);
  });

  it('needs a gradient where the output is no scalar, and says which shape', () => {
    const y = leaf([1, 2, 3]).mul(2);
    expect(() => y.backward()).toThrow(
      /grad can be implicitly created only for scalar outputs.*\[3\]/,
    );
    expect(() => y.backward(tensor([1, 1]))).toThrow(/Mismatch in shape.*\[2\].*\[3\]/);
  });

  it('takes one element of any rank as a scalar', () => {
    const x = leaf([[3]]);
    x.mul(x).backward();
    expect(x.grad.toArraySync()).toEqual([[6]]);
  });

  it('weights with the gradient it is given', () => {
    const x = leaf([1, 2, 3]);
    x.mul(x).backward(tensor([1, 10, 100]));
    expect(x.grad.toArraySync()).toEqual([2, 40, 600]);
  });

  it('computes every gradient together with the next value read, biases too', () => {
    const layer = new nn.Linear(3, 2);
    layer.weight.dataSync();
    const loss = layer
      .forward(
        tensor([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      )
      .square()
      .mean();
    loss.backward();
    loss.itemSync();
    let kernels = 0;
    const stop = observeFlushes((record) => {
      kernels += record.kernels.length;
    });
    for (const parameter of layer.parameters()) parameter.grad.dataSync();
    stop();
    expect(kernels).toBe(0);
  });

  it('is refused where nothing requires grad', () => {
    expect(() => tensor(1).mul(2).backward()).toThrow('does not require grad');
  });

  it('adds to .grad, in the same tensor', () => {
    const x = leaf([1, 2]);
    x.sum().backward();
    const first = x.grad;
    x.mul(3).sum().backward();
    expect(x.grad).toBe(first);
    expect(first.toArraySync()).toEqual([4, 4]);
  });

  it('gives the same sum whether .grad was read in between or not', () => {
    const x = leaf([1, 2]);
    for (let i = 0; i < 3; i++) {
      x.mul(x).sum().backward();
      if (i === 1) expect(x.grad.toArraySync()).toEqual([4, 8]);
    }
    expect(x.grad.toArraySync()).toEqual([6, 12]);
  });

  it('adds the paths of a value that is used twice', () => {
    const x = leaf(3);
    const y = x.mul(x);
    y.add(y.mul(x)).backward();
    expect(x.grad.itemSync()).toBe(2 * 3 + 3 * 9);
  });

  it('sums over what was broadcast', () => {
    const bias = leaf([1, 2]);
    zeros(4, 2).add(bias).sum().backward();
    expect(bias.grad.toArraySync()).toEqual([4, 4]);
  });

  it('keeps .grad null where no path leads', () => {
    const [x, y] = [leaf(1), leaf(2)];
    x.mul(2).backward();
    expect(y.grad).toBeNull();
  });

  it('leaves intermediate values without .grad', () => {
    const y = leaf(1).mul(2);
    y.mul(3).backward();
    expect(y.grad).toBeNull();
  });

  it('makes gradients that require no grad themselves', () => {
    const x = leaf(2);
    x.mul(x).backward();
    expect(x.grad.requiresGrad).toBe(false);
  });
});

describe('createGraph', () => {
  it('gives the second and third derivative of x ** 3', () => {
    const x = leaf([2, 5]);
    const [first] = grad(x.pow(3).sum(), x, { createGraph: true });
    expect(first.toArraySync()).toEqual([12, 75]);
    const [second] = grad(first.sum(), x, { createGraph: true });
    expect(second.toArraySync()).toEqual([12, 30]);
    const [third] = grad(second.sum(), x);
    expect(third.toArraySync()).toEqual([6, 6]);
  });

  it('keeps the graph, so that a penalty on the gradient can follow', () => {
    const x = leaf([1, 2]);
    const y = x.mul(x).sum();
    y.backward(null, { createGraph: true });
    const penalty = x.grad.mul(x.grad).sum();
    x.grad = null;
    penalty.backward();
    expect(x.grad.toArraySync()).toEqual([8, 16]);
  });
});

describe('grad', () => {
  it('does not touch .grad', () => {
    const x = leaf([1, 2]);
    const [g] = grad(x.mul(x).sum(), x);
    expect(g.toArraySync()).toEqual([2, 4]);
    expect(x.grad).toBeNull();
  });

  it('reaches values between, not only leaves', () => {
    const x = leaf(3);
    const y = x.mul(x);
    const [ofY, ofX] = grad(y.mul(y), [y, x]);
    expect([ofY.itemSync(), ofX.itemSync()]).toEqual([18, 108]);
  });

  it('sums over several outputs, each with its own weights', () => {
    const x = leaf([1, 2]);
    const [g] = grad([x.mul(2), x.mul(x)], [x], {
      gradOutputs: [tensor([1, 1]), tensor([10, 10])],
    });
    expect(g.toArraySync()).toEqual([22, 42]);
  });

  it('names the input that was not used, or gives null for it', () => {
    const [x, y] = [leaf(1), leaf(2)];
    expect(() => grad(x.mul(2), [x, y])).toThrow(/input 1 was not used/);
    expect(grad(x.mul(2), [x, y], { allowUnused: true })[1]).toBeNull();
  });
});

describe('leaves', () => {
  it('refuse in-place writes, through views too', () => {
    const x = leaf([
      [1, 2],
      [3, 4],
    ]);
    const message = /leaf Variable that requires grad is being used in an in-place operation/;
    expect(() => x.add_(1)).toThrow(message);
    expect(() => x.zero_()).toThrow(message);
    expect(() => x.at(0).mul_(2)).toThrow(message);
    expect(() => x.t().fill_(0)).toThrow(message);
    expect(() => x.setAt([0, 0], 9)).toThrow(message);
    expect(x.toArraySync()).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('stay leaves when they are written inside noGrad', () => {
    const x = leaf([1, 2]);
    whorl.noGrad(() => x.sub_(0.5));
    expect([x.isLeaf, x.requiresGrad]).toEqual([true, true]);
    x.mul(x).sum().backward();
    expect(x.grad.toArraySync()).toEqual([1, 3]);
  });

  it('are what a user made; what was computed from them is none', () => {
    const x = leaf([1, 2]);
    expect([x.isLeaf, x.mul(2).isLeaf, x.view(2, 1).isLeaf]).toEqual([true, false, false]);
    expect([x.detach().isLeaf, tensor(1).mul(2).isLeaf]).toEqual([true, true]);
  });

  it('must be floating', () => {
    expect(() => tensor([1n]).requiresGrad_()).toThrow(/only floating tensors.*int64/);
    expect(() => tensor([true], { requiresGrad: true })).toThrow(/bool/);
  });

  it('cannot be made out of a computed value', () => {
    expect(() => leaf([1]).mul(2).requiresGrad_(false)).toThrow(/leaf variables.*detach\(\)/s);
  });
});

describe('detach', () => {
  it('stops the gradient', () => {
    const x = leaf([1, 2]);
    x.mul(x.detach()).sum().backward();
    expect(x.grad.toArraySync()).toEqual([1, 2]);
  });

  it('shares memory: a write through it is seen by the leaf', () => {
    const x = leaf([1, 2]);
    x.detach().setAt([0], 7);
    expect(x.toArraySync()).toEqual([7, 2]);
  });
});

describe('requiresGrad_ on a view', () => {
  it('makes the view a leaf of its own, which collects what goes through it', () => {
    const base = tensor([1, 2, 3, 4]);
    const view = base.view(2, 2);
    view.requiresGrad_();
    expect([view.isLeaf, view.requiresGrad, base.requiresGrad]).toEqual([true, true, false]);
    view.mul(view).sum().backward();
    expect(view.grad.toArraySync()).toEqual([
      [2, 4],
      [6, 8],
    ]);
    expect(base.grad).toBeNull();
  });

  it('of a base reaches the base through views that were made before', () => {
    const base = tensor([1, 2, 3, 4]);
    const view = base.view(2, 2);
    base.requiresGrad_();
    expect(view.requiresGrad).toBe(true);
    view.mul(2).sum().backward();
    expect(base.grad.toArraySync()).toEqual([2, 2, 2, 2]);
  });
});

describe('a write inside the graph', () => {
  it('hands the gradient to the value written and takes it from what was overwritten', () => {
    const [x, v] = [leaf([1, 2, 3]), leaf([5])];
    const y = x.mul(2);
    y.setAt([whorl.slice(1, 2)], v.mul(3));
    y.sum().backward();
    expect(x.grad.toArraySync()).toEqual([2, 0, 2]);
    expect(v.grad.toArraySync()).toEqual([3]);
  });

  it('after a use does not change what that use differentiates', () => {
    const x = leaf([1, 2]);
    const y = x.mul(3);
    const z = y.mul(y);
    y.zero_();
    z.sum().backward();
    expect(x.grad.toArraySync()).toEqual([18, 36]);
  });
});
