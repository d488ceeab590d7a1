// Gradients asked for one part at a time: only what was walked is freed, and only what leads to the inputs is walked.
// What is refused and what passes is PyTorch's, asked for each entry.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { grad, ones, slice } = whorl;
const leaf = (value = 2) => ones(2).mul(value).detach().requiresGrad_();
const again = 'Trying to backward through the graph a second time';
const first = (outputs: Loose, inputs: Loose, options = {}) =>
  grad(outputs, inputs, options)[0].toArraySync();

describe('grad() over one part after the other', () => {
  const both = () => {
    const [a, b] = [leaf(2), leaf(3)];
    return { a, b, loss: a.mul(a).add(b.mul(b)).sum() };
  };

  it('another part passes', () => {
    const { a, b, loss } = both();
    expect(first(loss, a)).toEqual([4, 4]);
    expect(first(loss, b)).toEqual([6, 6]);
  });

  it('the same part is refused', () => {
    const { a, loss } = both();
    first(loss, a);
    expect(() => void grad(loss, a)).toThrow(again);
  });

  it('all of it is refused after a part, and a part after all of it', () => {
    const one = both();
    first(one.loss, one.a);
    expect(() => void one.loss.backward()).toThrow(again);
    const two = both();
    two.loss.backward();
    expect(() => void grad(two.loss, two.b)).toThrow(again);
  });

  it('a product of both parts is refused: it had saved them', () => {
    const [a, b] = [leaf(), leaf()];
    const loss = a.mul(2).mul(b).sum();
    first(loss, b);
    expect(() => void grad(loss, a)).toThrow(again);
  });

  it('what lies in front of the input is not walked, so it may be walked later', () => {
    const a = leaf();
    const hidden = a.exp();
    const loss = hidden.sum();
    expect(first(loss, hidden)).toEqual([1, 1]);
    hidden.sum().backward();
    expect(a.grad.toArraySync()).toEqual(a.exp().toArraySync());
  });

  it('an input in the middle of what was freed is refused', () => {
    const a = leaf();
    const hidden = a.mul(2);
    const loss = hidden.exp().sum();
    first(loss, hidden);
    expect(() => void grad(loss, hidden)).toThrow(again);
    expect(() => void grad(loss, a)).toThrow(again);
  });

  it('several outputs are freed together', () => {
    const a = leaf();
    const [x, y] = [a.exp(), a.sin()];
    grad([x.sum(), y.sum()], [a]);
    expect(() => void grad(x.sum(), a)).toThrow(again);
    expect(() => void grad(y.sum(), a)).toThrow(again);
  });

  it('an input that is not used is missing, freed or not', () => {
    const [a, b] = [leaf(), leaf()];
    const loss = a.mul(a).sum();
    first(loss, a);
    expect(grad(loss, b, { allowUnused: true })).toEqual([null]);
  });

  it('a kept graph can be walked in any order', () => {
    const { a, b, loss } = both();
    first(loss, a, { retainGraph: true });
    first(loss, b);
    expect(first(loss, a)).toEqual([4, 4]);
  });

  it('the second derivative goes through what createGraph kept', () => {
    const a = leaf();
    const [g] = grad(a.pow(3).sum(), a, { createGraph: true });
    expect(first(g.sum(), a)).toEqual([12, 12]);
  });
});

describe('a write through a view', () => {
  it.each<[string, (x: Loose) => void]>([
    ['of a part', (x) => x.at(0).add_(1)],
    ['of all of it', (x) => x.view(2).add_(1)],
    ['by an index', (x) => x.setAt([0], 1)],
    ['by a slice', (x) => x.setAt([slice(0, 1)], ones(1))],
  ])('%s lets go of how it was made: a second backward is refused', (_, write) => {
    const x = leaf().add(1);
    write(x);
    const loss = x.sum();
    loss.backward();
    expect(() => void loss.backward()).toThrow(again);
  });

  it('of the tensor itself lets it pass', () => {
    const x = leaf().add(1);
    x.add_(1);
    const loss = x.sum();
    loss.backward();
    expect(() => void loss.backward()).not.toThrow();
  });
});

it('grad() takes what parameters() hands out', () => {
  const model = new whorl.nn.Linear(2, 1);
  const [weight, bias] = grad(model.forward(ones(3, 2)).sum(), model.parameters());
  expect([weight.toArraySync(), bias.toArraySync()]).toEqual([[[3, 3]], [3]]);
});
