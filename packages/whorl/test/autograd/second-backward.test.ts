// A second backward() is an error exactly where a node on the way had saved a value, as in PyTorch.
// The two lists were made by asking PyTorch 2.15 the same question for each entry.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { cat, nn, stack, tensor } = whorl;
const F = nn.functional;

const input = () =>
  tensor(
    [
      [0.5, 1.5, 0.7],
      [0.3, 0.9, 1.1],
    ],
    { requiresGrad: true },
  );
const all = (value: number) => whorl.full([2, 3], value);
const labels = tensor([0n, 1n]);
const column = whorl.zeros(2, 1, { dtype: 'int64' });

type Call = (x: Loose) => Loose;

const saving: Record<string, Call> = {
  'x * x': (x) => x.mul(x),
  'x * 2': (x) => x.mul(2),
  'x * y': (x) => x.mul(all(1)),
  'x / 2': (x) => x.div(2),
  'x / y': (x) => x.div(all(1)),
  '1 / x': (x) => x.reciprocal(),
  exp: (x) => x.exp(),
  log: (x) => x.log(),
  sqrt: (x) => x.sqrt(),
  rsqrt: (x) => x.rsqrt(),
  abs: (x) => x.abs(),
  square: (x) => x.square(),
  'x ** 2': (x) => x.pow(2),
  sin: (x) => x.sin(),
  relu: (x) => x.relu(),
  sigmoid: (x) => x.sigmoid(),
  tanh: (x) => x.tanh(),
  clamp: (x) => x.clamp(0, 1),
  maximum: (x) => x.maximum(all(0)),
  atan2: (x) => x.atan2(all(1)),
  'max()': (x) => x.max(),
  'min()': (x) => x.min(),
  'max(1)': (x) => x.max(1)[0],
  amax: (x) => x.amax(1),
  prod: (x) => x.prod(),
  'prod of one element': (x) => x.at(0, 0).add(0).prod(),
  'prod along an axis of size 1': (x) => x.unsqueeze(0).prod(0),
  'amax of one element': (x) => x.at(0, 0).add(0).amax(),
  'amin along axes of size 1': (x) => x.view(2, 1, 3, 1).amin([1, 3]),
  cumprod: (x) => x.cumprod(1),
  var: (x) => x.var(),
  std: (x) => x.std(),
  logsumexp: (x) => x.logsumexp(1),
  softmax: (x) => x.softmax(1),
  logSoftmax: (x) => x.logSoftmax(1),
  sort: (x) => x.sort(1)[0],
  topk: (x) => x.topk(2)[0],
  'x @ y': (x) => x.matmul(whorl.ones(3, 2)),
  'x @ x.T': (x) => x.matmul(x.t()),
  'x @ v': (x) => x.mv(whorl.ones(3)),
  dot: (x) => x.view(6).dot(whorl.ones(6)),
  where: (x) => whorl.where(all(1).bool(), x, x),
  maskedFill: (x) => x.maskedFill(all(1).bool(), 1),
  'x[[0, 1, 1]]': (x) => x.at([0, 1, 1]),
  gather: (x) => x.gather(1, column),
  take: (x) => x.take(tensor([0n])),
  indexSelect: (x) => x.indexSelect(0, tensor([0n])),
  scatter: (x) => x.scatter(1, column, whorl.ones(2, 1)),
  linear: (x) => F.linear(x, whorl.ones(4, 3)),
  mseLoss: (x) => F.mseLoss(x, all(0)),
  l1Loss: (x) => F.l1Loss(x, all(0)),
  crossEntropy: (x) => F.crossEntropy(x, labels),
  nllLoss: (x) => F.nllLoss(x, labels),
  gelu: (x) => F.gelu(x),
  leakyRelu: (x) => F.leakyRelu(x),
  binaryCrossEntropyWithLogits: (x) => F.binaryCrossEntropyWithLogits(x, all(0)),
};

const free: Record<string, Call> = {
  'sum()': (x) => x.sum(),
  'sum(1)': (x) => x.sum(1),
  'mean()': (x) => x.mean(),
  'mean(0)': (x) => x.mean(0),
  'x + 1': (x) => x.add(1),
  'x - x': (x) => x.sub(x),
  '1 - x': (x) => x.rsub(1),
  'x + 2 * y': (x) => x.add(all(1), { alpha: 2 }),
  neg: (x) => x.neg(),
  view: (x) => x.view(6),
  reshape: (x) => x.reshape(3, 2),
  t: (x) => x.t(),
  permute: (x) => x.permute(1, 0),
  movedim: (x) => x.movedim(0, 1),
  expand: (x) => x.expand(4, 2, 3),
  'x[0, 1:]': (x) => x.at(0, whorl.slice(1, null)),
  narrow: (x) => x.narrow(0, 0, 1),
  select: (x) => x.select(0, 1),
  unbind: (x) => x.unbind()[0],
  split: (x) => x.split(1)[0],
  squeeze: (x) => x.unsqueeze(0).squeeze(0),
  diagonal: (x) => x.diagonal(),
  unfold: (x) => x.unfold(1, 2, 1),
  cat: (x) => cat([x, x]),
  stack: (x) => stack([x, x]),
  repeat: (x) => x.repeat(2, 1),
  flip: (x) => x.flip(0),
  roll: (x) => x.roll(1, 0),
  rot90: (x) => x.rot90(),
  tril: (x) => x.tril(),
  cumsum: (x) => x.cumsum(1),
  clone: (x) => x.clone(),
  double: (x) => x.double(),
  floor: (x) => x.floor(),
  round: (x) => x.round(),
  trunc: (x) => x.trunc(),
  frac: (x) => x.frac(),
  sign: (x) => x.sign(),
  'remainder by a number': (x) => x.remainder(2),
  'fmod by a number': (x) => x.fmod(2),
  'lerp by a number': (x) => x.lerp(all(0), 0.5),
  addcmul: (x) => x.addcmul(all(1), all(1)),
  indexAdd: (x) => x.indexAdd(0, tensor([0n]), whorl.ones(1, 3)),
};

function backwardTwice(call: Call, options: object): void {
  const y = call(input());
  const gradient = whorl.onesLike(y);
  y.backward(gradient, options);
  y.backward(gradient);
}

describe('a second backward', () => {
  it.each(Object.entries(saving))('is refused through %s, which saved something', (_, call) => {
    expect(() => backwardTwice(call, {})).toThrow(
      /Trying to backward through the graph a second time.*retainGraph: true/,
    );
  });

  it.each(Object.entries(saving))('passes %s where the first kept the graph', (_, call) => {
    expect(() => backwardTwice(call, { retainGraph: true })).not.toThrow();
  });

  it.each(Object.entries(free))('passes %s, which saved nothing', (_, call) => {
    expect(() => backwardTwice(call, {})).not.toThrow();
  });

  it('is refused where only a part of the new graph was freed', () => {
    const x = input();
    const shared = x.exp();
    shared.sum().backward();
    expect(() => shared.mul(2).sum().backward()).toThrow('second time');
  });

  it('leaves no gradient behind when it is refused', () => {
    const x = input();
    const y = x.mul(x).sum();
    y.backward();
    const before = x.grad.toArraySync();
    expect(() => y.backward()).toThrow('second time');
    expect(x.grad.toArraySync()).toEqual(before);
  });

  it('adds to the first where the graph was kept', () => {
    const x = input();
    const y = x.sum().mul(3);
    y.backward(null, { retainGraph: true });
    y.backward();
    expect(x.grad.toArraySync()).toEqual([
      [6, 6, 6],
      [6, 6, 6],
    ]);
  });
});
