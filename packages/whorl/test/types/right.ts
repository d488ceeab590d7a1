// Right programs and the exact types of what they make. Neither compiler reports anything here.

import {
  arange, cat, compile, DataLoader, type Dataset, datasets, eye, full, linspace, nn, ones, rand, randint, randn, randomSplit,
  slice, scalar, stack, Tensor, TensorDataset, tensor,
  zeros, zerosLike,
} from 'whorl';
import { is } from './exactly.js';

type F<S extends number[]> = Tensor<S, 'float32'>;
type L<S extends number[]> = Tensor<S, 'int64'>;
type B<S extends number[]> = Tensor<S, 'bool'>;

declare const n: number;
declare const dims: number[];
declare const flag: boolean;
declare const u: Tensor;
const X = randn([4000, 2]);
const x3 = randn(64, 7, 3);
declare const i5: L<[5]>;
declare const mask: B<[64]>;

// creation: sizes one by one, as a list, with options, from another shape
is<F<[4000, 2]>>()(X);
is<F<[2, 3]>>()(rand(2, 3));
is<F<[]>>()(ones());
is<Tensor<[2, 3], 'float64'>>()(zeros(2, 3, { dtype: 'float64' }));
is<L<[2, 3]>>()(zeros([2, 3], { dtype: 'int64' }));
is<F<[number, 3]>>()(zeros(n, 3));
is<F<number[]>>()(randn(...dims));
is<F<[4000, 2]>>()(zeros(X.shape));
is<F<[4000, 2]>>()(zeros(...X.shape));
is<F<[4000, 2]>>()(zerosLike(X));
is<F<[2]>>()(full([2], 7));
is<L<[2]>>()(full([2], 7n));
is<B<[2]>>()(full([2], true));
is<F<[3, 3]>>()(eye(3));
is<F<[1000]>>()(linspace(0, 1, 1000));
is<L<[5]>>()(randint(0, 4, [5]));
is<L<[10]>>()(arange(10));
is<L<[10]>>()(arange(0, 10));
is<F<[number]>>()(arange(0, 1, 0.1));
is<L<[number]>>()(arange(n));
is<F<[10]>>()(arange(10, { dtype: 'float32' }));

// from data: the literal's shape, the elements' dtype
is<F<[2, 3]>>()(tensor([[1, 2, 3], [4, 5, 6]]));
is<F<[]>>()(tensor(5));
is<L<[1]>>()(tensor([1n]));
is<B<[2]>>()(tensor([true, false]));
is<L<[1, 2]>>()(tensor([[1, 2]], { dtype: 'int64' }));
is<F<[number]>>()(tensor(dims));
is<F<[number]>>()(tensor(new Float32Array(4)));

// broadcasting and promotion
is<F<[4000, 2]>>()(X.add(zeros([2])));
is<F<[4000, 2]>>()(zeros([2]).add(X));
is<F<[5, 4000, 2]>>()(X.mul(randn(5, 1, 1)));
is<F<[4000, 2]>>()(X.sub(1).div(2).relu().neg().exp());
is<F<[4000, 2]>>()(randn(n, n).add(X));
is<F<[number, number]>>()(randn(n, n).add(1));
is<Tensor<number[]>>()(u.add(X));
is<Tensor<number[]>>()(X.add(u));
is<L<[5]>>()(i5.add(1));
is<F<[5]>>()(i5.mul(0.5));
is<F<[5]>>()(i5.add(1e-3));
is<L<[5]>>()(i5.mul(2n));
is<L<[64]>>()(mask.add(1));
is<B<[64]>>()(mask.add(true));
is<F<[5]>>()(i5.div(2));
is<L<[5]>>()(i5.div(2, { roundingMode: 'floor' }));
is<F<[5]>>()(i5.exp());
is<F<[64, 7, 3]>>()(x3.mul(i5.sum()));
is<L<[64]>>()(mask.mul(i5.sum()));
is<Tensor<[5], 'int32'>>()(i5.int().add(i5.sum()));
is<F<[64, 7, 3]>>()(x3.mul(x3.sum().double()));
is<B<[5]>>()(i5.eq(3));
is<B<[4000, 2]>>()(X.lt(zeros([2])));
is<F<[4000, 2]>>()(X.maximum(0).pow(2));

// matmul
is<F<[4000, 100]>>()(X.matmul(randn(2, 100)));
is<F<[8, 3, 4, 6]>>()(randn(8, 1, 4, 5).matmul(randn(3, 5, 6)));
is<F<[4]>>()(randn(4, 5).matmul(randn(5)));
is<F<[8, 2]>>()(randn(5).matmul(randn(8, 5, 2)));
is<F<[]>>()(randn(5).matmul(randn(5)));
is<F<[number, 100]>>()(randn(n, 2).matmul(randn(2, 100)));
is<Tensor<number[]>>()(u.matmul(X));
is<F<[2, 4]>>()(randn(2, 3).mm(randn(3, 4)));
is<F<[5, 2, 4]>>()(randn(5, 2, 3).bmm(randn(5, 3, 4)));

// reductions
is<F<[]>>()(X.sum());
is<F<[2]>>()(X.sum(0));
is<F<[4000]>>()(X.sum(-1));
is<F<[4000, 1]>>()(X.mean(-1, { keepdim: true }));
is<F<[1, 1]>>()(X.sum([0, 1], { keepdim: true }));
is<F<[7]>>()(x3.sum([0, -1]));
is<F<[1, 1]>>()(X.sum({ keepdim: true }));
is<Tensor<[1, 1], 'float64'>>()(X.mean({ keepdim: true, dtype: 'float64' }));
is<Tensor<[], 'float64'>>()(X.prod({ dtype: 'float64' }));
is<F<number[]>>()(X.sum({ keepdim: flag }));
is<F<[]>>()(X.std({ correction: 0 }));
is<F<[1, 1]>>()(X.var({ unbiased: false, keepdim: true }));
is<F<[1, 1]>>()(X.amax({ keepdim: true }));
is<L<[1, 1]>>()(X.argmax({ keepdim: true }));
is<B<[1, 1]>>()(X.gt(0).all({ keepdim: true }));
is<F<[4000, 2]>>()(X.max(randn(2)));
is<F<[4000, 2]>>()(X.sort({ stable: true })[0]);
is<L<[4000, 2]>>()(X.argsort({ stable: true }));
is<F<[1, 1, 1]>>()(x3.sum(null, { keepdim: true }));
is<Tensor<[64, 3], 'float64'>>()(x3.sum(1, { dtype: 'float64' }));
is<L<[]>>()(mask.sum());
is<F<[]>>()(mask.mean());
is<F<[]>>()(zeros([]).sum(0));
is<F<[7, 3]>>()(x3.std(0));
is<F<[1, 7, 3]>>()(x3.var(0, { keepdim: true }));
is<F<[]>>()(x3.var(false));
is<F<[64, 7]>>()(x3.logsumexp(-1));
is<L<[4000]>>()(X.argmax(1));
is<L<[]>>()(X.argmax());
is<B<[4000]>>()(X.gt(0).any(1));
is<F<[]>>()(X.max());
is<F<[4000]>>()(X.amax(1));
const [values, indices] = X.max(1);
is<F<[4000]>>()(values);
is<L<[4000]>>()(indices);
is<L<[4000, 1]>>()(X.min(1, { keepdim: true }).indices);
is<F<[4000, 1]>>()(X.min(1, { keepdim: true }).values.relu());
is<F<[number]>>()(X.sum(n));
is<F<number[]>>()(X.sum(0, { keepdim: flag }));
is<Tensor<[]>>()(u.sum());
is<F<[4000, 2]>>()(X.softmax(-1).cumsum(0));

// movement
is<F<[64, 784]>>()(randn(64, 1, 28, 28).reshape(64, 784));
is<F<[64, 784]>>()(randn(64, 1, 28, 28).reshape(64, -1));
is<F<[number, number]>>()(randn(64, 1, 28, 28).reshape([-1, 28 * 28]));
is<F<number[]>>()(X.reshape(...dims));
is<F<[8000]>>()(X.view(8000));
is<F<[64, 1568]>>()(randn(64, 32, 7, 7).flatten(1));
is<F<[38597376]>>()(randn(50257, 768).flatten());
is<F<[8, 8, 7, 3]>>()(x3.unflatten(0, [8, 8]));
is<F<[64, 12, 64, 128]>>()(randn(64, 12, 128, 64).transpose(-2, -1));
is<F<[64, 7, 7, 32]>>()(randn(64, 32, 7, 7).permute(0, 2, 3, 1));
is<F<[2, 4000]>>()(X.t());
is<F<[64, 7]>>()(randn(64, 1, 7, 1).squeeze());
is<F<[64, 7, 1]>>()(randn(64, 1, 7, 1).squeeze(1));
is<F<number[]>>()(randn(64, 1, n).squeeze());
is<F<[64, 7, 1]>>()(randn(64, 7).unsqueeze(-1));
is<F<[5, 3]>>()(randn(1, 3).expand(5, -1));
is<F<[7, 3]>>()(cat([randn(2, 3), randn(5, 3)]));
is<F<[2, 33]>>()(cat([randn(2, 3), randn(2, 30)], 1));
is<F<[2, 2, 3]>>()(stack([randn(2, 3), randn(2, 3)], 1));

// indexing
is<F<[7, 3]>>()(x3.at(0));
is<F<[number, 3]>>()(x3.at(slice(1, 3), 0));
is<F<[64, 7]>>()(x3.at('...', 0));
is<F<[1, 64, 7, 3, 1]>>()(x3.at(null, '...', null));
is<F<[5, 7, 3]>>()(x3.at(i5));
is<F<[5, 3]>>()(x3.at(i5, i5));
is<F<[5, number]>>()(x3.at(i5, slice(), i5));
is<F<[2, 7, 3]>>()(x3.at([0, 2]));
is<Promise<F<number[]>>>()(x3.at(mask));

// reading and converting
is<Promise<number>>()(X.sum().item());
is<Promise<boolean>>()(mask.all().item());
is<Promise<number[][]>>()(X.toArray());
is<L<[4000, 2]>>()(X.long());
is<Tensor<[4000, 2], 'int32'>>()(X.to('int32'));

// layers
const model = new nn.Sequential(new nn.Linear(2, 100), new nn.ReLU(), new nn.Linear(100, 4));
const logits = model.forward(X);
is<F<[4000, 4]>>()(logits);
is<F<[100, 2]>>()(new nn.Linear(2, 100).weight.detach());
is<F<[4000, 3]>>()(new nn.Sequential(model, new nn.Linear(4, 3)).forward(X));
is<Tensor<number[]>>()(model.forward(u));
is<F<[5, 10]>>()(new nn.Linear(28 * 28, 10).forward(randn(5, 100)));
is<F<[64, 21]>>()(new nn.Flatten().forward(x3));
class Net extends nn.Module {
  fc = new nn.Linear(2, 100);
  forward<N extends number>(x: Tensor<[N, 2]>) { return this.fc.forward(x).relu(); }
}
is<Tensor<[4000, 100]>>()(new Net().forward(X));
is<F<[4000, 4]>>()(new nn.Sequential(new nn.Linear(3, 4)).forward(randn(4000, 3)));
const two = new nn.Sequential(new Net(), new nn.Linear(100, 4));
is<Tensor<[number, 4], 'float32'>>()(two.forward(X));
is<F<[4000]>>()(new nn.CrossEntropyLoss({ reduction: 'none' })
  .forward(logits, randint(0, 4, [4000])));

// losses
const Y = randint(0, 4, [4000]);
is<F<[]>>()(new nn.CrossEntropyLoss().forward(logits, Y));
is<F<[]>>()(new nn.CrossEntropyLoss().forward(logits, logits.softmax(1)));
is<F<[]>>()(new nn.NLLLoss().forward(logits.logSoftmax(1), Y));
is<F<[]>>()(new nn.MSELoss().forward(logits, zeros([4000, 4])));

// assignable where less is known
export const known: Tensor<[number, number]> = X;
export const plain: Tensor = X;
export const exact: Tensor<[4000, 2], 'float32'> = X;

// generic in one size: the result is written in terms of it
export function block<N extends number>(x: Tensor<[N, 64]>) {
  const y = x.matmul(randn(64, 32)).add(zeros([32])).relu();
  return y.sub(y.mean(-1, { keepdim: true })).add(y).mul(randn(1, 32));
}
is<Tensor<[7, 32]>>()(block(randn(7, 64)));
export function residual<N extends number, C extends number>(
  x: Tensor<[N, C]>, f: nn.Linear<C, C>,
) {
  return x.add(f.forward(x));
}
is<Tensor<[7, 64]>>()(residual(randn(7, 64), new nn.Linear(64, 64)));

// a compiled function has the types of what it was made of; a scalar is a number to operators
const compiled = compile((x: F<[64, 3]>, w: Tensor<[3, 5]>, deep: boolean) => ({ y: x.matmul(w), deep }));
is<F<[64, 5]>>()(compiled(randn(64, 3), randn(3, 5), true).y);
is<F<[4000, 2]>>()(X.mul(scalar(2)).add(1, { alpha: scalar(() => 0.5) }));
is<F<[]>>()(scalar(1).tensor());

// a batch is of the data set's items: one dim more, numbers float32
const set = new TensorDataset(randn(100, 4), randint(0, 3, [100]));
for (const [x, y] of new DataLoader(set, { batchSize: 32, shuffle: true, numWorkers: 2 })) {
  is<F<[number, 4]>>()(x);
  is<L<[number]>>()(y);
}
const { X: points, Y: labels } = datasets.spiral({ classes: 4, samplesPerClass: 250 });
for (const [x, y] of new DataLoader(new TensorDataset(points, labels), { batchSize: 32 }))
  new nn.CrossEntropyLoss().forward(new nn.Linear(2, 4).forward(x), y).backward();
for (const [x] of new DataLoader(randomSplit(set, [0.8, 0.2])[0]!, 5)) is<F<[number, 4]>>()(x);
for (const sums of new DataLoader(set, { collateFn: (items) => items.map(([x, y]) => x.sum(0).add(y)) }))
  is<F<[]>>()(sums[0]!);
class Images implements Dataset<[F<[3, 28, 28]>, number]> {
  length = 4;
  get(_index: number): [F<[3, 28, 28]>, number] { return [randn(3, 28, 28), 1]; }
}
for (const [x, y] of new DataLoader(new Images(), { batchSize: 2 })) {
  is<F<[number, 3, 28, 28]>>()(x);
  is<F<[number]>>()(y);
}
const prices = { values: [1, 2.5], length: 2, get(index: number) { return this.values[index]!; } };
for (const batch of new DataLoader(prices)) is<F<[number]>>()(batch);
for (const { x, name } of new DataLoader([{ x: 1n, name: 'a' }])) {
  is<L<[number]>>()(x);
  is<string[]>()(name);
}
export async function readAll(files: Dataset<Promise<F<[2]>>>) {
  for await (const batch of new DataLoader(files, { batchSize: 2 })) is<F<[number, 2]>>()(batch);
  for (const [x] of new DataLoader<[Tensor, L<[number]>]>(set, { batchSize: 2 })) is<Tensor>()(x);
}
