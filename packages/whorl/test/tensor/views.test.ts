// Views: what shares memory with what, and what PyTorch refuses.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { arange, slice, tensor, zeros } = whorl;
const grid = () => arange(12).float().view(3, 4);

const views: Record<string, (x: Loose) => Loose> = {
  view: (x) => x.view(2, 6),
  reshape: (x) => x.reshape(-1),
  t: (x) => x.t(),
  T: (x) => x.T,
  permute: (x) => x.permute(1, 0),
  transpose: (x) => x.transpose(0, 1),
  'x[1]': (x) => x.at(1),
  'x[:, 1:3]': (x) => x.at('...', slice(1, 3)),
  'x[::2]': (x) => x.at(slice(null, null, 2)),
  'x[-1, -2]': (x) => x.at(-1, -2),
  'x[None]': (x) => x.at(null),
  select: (x) => x.select(1, 2),
  narrow: (x) => x.narrow(1, 1, 2),
  diagonal: (x) => x.diagonal(1),
  unsqueeze: (x) => x.unsqueeze(1),
  squeeze: (x) => x.unsqueeze(0).squeeze(0),
  flatten: (x) => x.flatten(),
  unflatten: (x) => x.unflatten(1, [2, 2]),
  movedim: (x) => x.movedim(0, 1),
  detach: (x) => x.detach(),
  'unfold without overlap': (x) => x.unfold(1, 2, 2),
  split: (x) => x.split(2)[0],
  chunk: (x) => x.chunk(2, 1)[1],
  unbind: (x) => x.unbind(1)[3],
  'a row of a loop': (x) => [...x][2],
  'x[::2][1]': (x) => x.at(slice(null, null, 2)).at(1),
  'x[:, 1::2][:, 1:]': (x) => x.at('...', slice(1, null, 2)).at('...', slice(1, null)),
  'x[:, ::2] in steps again': (x) =>
    x
      .flatten()
      .at(slice(1, null, 3))
      .at(slice(1, null, 2)),
  'a view of a view of a view': (x) =>
    x
      .t()
      .at(slice(1, 4, 2))
      .view(2, 3)
      .at(1, slice(0, 2)),
  'a turned slice of a turned view': (x) => x.t().at(slice(1, null)).t().at(slice(0, 2)).diagonal(),
};
const copies: Record<string, (x: Loose) => Loose> = {
  clone: (x) => x.clone(),
  flip: (x) => x.flip(0),
  'x[[0, 1]]': (x) => x.at([0, 1]),
  'reshape of a turned tensor': (x) => x.t().reshape(-1),
  contiguous: (x) => x.t().contiguous(),
  repeat: (x) => x.repeat(1, 1),
  roll: (x) => x.roll(0, 0),
  to: (x) => x.to('float64'),
  'x + 0': (x) => x.add(0),
  'sum over nothing': (x) => x.view(1, 3, 4).sum(0),
};

/** Where each element lies in memory, by the strides and offset that a tensor reports. */
function positions(view: Loose): number[] {
  const strides: number[] = view.stride();
  let all: number[] = [view.storageOffset()];
  for (const [axis, n] of view.shape.entries()) {
    all = all.flatMap((p) => Array.from({ length: n }, (_, i) => p + i * strides[axis]!));
  }
  return all;
}

describe('a view', () => {
  it.each(Object.entries(views))('%s: shows what its strides and offset say', (_, see) => {
    // the numbers in the grid are their own positions
    const view = see(grid());
    expect([view.toArraySync()].flat(4)).toEqual(positions(view));
  });

  it.each(Object.entries(views))('%s: a write to the base shows in it', (_, see) => {
    const [x, y] = [grid(), grid()];
    const view = see(x);
    x.mul_(10).add_(1);
    expect(view.toArraySync()).toEqual(see(y.mul(10).add(1)).toArraySync());
  });

  it.each(Object.entries(views))('%s: a write to it shows in the base', (_, see) => {
    const x = grid();
    const numbers: number[] = [see(grid()).toArraySync()].flat(4);
    see(x).add_(100);
    const wanted = grid()
      .flatten()
      .toArraySync()
      .map((v: number) => (numbers.includes(v) ? v + 100 : v));
    expect(x.flatten().toArraySync()).toEqual(wanted);
  });

  it.each(Object.entries(views))('%s: the same when the base was computed and stored', (_, see) => {
    const x = grid();
    x.dataSync();
    const [view, other] = [see(x), see(x)];
    view.zero_();
    x.dataSync();
    other.add_(1);
    expect(view.toArraySync()).toEqual(see(grid()).zero_().add_(1).toArraySync());
  });
});

describe('a copy', () => {
  it.each(Object.entries(copies))('%s: writes do not go through it, either way', (_, make) => {
    const x = grid();
    const copy = make(x);
    const before = copy.toArraySync();
    x.zero_();
    expect(copy.toArraySync()).toEqual(before);
    copy.fill_(7);
    expect(x.toArraySync()).toEqual(zeros(3, 4).toArraySync());
  });
});

describe('v = x.view(-1)', () => {
  it('sees x[1] = 20, and x sees v[0] = 7', () => {
    const x = tensor([1, 2, 3]);
    const v = x.view(-1);
    x.setAt([1], 20);
    expect(v.at(1).itemSync()).toBe(20);
    v.setAt([0], 7);
    expect(x.toArraySync()).toEqual([7, 20, 3]);
  });
});

describe('writes through index tensors', () => {
  it('X[idx] = v, X[idx, j] = v, X[mask] = v', () => {
    const x = zeros(4, 3);
    x.setAt(
      [[0, 2]],
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    );
    x.setAt([tensor([1n, 3n]), 1], 9);
    expect(x.toArraySync()).toEqual([
      [1, 2, 3],
      [0, 9, 0],
      [4, 5, 6],
      [0, 9, 0],
    ]);
    x.setAt([x.gt(5)], -1);
    expect(x.toArraySync()).toEqual([
      [1, 2, 3],
      [0, -1, 0],
      [4, 5, -1],
      [0, -1, 0],
    ]);
  });

  it('through a view reach the base', () => {
    const x = zeros(3, 2);
    x.t().setAt([1, [0, 2]], tensor([7, 8]));
    expect(x.toArraySync()).toEqual([
      [0, 7],
      [0, 0],
      [0, 8],
    ]);
  });

  it('where an index comes twice, the last value stays', () => {
    const x = zeros(3);
    x.setAt([[1, 1, 1]], tensor([4, 5, 6]));
    expect(x.toArraySync()).toEqual([0, 6, 0]);
  });

  it('X[a:b] *= 2 changes only that part', () => {
    const x = tensor([1, 2, 3, 4]);
    x.at(slice(1, 3)).mul_(2);
    expect(x.toArraySync()).toEqual([1, 4, 6, 4]);
  });
});

describe('refused, in the words of PyTorch', () => {
  const shared =
    'more than one element of the written-to tensor refers to a single memory location';
  it.each<[string, (x: Loose) => Loose]>([
    ['an expanded view', (x) => x.at(slice(0, 1)).expand(3, 4).add_(1)],
    ['overlapping windows', (x) => x.unfold(1, 3, 1).add_(1)],
    [
      'an expanded number',
      (x) =>
        x
          .at(0, 0)
          .expand(5)
          .copy_(tensor([1, 2, 3, 4, 5])),
    ],
  ])('a write into %s', (_, write) => {
    const x = grid();
    // nothing is returned: a tensor in a failed expectation would be printed with its whole graph
    expect(() => void write(x)).toThrow(shared);
    expect(x.toArraySync()).toEqual(grid().toArraySync());
  });

  it('view of a turned tensor; reshape copies', () => {
    const x = grid();
    expect(() => x.t().view(-1)).toThrow(/view: size \[12\] is not compatible.*\[4, 3\].*reshape/);
    expect(() => x.t().add(1).view(-1)).toThrow('not compatible');
    expect(x.t().reshape(-1).toArraySync()).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
  });

  it('a value that does not broadcast into the place', () => {
    expect(() => grid().setAt([0], tensor([1, 2]))).toThrow(/setAt.*\[2\].*\[4\]/);
    expect(() =>
      grid()
        .at(0)
        .copy_(tensor([1, 2])),
    ).toThrow(/copy_.*\[2\].*\[4\]/);
  });
});

describe('strides are a fact', () => {
  it.each<[string, (x: Loose) => Loose, number[], boolean]>([
    ['x', (x) => x, [4, 1], true],
    ['x.t()', (x) => x.t(), [1, 4], false],
    ['x.t() + 1, as TensorIterator lays it out', (x) => x.t().add(1), [1, 4], false],
    ['x[::2]', (x) => x.at(slice(null, null, 2)), [8, 1], false],
    ['x[:, 1:3]', (x) => x.at(slice(), slice(1, 3)), [4, 1], false],
    ['x[0].expand(2, 4)', (x) => x.at(0).expand(2, 4), [0, 1], false],
    ['x.t().contiguous()', (x) => x.t().contiguous(), [3, 1], true],
    ['x.t().clone()', (x) => x.t().clone(), [1, 4], false],
    ['x.unsqueeze(1)', (x) => x.unsqueeze(1), [4, 4, 1], true],
    ['x.diagonal()', (x) => x.diagonal(), [5], false],
    ['x.unfold(1, 2, 1)', (x) => x.unfold(1, 2, 1), [4, 1, 1], false],
  ])('%s', (_, see, strides, contiguous) => {
    const y = see(grid());
    expect([y.stride(), y.isContiguous()]).toEqual([strides, contiguous]);
  });
});
