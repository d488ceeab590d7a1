// Who may see a value, and whose memory is written over: no write shows where it must not, and each shows where it must.

import { describe, expect, it } from 'vitest';
import { isLeftOver, isOneCells, share } from '../../src/graph/ownership.js';
import { facts, type Node } from '../../src/graph/node.js';
import { ownMemory } from '../../src/engine/ownership/own-memory.js';
import { upload } from '../../src/engine/devices/host.js';
import * as whorl from '../../src/index.js';
import type { Loose } from '../loose.js';

const w = whorl as unknown as Loose;
const { arange, cat, compile, full, noGrad, ones, optim, stack, tensor, zeros } = w;
const valuesOf = (x: Loose): unknown[] => Array.from(x.dataSync() as Float32Array);

// ---- constants that were written

const constants: Record<string, () => Loose> = {
  zeros: () => zeros(3, 3),
  ones: () => ones(3, 3),
  full: () => full([3, 3], 2.5),
  'int64 zeros': () => zeros(3, 3, { dtype: 'int64' }),
  'bool zeros': () => zeros(3, 3, { dtype: 'bool' }),
  'a computed tensor that zero_ wrote': () => ones(3, 3).mul(2).zero_(),
};
const stores: Record<string, (x: Loose) => void> = {
  'it was read': (x) => x.dataSync(),
  'another tensor was read': () => ones(1).add(1).dataSync(),
  'an optimizer stepped': () => {
    const p = ones(2).requiresGrad_();
    p.sum().backward();
    new optim.SGD([p], { lr: 0.1 }).step();
  },
};
const writes: ((x: Loose, value: number) => void)[] = [
  (x, value) => x.setAt([1, 1], value),
  (x, value) => x.at(1).fill_(value),
  (x, value) => x.t().narrow(0, 2, 1).fill_(value),
  (x, value) => x.narrow(1, 0, 1).copy_(value),
];
const views: Record<string, (x: Loose) => Loose> = {
  narrow: (x) => x.narrow(0, 1, 2),
  at: (x) => x.at(1),
  t: (x) => x.t(),
  reshape: (x) => x.reshape(9),
  expand: (x) => x.unsqueeze(0).expand(2, 3, 3),
  flip: (x) => x.flip(0),
  roll: (x) => x.roll(1, 0),
  diagonal: (x) => x.diagonal(),
  double: (x) => x.double(),
  int: (x) => x.to('int32'),
  'a sum with a row': (x) => x.add(x.at(1)),
  matmul: (x) => x.float().matmul(arange(9).float().reshape(3, 3)),
  'a sum in another compiled function': (x) =>
    compile((y: Loose) => y.add(x.t().float()))(ones(3, 3)),
};

describe('a constant that was written is what was written', () => {
  const cases = Object.keys(constants).flatMap((constant) =>
    Object.keys(stores).map((stored) => [constant, stored] as const),
  );
  it.each(cases)('%s, after %s', (constant, stored) => {
    for (const write of writes) {
      const x = constants[constant]!();
      stores[stored]!(x);
      const before = valuesOf(x);
      const value = Number(before[0]) === 0 ? 1 : 0;
      write(x, value);
      write(x, value);
      expect(valuesOf(x)).not.toEqual(before);
      expect(new Set(valuesOf(x).map(Number))).toEqual(new Set([Number(before[0]), value]));
      const plain = tensor(valuesOf(x), { dtype: x.dtype }).reshape(3, 3);
      for (const [name, view] of Object.entries(views)) {
        expect([name, valuesOf(view(x))]).toEqual([name, valuesOf(view(plain))]);
      }
      expect(valuesOf(x)).toEqual(valuesOf(plain));
    }
  });

  it('state that was set to a number between replays goes on from there', () => {
    const h = ones(32).mul(1);
    const add = compile((x: Loose) => {
      h.add_(x);
      return h.sum();
    });
    for (let i = 0; i < 3; i++) add(ones(32));
    h.zero_();
    add(ones(32));
    add(ones(32));
    for (const view of [h, h.reshape(4, 8), h.double(), h.narrow(0, 0, 2)])
      expect(valuesOf(view)[0]).toBe(2);
  });

  it('capturing a function that closes over it leaves it', () => {
    const x = zeros(4);
    x.dataSync();
    x.setAt([0], 9);
    compile((y: Loose) => y.add(x))(ones(4));
    expect(valuesOf(x)).toEqual([9, 0, 0, 0]);
  });
});

// ---- views that were read

const shown: Record<string, () => Loose> = {
  narrow: () => arange(20).float().reshape(5, 4).narrow(0, 1, 3),
  t: () => arange(12).float().reshape(4, 3).t(),
  diagonal: () => arange(48).float().reshape(4, 3, 4).diagonal(0, 0, 2),
  unfold: () => arange(6).float().unfold(0, 4, 1),
  expand: () => arange(4).float().expand(3, 4),
  unsqueeze: () => arange(12).float().unsqueeze(0).at(0).reshape(3, 4),
  'a step of two': () =>
    arange(24)
      .float()
      .reshape(6, 4)
      .at(whorl.slice(0, 6, 2)),
};
const index = () => tensor([0, 2], { dtype: 'int64' });
const wide = () => tensor([[0, 1, 2, 0]], { dtype: 'int64' });
const scatters: Record<string, (x: Loose) => Loose> = {
  indexAdd: (x) => x.indexAdd(0, index(), ones(2, 4)),
  indexCopy: (x) => x.indexCopy(0, index(), ones(2, 4)),
  indexFill: (x) => x.indexFill(0, index(), 7),
  scatter: (x) => x.scatter(0, wide(), ones(1, 4)),
  scatterAdd: (x) => x.scatterAdd(0, wide(), ones(1, 4)),
  scatterReduce: (x) => x.scatterReduce(0, wide(), ones(1, 4), 'amax'),
  indexPut: (x) => x.indexPut([index()], ones(2, 4)),
  put: (x) => x.put(index(), ones(2)),
  maskedScatter: (x) => x.maskedScatter(x.gt(2), ones(12)),
  selectScatter: (x) => x.selectScatter(ones(4), 0, 0),
  sliceScatter: (x) => x.sliceScatter(ones(1, 4), 0, 1, 2),
  'sliceScatter of all': (x) => x.sliceScatter(ones(3, 4), 0, 0, 3),
  diagonalScatter: (x) => x.diagonalScatter(ones(3)),
};

describe('a view that was read is still itself after', () => {
  it.each(Object.keys(scatters))('%s', (name) => {
    for (const [view, make] of Object.entries(shown)) {
      const x = make();
      const before = valuesOf(x);
      const result = valuesOf(scatters[name]!(x));
      const plain = tensor(before).reshape(3, 4);
      expect([view, result]).toEqual([view, valuesOf(scatters[name]!(plain))]);
      expect([view, valuesOf(x)]).toEqual([view, before]);
      expect([view, valuesOf(x.add(0))]).toEqual([view, before]);
    }
  });

  it('a write into what an operation handed on unchanged', () => {
    const x = arange(6).float().narrow(0, 1, 4);
    x.dataSync();
    const same = w.constantPadNd(x, [0, 0], 1);
    same.dataSync();
    same.setAt([0], 100);
    expect(valuesOf(x)).toEqual([1, 2, 3, 4]);
    expect(valuesOf(same)).toEqual([100, 2, 3, 4]);
  });
});

// ---- values that lie in one memory

describe('tensors whose values lie in one memory are written apart', () => {
  const copies: Record<string, (x: Loose) => Loose> = {
    clone: (x) => x.clone(),
    'clone of a reshaped one': (x) => x.reshape(3, 2).clone(),
    'reshaped by a copy': (x) => x.clone().reshape(6).clone(),
    'to(dtype) and back': (x) => x.double().float(),
  };
  it.each(Object.keys(copies))('%s', (name) => {
    for (const grad of [false, true]) {
      const base = arange(6).float().reshape(2, 3).mul(1);
      if (grad) base.requiresGrad_();
      const copy = copies[name]!(base);
      copy.dataSync();
      base.dataSync();
      if (grad) copy.sum().backward();
      noGrad(() => {
        for (const x of [base, copy]) x.reshape(-1).setAt([0], 50);
        base.reshape(-1).setAt([1], 60);
        copy.reshape(-1).setAt([2], 70);
      });
      expect(valuesOf(base)).toEqual([50, 60, 2, 3, 4, 5]);
      expect(valuesOf(copy)).toEqual([50, 1, 70, 3, 4, 5]);
    }
  });
});

// ---- a long join

describe('what is joined of many parts can be read again and again', () => {
  const joins: Record<string, (parts: Loose[]) => Loose> = {
    stack: (parts) => stack(parts),
    cat: (parts) => cat(parts),
  };
  const counts = [60, 61, 62, 100, 130].flatMap((n) => [
    ['stack', n] as const,
    ['cat', n] as const,
  ]);
  it.each(counts)('%s of %i', (name, n) => {
    const x = joins[name]!(Array.from({ length: n }, (_, i) => full([3], i)));
    const total = (3 * n * (n - 1)) / 2;
    expect(x.sum().itemSync()).toBe(total);
    expect(x.mean().itemSync()).toBeCloseTo(total / (3 * n), 4);
    expect(x.amax().itemSync()).toBe(n - 1);
    expect(valuesOf(x)).toEqual(Array.from({ length: 3 * n }, (_, i) => Math.floor(i / 3)));
  });
});

// ---- the answer itself

describe('the memory of a stored value', () => {
  const stored = (): Node => upload(Float32Array.of(1, 2), 'float32', [2]);
  const reasons: Record<string, (node: Node) => void> = {
    'another cell has it': (node) => node.cells++,
    'a pending value reads it': (node) => node.readers++,
    'a view shows it': (node) => {
      node.facts |= facts.shown;
    },
    'a derivative may look at it': (node) => {
      node.facts |= facts.pinned;
    },
    'a gradient goes on from it': (node) => {
      node.history = { kind: 'leaf', owner: {} };
    },
    'it can be computed again': (node) => {
      node.sources = [stored()];
    },
    'another value lies there': (node) => share(stored(), node),
    'it lies in that of another value': (node) => share(node, stored()),
    'it has none': (node) => {
      node.buffer = null;
    },
  };
  it('may be written where nobody else sees the value', () => {
    const [own, old] = [stored(), stored()];
    own.cells = 1;
    old.facts |= facts.replaced;
    expect([isOneCells(own), isLeftOver(old, 0)]).toEqual([true, true]);
  });
  it.each(Object.keys(reasons))('may not be written where %s', (reason) => {
    const [own, old] = [stored(), stored()];
    own.cells = 1;
    old.facts |= facts.replaced;
    reasons[reason]!(own);
    reasons[reason]!(old);
    expect([isOneCells(own), isLeftOver(old, 0)]).toEqual([false, false]);
  });

  it('of a constant becomes that of a plain value with the first write', () => {
    const x = zeros(3);
    x.dataSync();
    const { buffer } = x.cell.node;
    expect(x.cell.node.op).toBe('CONST');
    expect(ownMemory(x.cell)).toBe(buffer);
    expect(x.cell.node.op).toBe('BUFFER');
    expect(ownMemory(x.cell)).toBe(buffer);
  });
});

// ---- views that were read do not keep the old value

describe('a write after a view was read', () => {
  const reads: Record<string, (x: Loose) => Loose> = {
    'sum of a slice': (x) => x.narrow(0, 10, 5).sum(),
    'sum of a slice of a reshaped one': (x) => x.reshape(50, 20).narrow(0, 3, 2).t().sum(),
    'maximum of the transposed': (x) => x.reshape(50, 20).t().amax(),
  };
  it.each(Object.keys(reads))('is done in place: %s', (name) => {
    const x = zeros(1000).add(1);
    x.dataSync();
    const held = x.narrow(0, 0, 3);
    x.setAt([0], 2);
    const { buffer } = x.cell.node;
    for (let i = 1; i < 4; i++) {
      reads[name]!(x).itemSync();
      held.sum().itemSync();
      x.setAt([i], 2);
      expect(x.cell.node.buffer).toBe(buffer);
    }
    expect(valuesOf(x).slice(0, 5)).toEqual([2, 2, 2, 2, 1]);
    expect(valuesOf(held)).toEqual([2, 2, 2]);
  });

  it('leaves what was made of the view and not read', () => {
    const x = zeros(100).add(1);
    x.dataSync();
    const view = x.narrow(0, 0, 2);
    const later = view.mul(3);
    view.sum().itemSync();
    x.setAt([0], 5);
    expect(valuesOf(later)).toEqual([3, 3]);
    expect(valuesOf(view)).toEqual([5, 1]);
  });

  it('of itself leaves it as it is', () => {
    const x = tensor([-2]);
    x.copy_(x.unfold(0, 1, 1).select(0, 0));
    expect(valuesOf(x)).toEqual([-2]);
  });
});
