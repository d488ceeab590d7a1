// What surprises people, each as a sentence that is true. Whoever changes one of these changes the documentation.

import { describe, expect, it } from 'vitest';
import * as typed from '../src/index.js';
import { type Loose, whorl } from './loose.js';

const { arange, full, manualSeed, nn, noGrad, optim, slice, tensor, zeros } = whorl;
const F = nn.functional;

describe('reading', () => {
  it('item() without await is a promise, which no formatting of numbers accepts', async () => {
    const value = tensor(1.5).item();
    expect(value).toBeInstanceOf(Promise);
    expect(() => value.toFixed(2)).toThrow(TypeError);
    expect(`${value}`).toBe('[object Promise]');
    expect(await value).toBe(1.5);
  });

  it('a promise is truthy: if (x.gt(0).all().item()) is always taken', () => {
    expect(Boolean(tensor(false).item())).toBe(true);
  });

  it('a tensor is truthy too, whatever it holds', () => {
    expect(Boolean(tensor(0))).toBe(true);
  });

  it('== and === compare the objects, not the values', () => {
    expect(tensor(1) === tensor(1)).toBe(false);
    // biome-ignore lint/suspicious/noDoubleEquals: this is what is shown
    expect(tensor(1) == tensor(1)).toBe(false);
    expect(tensor(1).equalSync(tensor(1))).toBe(true);
  });

  it('an int64 value is a number while it is safe, then a bigint', () => {
    expect(tensor(2n ** 53n - 1n).itemSync()).toBe(2 ** 53 - 1);
    expect(tensor(2n ** 60n).itemSync()).toBe(2n ** 60n);
    expect(tensor([1n]).dataSync()).toEqual(BigInt64Array.of(1n));
  });
});

describe('numbers and dtypes', () => {
  it('tensor(numbers) is float32 even where all are whole; bigints make int64, booleans bool', () => {
    expect([tensor([1, 2]), tensor([1n]), tensor([true])].map((t: Loose) => t.dtype)).toEqual([
      'float32',
      'int64',
      'bool',
    ]);
    expect(tensor([1, 2], { dtype: 'int64' }).dtype).toBe('int64');
  });

  it('full(shape, 7) is float32, where PyTorch makes int64', () => {
    expect([full([2], 7).dtype, full([2], 7n).dtype]).toEqual(['float32', 'int64']);
  });

  it('arange of whole numbers is int64, as in PyTorch', () => {
    expect([arange(3).dtype, arange(0, 1, 0.5).dtype]).toEqual(['int64', 'float32']);
  });

  it('a whole number keeps an integer tensor integer, a fraction makes it float32', () => {
    const x = tensor([1n, 2n]);
    expect([x.add(2).dtype, x.mul(2.5).dtype, x.add(2.0).dtype]).toEqual([
      'int64',
      'float32',
      'int64',
    ]);
  });

  it('a plain number never widens: float32 plus 0.1 is float32', () => {
    expect(tensor([1]).add(0.1).dtype).toBe('float32');
  });

  it('dividing integers gives float32', () => {
    expect([tensor([4n]).div(2).dtype, tensor([4n]).floorDivide(2).dtype]).toEqual([
      'float32',
      'int64',
    ]);
  });

  it('integer division by zero of a tensor is an error, of floats it is infinity', () => {
    expect(tensor([1]).div(0).itemSync()).toBe(Infinity);
    expect(() =>
      tensor([1n])
        .floorDivide(tensor([0n]))
        .itemSync(),
    ).toThrow('by zero');
  });

  it('the sum of int32, uint8 or bool is int64', () => {
    const dtypes = ['int32', 'uint8', 'bool'].map((dtype) => zeros(2, { dtype }).sum().dtype);
    expect(dtypes).toEqual(['int64', 'int64', 'int64']);
  });

  it('uint8 wraps around', () => {
    expect(tensor([250], { dtype: 'uint8' }).add(10).itemSync()).toBe(4);
  });

  it('float32 counts to 2 ** 24 exactly, and no further', () => {
    expect(
      tensor(2 ** 24)
        .add(1)
        .itemSync(),
    ).toBe(2 ** 24);
  });

  it('round goes to the even neighbour, as in PyTorch and unlike Math.round', () => {
    expect(tensor([0.5, 1.5, 2.5, -0.5]).round().toArraySync()).toEqual([0, 2, 2, -0]);
  });

  it('remainder has the sign of the divisor, fmod that of the dividend (as % in JavaScript)', () => {
    expect([tensor(-7).remainder(3).itemSync(), tensor(-7).fmod(3).itemSync()]).toEqual([2, -1]);
  });
});

describe('where Whorl answers and PyTorch refuses', () => {
  it('the mean of bools is a share: logits.argmax(1).eq(y).mean() is an accuracy', () => {
    const share = tensor([true, false, true, true]).mean();
    expect([share.dtype, share.itemSync()]).toEqual(['float32', 0.75]);
  });

  it('a gradient through a value that was overwritten later uses the value from before', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const y = x.mul(1);
    const z = y.mul(y);
    y.fill_(100);
    z.sum().backward();
    expect(x.grad.toArraySync()).toEqual([2, 4]);
  });

  it('empty() holds zeros', () => {
    expect(whorl.empty(3).toArraySync()).toEqual([0, 0, 0]);
  });
});

describe('indexing', () => {
  it('slice(3) is :3, as in Python; from 3 on is slice(3, null)', () => {
    const x = arange(5);
    expect(x.at(slice(3)).toArraySync()).toEqual([0, 1, 2]);
    expect(x.at(slice(3, null)).toArraySync()).toEqual([3, 4]);
  });

  it('x.at(1, 2) is one element; x.at([1, 2]) takes two rows and copies', () => {
    const x = arange(9).view(3, 3);
    expect(x.at(1, 2).itemSync()).toBe(5);
    expect(x.at([1, 2]).shape).toEqual([2, 3]);
  });

  it('x.at(mask) is a promise: its shape depends on values', async () => {
    const x = tensor([1, -2, 3]);
    const chosen = x.at(x.gt(0));
    expect(chosen).toBeInstanceOf(Promise);
    expect((await chosen).toArraySync()).toEqual([1, 3]);
  });

  it('x[0] is undefined: brackets are no indexing', () => {
    expect(tensor([1, 2])[0]).toBeUndefined();
  });

  it('at() of a slice is a view, so writing into it writes into the base', () => {
    const x = zeros(3);
    x.at(slice(0, 2)).add_(1);
    expect(x.toArraySync()).toEqual([1, 1, 0]);
  });

  it('assigning to a variable does not write: row = row.add(1) leaves the base alone', () => {
    const x = zeros(2, 2);
    let row = x.at(0);
    row = row.add(1);
    expect([row.toArraySync(), x.toArraySync()]).toEqual([
      [1, 1],
      [
        [0, 0],
        [0, 0],
      ],
    ]);
  });
});

describe('gradients', () => {
  it('.grad adds up until zeroGrad()', () => {
    const w = tensor(1, { requiresGrad: true });
    w.mul(2).backward();
    w.mul(2).backward();
    expect(w.grad.itemSync()).toBe(4);
  });

  it('an optimizer of parameters without gradients does nothing, silently', () => {
    const w = tensor(1, { requiresGrad: true });
    new optim.SGD([w], { lr: 1 }).step();
    expect(w.itemSync()).toBe(1);
  });

  it('argmax, comparisons and floor cut or zero the gradient', () => {
    const x = tensor([1.5, 2.5], { requiresGrad: true });
    expect([x.argmax().requiresGrad, x.gt(2).requiresGrad]).toEqual([false, false]);
    x.floor().sum().backward();
    expect(x.grad.toArraySync()).toEqual([0, 0]);
  });

  it('max() shares the gradient among equal elements, max(dim) gives it to the first', () => {
    const x = tensor([[3, 3]], { requiresGrad: true });
    x.max().backward();
    expect(x.grad.toArraySync()).toEqual([[0.5, 0.5]]);
    x.grad = null;
    x.max(1).values.sum().backward();
    expect(x.grad.toArraySync()).toEqual([[1, 0]]);
  });

  it('a total kept over steps keeps every graph: add loss.detach() or await loss.item()', () => {
    const w = tensor(1, { requiresGrad: true });
    let total = zeros([]);
    for (let i = 0; i < 3; i++) total = total.add(w.mul(i));
    expect(total.requiresGrad).toBe(true);
    expect(total.detach().requiresGrad).toBe(false);
  });

  it('w = w.sub(...) makes a new tensor that is no leaf; w.sub_(...) inside noGrad keeps it one', () => {
    const w = tensor(1, { requiresGrad: true });
    expect(w.sub(0.5).isLeaf).toBe(false);
    expect(noGrad(() => w.sub_(0.5)).isLeaf).toBe(true);
  });
});

describe('modules', () => {
  const parameters = (m: Loose): string[] =>
    [...m.namedParameters()].map(([name]: [string]) => name);

  it('a plain array of modules is not registered; ModuleList is', () => {
    class Plain extends nn.Module {
      layers = [new nn.Linear(1, 1)];
    }
    class Listed extends nn.Module {
      layers = new nn.ModuleList([new nn.Linear(1, 1)]);
    }
    expect(parameters(new Plain())).toEqual([]);
    expect(parameters(new Listed())).toEqual(['layers.0.weight', 'layers.0.bias']);
  });

  it('a tensor that requires grad is no parameter unless it is a Parameter', () => {
    class Own extends nn.Module {
      a = tensor(1, { requiresGrad: true });
      b = new nn.Parameter(tensor(1));
    }
    expect(parameters(new Own())).toEqual(['b']);
  });

  it('a private #field of a module is not registered', () => {
    class Hidden extends nn.Module {
      #layer = new nn.Linear(1, 1);
      forward(x: Loose) {
        return this.#layer.forward(x);
      }
    }
    expect(parameters(new Hidden())).toEqual([]);
  });

  it('parameters() can be gone through once: it is a generator', () => {
    const all = new nn.Linear(1, 1).parameters();
    expect([[...all].length, [...all].length]).toEqual([2, 0]);
  });

  it('a module is called by forward(); the module itself is no function', () => {
    expect(typeof new nn.Linear(1, 1)).toBe('object');
  });

  it('dropout acts until eval()', () => {
    manualSeed(0);
    const layer = new nn.Dropout(0.5);
    const x = whorl.ones(64);
    expect(layer.forward(x).equalSync(x)).toBe(false);
    expect(layer.eval().forward(x).equalSync(x)).toBe(true);
  });

  it('stateDict() shares memory with the model: a later step changes it; clone to keep it', () => {
    const layer = new nn.Linear(1, 1);
    const state = layer.stateDict();
    noGrad(() => layer.weight.fill_(7));
    expect(state.get('weight').itemSync()).toBe(7);
  });

  it('CrossEntropyLoss takes logits, not probabilities, and class numbers as int64', () => {
    expect(new nn.CrossEntropyLoss().forward(zeros(1, 4), tensor([1n])).itemSync()).toBeCloseTo(
      Math.log(4),
      6,
    );
    expect(() => F.crossEntropy(zeros(1, 4), tensor([1]))).toThrow('long()');
  });
});

describe('types', () => {
  it('a variable that changes its shape in a loop is declared `let h: Tensor`', () => {
    let narrow = typed.ones(1, 4);
    // @ts-expect-error the variable was given the type Tensor<[1, 4]> by its first value
    narrow = narrow.view(2, 2);
    let h: typed.Tensor = typed.ones(1, 4);
    for (let i = 0; i < 2; i++) h = h.view(2, 2).t();
    expect([narrow.ndim, h.ndim]).toEqual([2, 2]);
  });
});

describe('laziness', () => {
  it('an error in values shows where the value is read, not at the line that made it', () => {
    const picked = zeros(2).at(tensor([1n]).add(5n));
    expect(() => picked.toArraySync()).toThrow(/^at: index out of range/);
  });

  it('a random tensor is drawn when its line runs, read or not', () => {
    manualSeed(1);
    whorl.rand(3);
    const second = whorl.rand(1).itemSync();
    manualSeed(1);
    expect(whorl.rand(4).at(3).itemSync()).toBe(second);
  });

  it('grad_fn names the last operation of the graph: a loss made of others shows its last part', () => {
    const x = zeros(1, 2, { requiresGrad: true });
    expect(String(x.softmax(1))).toContain('grad_fn=<DivBackward0>');
  });
});
