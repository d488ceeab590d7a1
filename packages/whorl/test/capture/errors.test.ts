// compile(): what is an error, by which name, and what an error leaves behind.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { compile, nn, ones, scalar, tensor } = whorl;

afterEach(() => {
  vi.restoreAllMocks();
});

const values = (t: Loose): number[] => [...t.dataSync()];

describe('a compiled function refuses', () => {
  it.each<[string, (x: Loose) => unknown]>([
    ['item', (x) => x.sum().itemSync()],
    ['item', (x) => x.sum().item()],
    ['data', (x) => x.dataSync()],
    ['toArray', (x) => x.toArray()],
    ['allclose', (x) => x.allcloseSync(x)],
    ['allclose', (x) => x.allclose(x)],
    ['equal', (x) => x.equal(x.mul(1))],
    ['nonzero', (x) => x.nonzero()],
    ['nonzero', (x) => x.nonzero({ asTuple: true })],
    ['argwhere', (x) => x.argwhere()],
    ['unique', (x) => x.unique()],
    ['uniqueConsecutive', (x) => x.uniqueConsecutive()],
    ['maskedSelect', (x) => x.maskedSelect(x.gt(0))],
    ['bincount', (x) => x.long().bincount()],
    ['at', (x) => x.at(x.gt(0))],
  ])('reading inside: %s', (name, body) => {
    // at once: a promise would be nobody's
    const f = compile((x: Loose) => {
      void body(x);
      return x.sum();
    });
    expect(() => f(ones(2))).toThrow(new RegExp(`^${name}: no value can be read while compile`));
    expect(ones(2).add(1).sum().itemSync()).toBe(4);
  });

  it('printing shows that there is no value', () => {
    let text = '';
    compile((x: Loose) => {
      text = String(x.add(1));
      return x;
    })(ones(2, 3));
    expect(text).toBe('Tensor(pending, [2, 3])');
  });

  it('a function that is asynchronous', () => {
    const f = compile(async (x: Loose) => x.add(1));
    expect(() => f(ones(2))).toThrow('compile: the function is asynchronous');
  });

  it('what throws inside leaves everything as it was', () => {
    const w = tensor([1, 2], { requiresGrad: true });
    const state = tensor([3]);
    const f = compile((x: Loose, fails: boolean) => {
      state.add_(1);
      w.mul(x).sum().backward();
      if (fails) throw new Error('on purpose');
      return state.mul(1);
    });
    expect(() => f(ones(2), true)).toThrow('on purpose');
    expect([values(state), w.grad]).toEqual([[3], null]);
    expect(values(f(ones(2), false))).toEqual([4]);
    expect(values(w.grad)).toEqual([1, 1]);
  });

  it('a number that the function closes over and that changed is named', () => {
    let factor = 0.5;
    const f = compile((x: Loose) => x.mul(factor));
    f(ones(2, 3));
    factor = 0.25;
    expect(() => f(ones(2, 3))).toThrow(
      /a number that the function closes over changed from 0.5 to 0.25 .* used in mul of \[2, 3\] and \[2, 3\].*errors\.test\.ts/s,
    );
  });

  it('so are a tensor, values, a position, and a function that does something else', () => {
    let [t, list, at, more] = [tensor([1, 2]), [1, 2], 0, false];
    const make = () =>
      compile((x: Loose) => {
        const y = x.add(t).mul(tensor(list)).narrow(0, at, 1).exp();
        return more ? y.neg() : y;
      });
    const change: [() => void, string][] = [
      [
        () => (t = tensor([1, 2])),
        'a tensor of shape [2] and dtype float32 that the function closes over',
      ],
      [() => (list = [1, 3]), 'values of shape [2] and dtype float32'],
      [() => (at = 1), 'a position that the function closes over changed from 0 to 1'],
      [() => (more = true), 'did something else than before'],
    ];
    for (const [act, message] of change) {
      const f = make();
      f(ones(2));
      act();
      expect(() => f(ones(2))).toThrow(message);
    }
  });

  it('with check: always at every call', () => {
    let factor = 0.5;
    const f = compile((x: Loose) => x.mul(factor), { check: 'always' });
    for (let i = 0; i < 4; i++) f(ones(2));
    factor = 0.25;
    expect(() => f(ones(2))).toThrow('changed from 0.5 to 0.25');
  });

  it('a parameter that was frozen is seen', () => {
    const model = new nn.Linear(2, 1);
    const f = compile((x: Loose) => {
      model.zeroGrad();
      model.forward(x).sum().backward();
    });
    for (let i = 0; i < 3; i++) f(ones(4, 2));
    model.weight.requiresGrad_(false);
    f(ones(4, 2));
    expect([model.weight.grad, values(model.bias.grad)]).toEqual([null, [4]]);
  });

  it('an error in values is thrown, and nothing was updated', () => {
    const table = tensor([[1], [2], [3]]);
    const f = compile((index: Loose) => {
      table.mul_(2);
      return table.indexSelect(0, index);
    });
    const good = tensor([0, 2], { dtype: 'int64' });
    for (let i = 0; i < 3; i++) f(good);
    expect(() => f(tensor([0, 3], { dtype: 'int64' }))).toThrow(/index out of range.*\[3, 1\]/);
    expect(values(table)).toEqual([8, 16, 24]);
    expect(values(f(good))).toEqual([16, 48]);
  });

  it('backward through what was made outside', () => {
    const w = tensor([1, 2], { requiresGrad: true });
    const outside = w.mul(2);
    const f = compile((x: Loose) => outside.mul(x).sum().backward());
    expect(() => f(ones(2))).toThrow('made outside of it');
  });

  it('what was made inside and not returned has no value', () => {
    let leaked: Loose = null;
    const f = compile((x: Loose) => {
      leaked = x.add(1);
      return leaked.mul(2);
    });
    expect(values(f(ones(2)))).toEqual([4, 4]);
    expect(() => leaked.dataSync()).toThrow('made inside a compiled function');
  });

  it('backward on what was returned', () => {
    const w = tensor([1, 2], { requiresGrad: true });
    const f = compile((x: Loose) => w.mul(x).sum());
    const loss = f(ones(2));
    expect(loss.requiresGrad).toBe(true);
    expect(() => loss.backward()).toThrow('call backward() inside');
  });

  it('a number argument with many values is warned of once, by name', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const f = compile((x: Loose, rate: number) => x.mul(rate));
    for (let i = 0; i < 8; i++) expect(values(f(ones(1), i))).toEqual([i]);
    expect(warn.mock.calls.map(([text]) => text)).toEqual([
      expect.stringMatching(/the number "rate" took 4 values.*scalar/),
    ]);
  });

  it('what compile does not know', () => {
    expect(() => compile(3)).toThrow('compile: expected a function');
    expect(() => compile(() => {}, { cheque: 'always' })).toThrow('unknown option "cheque"');
    expect(() => compile(() => {}, { check: 'never' })).toThrow('check must be');
    expect(() => scalar('1')).toThrow('scalar: expected a number');
    const s = scalar(1);
    expect(() => compile((x: Loose) => x.mul(s * 2))(ones(1))).toThrow('scalar: while compile()');
  });
});
