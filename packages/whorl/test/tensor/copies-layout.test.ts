// The strides of results are PyTorch's: a copy keeps the order of axes of what it was made of, and no gaps.
// What PyTorch reports was recorded once, in copies-layout.json.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';
import recorded from './copies-layout.json' with { type: 'json' };

const { arange, nn, ones, slice, tensor } = whorl;
const t = whorl;
const F = nn.functional;
const _ = slice();
const i = tensor([0n, 1n]);

/** Tensors of shape [2, 3, 4] that lie in memory in different ways. */
const layouts: Record<string, () => Loose> = {
  contiguous: () => arange(24).float().view(2, 3, 4),
  permuted: () => arange(24).float().view(4, 2, 3).permute(1, 2, 0),
  transposed: () => arange(24).float().view(2, 4, 3).transpose(1, 2),
  reversed: () => arange(24).float().view(4, 3, 2).permute(2, 1, 0),
  columns: () => arange(36).float().view(2, 3, 6).at(_, _, slice(1, 5)),
  'permuted slice': () =>
    arange(48)
      .float()
      .view(8, 2, 3)
      .at(slice(null, null, 2))
      .permute(1, 2, 0),
  expanded: () => arange(8).float().view(2, 1, 4).expand(2, 3, 4),
  'all one': () => tensor(1).expand(2, 3, 4),
  diagonal: () => arange(96).float().view(2, 3, 4, 4).diagonal(0, 2, 3),
};

const operations: Record<string, (x: Loose) => Loose> = {
  clone: (x) => x.clone(),
  double: (x) => x.double(),
  bool: (x) => x.bool(),
  zerosLike: (x) => t.zerosLike(x),
  emptyLike: (x) => t.emptyLike(x),
  fullLike: (x) => t.fullLike(x, 2),
  randLike: (x) => t.randLike(x),
  randnLike: (x) => t.randnLike(x),
  add: (x) => x.add(1),
  where: (x) => t.where(x.gt(1), x, x),
  softmax: (x) => x.softmax(1),
  cumsum: (x) => x.cumsum(1),
  sort: (x) => x.sort(1)[0],
  'sort indices': (x) => x.sort(1)[1],
  argsort: (x) => x.argsort(2),
  msort: (x) => x.msort(),
  topk: (x) => x.topk(2, 1)[0],
  flip: (x) => x.flip(0),
  rot90: (x) => x.rot90(),
  'rot90 2': (x) => x.rot90(2),
  'rot90 0': (x) => x.rot90(0),
  diff: (x) => x.diff(),
  'diff 0': (x) => x.diff(1, 0),
  roll: (x) => x.roll(1, 0),
  tril: (x) => x.tril(),
  sum: (x) => x.sum(1),
  index_select: (x) => x.indexSelect(1, i),
  'x[[0,1]]': (x) => x.at(i),
  'x[:, [0,1]]': (x) => x.at(_, i),
  'x[..., [0,1]]': (x) => x.at(_, _, i),
  'x[[0,1],[0,1]]': (x) => x.at(i, i),
  'x[[0,1],:,[0,1]]': (x) => x.at(i, _, i),
  indexFill: (x) => x.indexFill(1, i, 5),
  indexAdd: (x) => x.indexAdd(1, i, ones(2, 2, 4)),
  indexPut: (x) => x.indexPut([i], tensor(1)),
  put: (x) => x.put(i, ones(2)),
  selectScatter: (x) => x.selectScatter(ones(3, 4), 0, 0),
  sliceScatter: (x) => x.sliceScatter(ones(1, 3, 4), 0, 0, 1),
  diagonalScatter: (x) => x.diagonalScatter(ones(4, 2)),
  normalize: (x) => F.normalize(x),
  glu: (x) => F.glu(x, 2),
  pad: (x) => F.pad(x, [1, 1]),
  'pad 0': (x) => F.pad(x, [0, 0]),
  'einsum view': (x) => t.einsum('ijk->kji', x),
  'einsum diag': (x) => t.einsum('iij->ij', x.at(_, slice(0, 2))),
  bitwiseNot: (x) => x.long().bitwiseNot(),
  cat: (x) => t.cat([x, x], 1),
  repeat: (x) => x.repeat(1, 2, 1),
  matmul: (x) => x.matmul(x.transpose(1, 2)),
  contiguous: (x) => x.contiguous(),
};

const strides = recorded.strides as Record<string, Record<string, number[]>>;

describe('the strides of a result', () => {
  it.each(Object.entries(operations))('%s', (name, operation) => {
    const own = Object.entries(layouts).map(([layout, make]) => [
      layout,
      operation(make()).stride(),
    ]);
    expect(Object.fromEntries(own)).toEqual(strides[name]);
  });

  it.each(Object.entries(layouts))(
    '%s: a copy can be written to, and seen in another shape',
    (_, make) => {
      const copy = make().clone();
      const before = copy.toArraySync();
      copy.add_(1);
      expect(copy.sub(1).toArraySync()).toEqual(before);
      if (copy.isContiguous()) {
        copy.reshape(-1).zero_();
        expect(copy.abs().sum().itemSync()).toBe(0);
      }
    },
  );
});

describe('the strides that ties decide', () => {
  const windows = () => arange(16).float().view(4, 4).narrow(1, 0, 3).unfold(0, 3, 1);
  const row = () =>
    arange(12)
      .float()
      .view(3, 4)
      .at(slice(2, null, 3));
  // y.stride() of PyTorch 2.15
  it.each<[string, () => Loose, number[]]>([
    ['windows, added', () => windows().add(windows()), [3, 1, 6]],
    ['windows, cloned', () => windows().clone(), [3, 1, 6]],
    ['windows, turned around', () => windows().flip(0), [3, 1, 6]],
    ['one row of a step', row, [12, 1]],
    ['all of it', () => row().at(slice()), [12, 1]],
    ['its copy', () => row().clone(), [12, 1]],
  ])('%s', (_, make, wanted) => {
    expect(make().stride()).toEqual(wanted);
  });
});

describe('random numbers like a tensor', () => {
  // as PyTorch draws them: in the order of the memory
  const turned = () => arange(6).float().view(2, 3).t();
  const drawn = [
    [0.49625658988952637, 0.13203048706054688],
    [0.7682217955589294, 0.30742281675338745],
    [0.08847743272781372, 0.6340786814689636],
  ];
  it.each<[string, () => Loose]>([
    ['randLike', () => t.randLike(turned())],
    ['emptyLike, then uniform_', () => t.emptyLike(turned()).uniform_()],
    ['a clone, then uniform_', () => turned().clone().uniform_()],
  ])('%s', (_, draw) => {
    t.manualSeed(0);
    expect(draw().toArraySync()).toEqual(drawn);
  });
});
