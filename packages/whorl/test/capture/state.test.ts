// compile(): state that the function closes over: what happens to it between the calls is no change of the function.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { compile, full, ones, optim, tensor, zeros } = whorl;

const values = (t: Loose): number[] => [...t.dataSync()];

describe('parts of what the function closes over are written', () => {
  const starts: [string, () => Loose][] = [
    ['zeros', () => zeros(4)],
    ['ones', () => ones(4)],
    ['full', () => full([4], 3)],
    ['a tensor', () => tensor([1, 2, 3, 4])],
    ['a pending one', () => ones(4).add(1)],
  ];
  const betweens: [string, (h: Loose) => Loose][] = [
    ['nothing', () => null],
    ['a clone that is kept', (h) => h.clone()],
    ['a graph that is kept', (h) => h.narrow(0, 1, 2).mul(2)],
    ['a fill', (h) => h.fill_(5)],
    ['a zero', (h) => h.zero_()],
    ['an element', (h) => h.setAt([1], 8)],
  ];
  const writes: [string, (h: Loose, x: Loose) => void][] = [
    ['an element', (h, x) => h.setAt([0], x)],
    ['a slice', (h, x) => h.narrow(0, 1, 2).add_(x)],
    ['a scatter', (h, x) => h.scatter_(0, tensor([2]).long(), x.reshape(1))],
    ['all', (h, x) => h.add_(x)],
  ];
  const cases = starts.flatMap(([start, make]) =>
    betweens.flatMap(([between, act]) =>
      writes.map(([write, body]) => ({ start, between, write, make, act, body })),
    ),
  );
  it.each(cases)('$start, $write, meanwhile $between', ({ make, act, body }) => {
    const run = (wrap: (f: Loose) => Loose) => {
      const h = make();
      const kept: Loose[] = [];
      const f = wrap((x: Loose) => {
        body(h, x);
        return h.sum();
      });
      const sums = [0, 1, 2, 3, 4].map((i) => {
        const sum = f(full([], i)).itemSync();
        const held = act(h);
        if (held !== null && held !== h) kept.push(held);
        return sum;
      });
      return [sums, values(h), values(h.reshape(2, 2)), values(h.double()), kept.map(values)];
    };
    expect(run(compile)).toEqual(run((f) => f));
  });
});

describe('a constant that was written by element', () => {
  it.each([
    ['zeros', () => zeros(4)],
    ['ones', () => ones(4)],
    ['full', () => full([4], 3)],
  ])('keeps what was written when a function closes over it: %s', (_, make) => {
    const x = make();
    x.dataSync();
    x.setAt([0], 9);
    const want = values(x);
    const f = compile((y: Loose) => y.add(x));
    for (let i = 0; i < 3; i++) {
      expect(values(f(ones(4)))).toEqual(want.map((v) => v + 1));
      expect([values(x), values(x.reshape(2, 2)), values(x.double())]).toEqual([want, want, want]);
    }
  });
});

describe('a gradient', () => {
  it('that was there and is not made again is cleared', () => {
    const run = (wrap: (f: Loose) => Loose) => {
      const [a, b] = [ones(2).requiresGrad_(), ones(2).requiresGrad_()];
      const o = new optim.SGD([a, b], { lr: 0.1 });
      a.mul(b).sum().backward();
      o.step();
      const step = wrap(() => {
        o.zeroGrad();
        a.sum().backward();
        o.step();
      });
      for (let i = 0; i < 5; i++) {
        step();
        if (i === 2) b.grad = full([2], 1);
        if (i === 3) b.requiresGrad_(false);
      }
      return [values(a.detach()), values(b.detach()), b.grad];
    };
    expect(run(compile)).toEqual(run((f) => f));
  });

  it('is cleared by a function that does nothing else', () => {
    const w = ones(2).requiresGrad_();
    const f = compile(() => {
      w.grad = null;
    });
    for (let i = 0; i < 5; i++) {
      if (i % 2 === 0) w.grad = ones(2);
      f();
      expect(w.grad).toBeNull();
    }
  });

  it('of parameters that join the optimizer later', () => {
    const run = (wrap: (f: Loose) => Loose) => {
      const [a, b, c] = [1, 2, 3].map(() => ones(2).requiresGrad_());
      const o = new optim.SGD([a], { lr: 0.1 });
      const step = wrap(() => {
        o.zeroGrad();
        a.add(b).add(c).sum().backward();
        o.step();
      });
      for (let i = 0; i < 3; i++) step();
      o.addParamGroup({ params: [b, c] });
      for (let i = 0; i < 5; i++) step();
      o.paramGroups[0] = { ...o.paramGroups[0], lr: 1 };
      step();
      o.paramGroups[1].params.pop();
      step();
      return [a, b, c].map((t: Loose) => values(t.detach()));
    };
    expect(run(compile)).toEqual(run((f) => f));
  });

  it('and momentum of a step in which something throws are as they were', () => {
    const w = ones(2).requiresGrad_();
    const o = new optim.SGD([w], { lr: 0.1, momentum: 0.9 });
    const step = compile((fails: boolean) => {
      o.zeroGrad();
      w.square().sum().backward();
      o.step();
      if (fails) throw new Error('on purpose');
    });
    expect(() => step(true)).toThrow('on purpose');
    expect(values(w.detach())).toEqual([1, 1]);
    for (let i = 0; i < 3; i++) step(false);
    expect(values(w.detach())[0]).toBeCloseTo(0.0623, 3);
  });
});
