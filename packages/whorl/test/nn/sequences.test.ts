// Recurrent layers and attention: what they are made of, and what they leave out.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { nn, tensor, randn, ones, stack, manualSeed } = whorl;
const near = (a: Loose, b: Loose) => expect(a.sub(b).abs().max().itemSync()).toBeLessThan(1e-5);

describe('a recurrent layer', () => {
  it.each(['RNN', 'LSTM', 'GRU'])('%s is its cell, step by step', (kind) => {
    manualSeed(7);
    const layer = new (nn as Loose)[kind](3, 4);
    const cell = new (nn as Loose)[`${kind}Cell`](3, 4);
    const state = [...layer.stateDict()].map(([name, v]) => [name.replace('_l0', ''), v]);
    cell.loadStateDict(new Map(state as Loose));
    const x = randn(5, 2, 3);
    let h: Loose = null;
    const outputs = x.unbind(0).map((step: Loose) => {
      h = cell.forward(step, h);
      return kind === 'LSTM' ? h[0] : h;
    });
    near(layer.forward(x)[0], stack(outputs));
  });

  it('goes both ways: the second direction is the first one on the reversed input', () => {
    const layer = new nn.GRU(3, 4, { bidirectional: true, batchFirst: true });
    const x = randn(2, 5, 3);
    const [y, last] = layer.forward(x);
    expect(y.shape).toEqual([2, 5, 8]);
    near(y.select(1, 4).narrow(1, 0, 4), last.select(0, 0));
    near(y.select(1, 0).narrow(1, 4, 4), last.select(0, 1));
  });

  it('refuses a state of another size', () => {
    expect(() => new nn.RNN(3, 4).forward(randn(5, 2, 3), randn(1, 3, 4))).toThrow(
      /expected a state of size \[1, 2, 4\]/,
    );
  });
});

describe('attention', () => {
  const attend = (options: Loose): Loose => {
    manualSeed(9);
    const x = randn(4, 1, 8);
    return new nn.MultiheadAttention(8, 2).forward(x, x, x, options);
  };

  it('looks at no later place where it is causal', () => {
    const [output, weights] = attend({ isCausal: true });
    expect(weights.select(0, 0).triu(1).abs().sum().itemSync()).toBe(0);
    const attnMask = ones(4, 4).triu(1).to('bool');
    near(output, attend({ attnMask, needWeights: false })[0]);
  });

  it('leaves padded keys out', () => {
    const keyPaddingMask = tensor([[0, 0, 1, 0]]).to('bool');
    const [, weights] = attend({ keyPaddingMask });
    expect(weights.select(2, 2).sum().itemSync()).toBe(0);
    near(weights.sum(-1), ones(1, 4));
  });

  it('is zero for a query that may look at nothing', () => {
    const q = randn(1, 2, 4).requiresGrad_();
    const attnMask = tensor([
      [1, 1],
      [0, 0],
    ]).to('bool');
    const y = nn.functional.scaledDotProductAttention(q, q, q, { attnMask });
    expect(y.select(1, 1).toArraySync()).toEqual([[0, 0, 0, 0]]);
    y.sum().backward();
    expect(q.grad.isnan().any().itemSync()).toBe(false);
  });
});

describe('TransformerEncoder', () => {
  it('holds copies that start equal and are trained apart', () => {
    const layer = new nn.TransformerEncoderLayer(8, 2, 16, { dropout: 0 });
    const encoder = new nn.TransformerEncoder(layer, 3);
    const [first, second] = [encoder.layers.at(0), encoder.layers.at(1)];
    near(first.linear1.weight.detach(), second.linear1.weight.detach());
    first.linear1.weight.detach().zero_();
    expect(second.linear1.weight.detach().abs().sum().itemSync()).toBeGreaterThan(0);
    expect([...encoder.parameters()]).toHaveLength(36);
    expect(String(encoder)).toContain('(0-2): 3 x TransformerEncoderLayer(');
  });
});
