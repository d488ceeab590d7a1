// Cells: what a reader sees after an in-place write, in whatever order values are read.
// These are the cases in which lazy engines have been wrong.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { arange, noGrad, optim, slice, tensor, zeros } = whorl;
const nn = whorl.nn;

describe('a lazy reader', () => {
  it('sees the value from before the write', () => {
    const x = tensor([1, 2]);
    const y = x.mul(2);
    x.add_(1);
    expect([y.toArraySync(), x.toArraySync()]).toEqual([
      [2, 4],
      [2, 3],
    ]);
  });

  it('sees it when the written tensor is read first, too', () => {
    const x = tensor([1, 2]);
    const y = x.mul(2);
    x.add_(1);
    expect([x.toArraySync(), y.toArraySync()]).toEqual([
      [2, 3],
      [2, 4],
    ]);
  });

  it('between two writes sees the value between', () => {
    const x = tensor([1]);
    const readers: Loose[] = [];
    for (let i = 0; i < 5; i++) {
      readers.push(x.mul(10));
      x.add_(1);
    }
    expect(readers.map((r) => r.itemSync())).toEqual([10, 20, 30, 40, 50]);
    expect(x.itemSync()).toBe(6);
  });

  it('of a stored value sees the old one after an overwrite', () => {
    const x = tensor([1, 2]);
    x.dataSync();
    const copy = x.clone();
    const sum = x.sum();
    x.zero_();
    x.dataSync();
    expect([copy.toArraySync(), sum.itemSync(), x.toArraySync()]).toEqual([[1, 2], 3, [0, 0]]);
  });

  it('of a view sees the old value of the view', () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    const rows = x.at(1).mul(2);
    x.at(1).zero_();
    expect([rows.toArraySync(), x.toArraySync()]).toEqual([
      [6, 8],
      [
        [1, 2],
        [0, 0],
      ],
    ]);
  });

  it('inside a chain of writes is not moved by later ones', () => {
    const x = zeros(3);
    const y = x.add(1);
    x.setAt([0], 5);
    const z = x.mul(y);
    x.setAt([0], 6);
    expect([z.toArraySync(), x.toArraySync()]).toEqual([
      [5, 0, 0],
      [6, 0, 0],
    ]);
  });
});

describe('a read', () => {
  it('that was asked for before a write gives the value at the call', async () => {
    const t = tensor(1);
    const promise = t.item();
    t.add_(1);
    expect([await promise, await t.item()]).toEqual([1, 2]);
  });

  it('gives copies: writing into them changes no tensor', () => {
    const x = tensor([1, 2]);
    x.dataSync()[0] = 9;
    expect(x.toArraySync()).toEqual([1, 2]);
  });

  it('of data that was handed in is of a copy, too', () => {
    const data = Float32Array.of(1, 2);
    const x = tensor(data);
    data[0] = 9;
    expect(x.toArraySync()).toEqual([1, 2]);
  });

  it('of several tensors at once gives each its own time', async () => {
    const x = tensor([1, 2]);
    const reads = [x.toArray()];
    x.mul_(10);
    reads.push(x.toArray());
    x.zero_();
    reads.push(x.toArray());
    expect(await Promise.all(reads)).toEqual([
      [1, 2],
      [10, 20],
      [0, 0],
    ]);
  });
});

describe('a swap cycle', () => {
  it('of two tensors exchanges their values', () => {
    const [a, b] = [tensor([1, 2]), tensor([3, 4])];
    const old = a.clone();
    a.copy_(b);
    b.copy_(old);
    expect([a.toArraySync(), b.toArraySync()]).toEqual([
      [3, 4],
      [1, 2],
    ]);
  });

  it('of two halves of one tensor works, turned as often as wanted', () => {
    const x = arange(4).float();
    for (let i = 0; i < 3; i++) {
      const [front, back] = [x.at(slice(0, 2)), x.at(slice(2, null))];
      const old = front.clone();
      front.copy_(back);
      back.copy_(old);
    }
    expect(x.toArraySync()).toEqual([2, 3, 0, 1]);
  });

  it('of three cells, each a function of the others', () => {
    const [a, b, c] = [tensor(1), tensor(2), tensor(3)];
    for (let i = 0; i < 4; i++) {
      const [x, y, z] = [a.clone(), b.clone(), c.clone()];
      a.copy_(y.add(z));
      b.copy_(z.add(x));
      c.copy_(x.add(y));
    }
    const values = [1, 2, 3];
    for (let i = 0; i < 4; i++) {
      const [x, y, z] = values as [number, number, number];
      values.splice(0, 3, y + z, z + x, x + y);
    }
    expect([a, b, c].map((t) => t.itemSync())).toEqual(values);
  });
});

describe('overlapping writes', () => {
  it('x[1:] += x[:-1] is refused, as in PyTorch', () => {
    const x = tensor([1, 2, 3, 4]);
    const write = () => x.at(slice(1, null)).add_(x.at(slice(0, -1)));
    expect(write).toThrow(/add_: .* refer to a single memory location/);
    expect(() => x.add_(x.reshape(2, 2).t().reshape(2, 2).flatten())).not.toThrow();
  });

  it('of a copy it reads everything before it writes', () => {
    const x = tensor([1, 2, 3, 4]);
    x.dataSync();
    x.at(slice(1, null)).add_(x.at(slice(0, -1)).clone());
    expect(x.toArraySync()).toEqual([1, 3, 5, 7]);
  });

  it('and copying a flipped tensor onto itself', () => {
    const x = tensor([1, 2, 3, 4, 5]);
    x.dataSync();
    x.copy_(x.flip(0));
    expect(x.toArraySync()).toEqual([5, 4, 3, 2, 1]);
  });

  it('and subtracting a sum of the tensor itself', () => {
    const x = tensor([
      [1, 2],
      [3, 5],
    ]);
    x.dataSync();
    x.sub_(x.sum(0));
    expect(x.toArraySync()).toEqual([
      [-3, -5],
      [-1, -2],
    ]);
  });
});

describe('many small writes', () => {
  it('one element at a time, as a data loop does, all arrive', () => {
    const x = zeros(40, 2);
    for (let i = 0; i < 40; i++) {
      x.setAt([i, 0], i);
      x.at(i, 1).fill_(-i);
    }
    expect(x.sum(0).toArraySync()).toEqual([780, -780]);
    expect(x.at(17).toArraySync()).toEqual([17, -17]);
  });

  it('with reads of single elements between', () => {
    const x = zeros(8);
    for (let i = 1; i < 8; i++) x.setAt([i], x.at(i - 1).itemSync() + i);
    expect(x.toArraySync()).toEqual([0, 1, 3, 6, 10, 15, 21, 28]);
  });

  it('each a function of the one before, without reads', () => {
    const x = zeros(8);
    for (let i = 1; i < 8; i++) x.setAt([i], x.at(i - 1).add(i));
    expect(x.toArraySync()).toEqual([0, 1, 3, 6, 10, 15, 21, 28]);
  });
});

describe('an optimizer step', () => {
  it('leaves logits that were made before it as they were', () => {
    whorl.manualSeed(3);
    const model = new nn.Linear(2, 3);
    const optimizer = new optim.SGD(model.parameters(), { lr: 10 });
    const x = whorl.ones(4, 2);
    const logits = model.forward(x);
    const before = noGrad(() => model.forward(x)).toArraySync();
    logits.sum().backward();
    optimizer.step();
    expect(logits.toArraySync()).toEqual(before);
    expect(logits.max(1)[0].toArraySync()).toEqual(before.map((row: number[]) => Math.max(...row)));
    expect(model.forward(x).toArraySync()).not.toEqual(before);
  });

  it('by hand, p.sub_(lr * g) inside noGrad, starts the next graph at the new value', () => {
    const p = tensor(4, { requiresGrad: true });
    const seen: number[] = [];
    for (let i = 0; i < 3; i++) {
      p.mul(p).backward();
      noGrad(() => p.sub_(p.grad.mul(0.25)));
      seen.push(p.itemSync());
      p.grad = null;
    }
    expect(seen).toEqual([2, 1, 0.5]);
  });

  it('accumulates gradients over two backwards before it', () => {
    const p = tensor(1, { requiresGrad: true });
    const optimizer = new optim.SGD([p], { lr: 1 });
    p.mul(2).backward();
    p.mul(3).backward();
    optimizer.step();
    expect(p.itemSync()).toBe(-4);
  });
});
