// What is written through detach(): the memory is one, the histories are two. Flags and gradients are PyTorch's.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { compile, grad, noGrad, slice, tensor } = whorl;
const leaf = (values: readonly number[]): Loose => tensor(values, { requiresGrad: true });
const three = (): Loose => tensor([1, 2, 3]).mul(1);

interface Case {
  /** what is looked at, and which of them require grad */
  readonly tensors: readonly Loose[];
  readonly tracked: readonly boolean[];
  readonly value: readonly number[];
  readonly of: Loose;
  readonly leaves: readonly [Loose, readonly number[]][];
}

const cases: Record<string, () => Case> = {
  'a write has a history, what it was detached from has none': () => {
    const [x, y] = [three(), leaf([4, 5, 6])];
    const d = x.detach();
    d.mul_(y);
    const leaves: Case['leaves'] = [[y, [2, 4, 6]]];
    return { tensors: [x, d], tracked: [false, true], value: [4, 10, 18], of: d.mul(2), leaves };
  },
  'a write through a view of it is its own, too': () => {
    const [x, y] = [three(), leaf([4])];
    const d = x.detach();
    const v = d.at(slice(1, null));
    v.mul_(y);
    const tensors = [x, d, v, d.at(slice(0, 1))];
    const leaves: Case['leaves'] = [[y, [10]]];
    const tracked = [false, true, true, true];
    return { tensors, tracked, value: [1, 8, 12], of: d.mul(2), leaves };
  },
  'what it was detached from keeps the history it has': () => {
    const [w, y] = [leaf([1, 2, 3]), leaf([4, 5, 6])];
    const x = w.mul(2);
    const d = x.detach();
    d.mul_(y);
    const of = d.sum().add(x.mul(10).sum());
    const leaves: Case['leaves'] = [
      [w, [20, 20, 20]],
      [y, [2, 4, 6]],
    ];
    return { tensors: [x, d], tracked: [true, true], value: [8, 20, 36], of, leaves };
  },
  'a chain of them: each has its own': () => {
    const [w, y] = [leaf([1, 2, 3]), leaf([4, 5, 6])];
    const d = w.detach();
    const e = d.detach();
    e.mul_(y);
    const of = e.sum().add(w.mul(10).sum());
    const leaves: Case['leaves'] = [
      [w, [10, 10, 10]],
      [y, [1, 2, 3]],
    ];
    return { tensors: [w, d, e], tracked: [true, false, true], value: [4, 10, 18], of, leaves };
  },
  'two of one tensor: both are written, each walks its own way': () => {
    const [x, y] = [three(), leaf([4, 5, 6])];
    const [d, e] = [x.detach(), x.detach()];
    d.mul_(y);
    e.mul_(y.mul(y));
    const leaves: Case['leaves'] = [[y, [32, 100, 216]]];
    const tracked = [false, true, true];
    return { tensors: [x, d, e], tracked, value: [64, 250, 648], of: e, leaves };
  },
  'a write to what it was detached from changes the value alone': () => {
    const [x, y] = [three(), leaf([4, 5, 6])];
    const d = x.detach();
    d.mul_(y);
    x.mul_(2);
    const leaves: Case['leaves'] = [[y, [1, 2, 3]]];
    return { tensors: [x, d], tracked: [false, true], value: [8, 20, 36], of: d, leaves };
  },
  'so does one through another that was detached from it': () => {
    const [x, y] = [three(), leaf([4, 5, 6])];
    const d = x.detach();
    d.mul_(y);
    d.detach().mul_(2);
    const leaves: Case['leaves'] = [[y, [1, 2, 3]]];
    return { tensors: [x, d], tracked: [false, true], value: [8, 20, 36], of: d, leaves };
  },
  'and one inside noGrad': () => {
    const [x, y] = [three(), leaf([4, 5, 6])];
    const d = x.detach();
    d.mul_(y);
    noGrad(() => d.mul_(3));
    const leaves: Case['leaves'] = [[y, [1, 2, 3]]];
    return { tensors: [x, d], tracked: [false, true], value: [12, 30, 54], of: d, leaves };
  },
  'a number in one place of it ends the gradient there': () => {
    const [x, y] = [three(), leaf([4, 5, 6])];
    const d = x.detach();
    d.mul_(y);
    d.dataSync();
    d.setAt([1], 0);
    const leaves: Case['leaves'] = [[y, [1, 0, 3]]];
    return { tensors: [x, d], tracked: [false, true], value: [4, 0, 18], of: d, leaves };
  },
  'zeros everywhere end it, and it still requires grad': () => {
    const [x, y] = [three(), leaf([4, 5, 6])];
    const d = x.detach();
    d.mul_(y);
    d.zero_();
    const leaves: Case['leaves'] = [[y, [0, 0, 0]]];
    return { tensors: [x, d], tracked: [false, true], value: [0, 0, 0], of: d, leaves };
  },
};

describe('through a detached tensor', () => {
  it.each(Object.entries(cases))('%s', (_, make) => {
    const { tensors, tracked, value, of, leaves } = make();
    expect(tensors.map((t) => t.requiresGrad)).toEqual(tracked);
    of.sum().backward();
    for (const [y, wanted] of leaves) expect(y.grad.toArraySync()).toEqual(wanted);
    expect(tensors[0].toArraySync()).toEqual(value);
    expect(tensors[1].toArraySync()).toEqual(value);
  });

  it('gradients of a view reach the detached tensor that was written', () => {
    const [x, y] = [three(), leaf([4, 5, 6])];
    const d = x.at(slice(0, 3)).detach();
    d.mul_(y);
    const gradients = grad(d.at(slice(1, null)).sum(), [d, y]);
    expect(gradients.map((g: Loose) => g.toArraySync())).toEqual([
      [0, 1, 1],
      [0, 2, 3],
    ]);
  });

  it('a compiled function writes the values, and leaves no history of its trace behind', () => {
    const [x, y] = [three(), leaf([4, 5, 6])];
    const d = x.detach();
    const step = compile(() => void d.mul_(y));
    for (const wanted of [
      [4, 10, 18],
      [16, 50, 108],
    ]) {
      step();
      expect([d.requiresGrad, x.requiresGrad]).toEqual([false, false]);
      expect(x.toArraySync()).toEqual(wanted);
    }
  });
});
