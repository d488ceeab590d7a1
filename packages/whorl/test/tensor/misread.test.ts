// Slips that JavaScript would let through: each gets a sentence, or the right values.

import { describe, expect, it } from 'vitest';
import { whorl } from '../loose.js';

const { nn, ones, optim, tensor } = whorl;

describe('x.data, which is a method here', () => {
  it.each(['copy_', 'add', 'shape', 'grad'])('x.data.%s says x.detach()', (key) => {
    expect(() => tensor([1]).data[key]).toThrow(`write x.detach().${key}`);
  });

  it('x.data = y says x.detach().copy_(y), and data() goes on reading', async () => {
    const x = tensor([1, 2]);
    expect(() => {
      x.data = x;
    }).toThrow('write x.detach().copy_(y)');
    expect([...(await x.data()), x.data.name, x.data.length]).toEqual([1, 2, x.data.name, 0]);
  });
});

describe('structuredClone and postMessage', () => {
  it.each([
    ['a tensor', () => tensor([1])],
    ['a module', () => new nn.Linear(1, 1)],
    ['a state dict', () => new nn.Linear(1, 1).stateDict()],
  ])('of %s say what to send', (_, make) => {
    expect(() => structuredClone(make())).toThrow(/send what `await x\.data\(\)` gives/);
    const { port1 } = new MessageChannel();
    expect(() => port1.postMessage(make())).toThrow(/neither cloned nor posted/);
    port1.close();
  });
});

describe('JSON.stringify', () => {
  it.each([
    ['float32', [0.1, NaN, -Infinity, -0]],
    ['float64', [0.1, 1e300]],
    ['int64', [1n, 2n ** 62n]],
    ['bool', [true, false]],
  ])('keeps all of a tensor: %s', (dtype, values) => {
    const x = tensor(values, { dtype });
    const { data, shape, dtype: kept } = JSON.parse(JSON.stringify(x));
    const back = dtype === 'int64' ? data.map(BigInt) : data.map(Number);
    const again = tensor(back, { dtype }).reshape(shape);
    expect([kept, [...again.dataSync()]]).toEqual([dtype, [...x.dataSync()]]);
  });

  it('keeps an optimizer state', () => {
    const p = ones(2, { requiresGrad: true });
    const optimizer = new optim.Adam([p]);
    p.sum().backward();
    optimizer.step();
    const { state } = JSON.parse(JSON.stringify(optimizer.stateDict()));
    expect(state[0].expAvg).toMatchObject({ dtype: 'float32', shape: [2] });
  });
});

describe('layers without inputs', () => {
  it('are made where PyTorch makes them', () => {
    expect(new nn.Linear(0, 2).bias.toArraySync()).toEqual([0, 0]);
    expect(new nn.Linear(0, 2).forward(ones(3, 0)).toArraySync()).toEqual(
      new Array(3).fill([0, 0]),
    );
    expect(String(new nn.Conv2d(0, 2, 3))).toMatch(/^Conv2d\(0, 2/);
    expect(() => new nn.Bilinear(0, 2, 3)).toThrow('in1Features must be > 0');
  });
});
