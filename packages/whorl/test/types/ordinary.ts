// Ordinary PyTorch-like code, and everything that the types must not get in the way of: loops,
// spreads, optional arguments, sizes known only at run time, any. Both compilers are silent.

import { arange, cat, nn, optim, randint, randn, stack, Tensor, zeros } from 'whorl';

declare const flag: boolean;
declare const n: number;
declare const anything: any;
const images = randn([64, 1, 28, 28]);

// a variable that keeps its shape through a loop
const square = new nn.Linear(64, 64);
let h = randn([32, 64]);
for (let i = 0; i < 3; i++) h = square.forward(h).relu().add(h);
for (let i = 0; i < 3; i++) h = h.sub(h.mean(0)).mul(0.5).div(2);
let total = zeros([]);
for (let i = 0; i < 3; i++) total = total.add(randn(3).sum());

// one that does not: written Tensor
const layers = [new nn.Linear(64, 64), new nn.ReLU(), new nn.Flatten(), new nn.Dropout(0.1)];
let g: Tensor = h;
for (const layer of layers) g = layer.forward(g);
export const reduced = layers.reduce<Tensor>((x, layer) => layer.forward(x), h);

// sizes in an array
const sizes = [2, 100, 100, 4];
const made = sizes.slice(1).map((out, i) => new nn.Linear(sizes[i]!, out));
export const deep = new nn.Sequential(...made).forward(randn(5, 2));
export const mixed = new nn.Sequential(new nn.Linear(2, 100), ...made, new nn.Linear(100, 4));
export const list = new nn.ModuleList([new nn.Linear(2, 100), new nn.ReLU()]);
for (const layer of list) g = layer.forward(g);

// modules with two inputs, a tuple, optional arguments, options
class Two extends nn.Module {
  forward(a: Tensor<[number, 2]>, b: Tensor<[number, 3]>) { return [cat([a, b], 1), a] as const; }
}
export const [joined, first] = new Two().forward(randn(5, 2), randn(5, 3));
class Optional extends nn.Module {
  lin = new nn.Linear(2, 4);
  forward(x: Tensor<[number, 2]>, mask?: Tensor<[number, 4]>, options: { scale?: number } = {}) {
    let y: Tensor<[number, 4]> = this.lin.forward(x);
    if (mask) y = y.mul(mask);
    return y.mul(options.scale ?? 1);
  }
}
export const optional = new nn.Sequential(new Optional(), new nn.ReLU()).forward(randn(5, 2));
class Plain extends nn.Module {
  net: nn.Sequential;
  constructor(width: number) {
    super();
    this.net = new nn.Sequential(new nn.Linear(width, width), new nn.ReLU());
  }
  forward(x: Tensor) { return this.net.forward(x); }
}
export const plain = new Plain(3).forward(randn(5, 2));

// what is not literal is number
const config = { hidden: 100 };
let width = 5;
export const computed = new nn.Linear(28 * 28, 10).forward(randn(5, 100));
export const fromConfig = new nn.Linear(2, config.hidden).forward(randn(5, 2));
export const fromLet = new nn.Linear(width, 3).forward(randn(5, 2));
export const some: nn.Linear<number, number> = new nn.Linear(2, 100);
export const modules: nn.TensorModule[] = [some, new nn.Sequential(some), new Plain(2)];

// conditions, unions, null
const either = flag ? randn(2, 3) : randn(4, 3);
export const eithers = [either.sum(1), either.matmul(randn(3, 5))];
let best: Tensor | null = null;
best = best ?? randn(3);
const k = flag ? 2 : 3;
export const unions = randn(k, 4).matmul(randn(4, k)).add(randn(1, 2));
export const dim = images.sum(flag ? 0 : 1).mean(null, { keepdim: flag });

// sizes read from a shape
const dims: number[] = images.shape.slice();
const [batch, channels, height, columns] = images.shape;
export const reshaped = [
  images.reshape(...dims), images.reshape(images.shape[0], -1), images.reshape(...images.shape),
  images.reshape(batch, channels * height * columns), zeros(...images.shape), randn(batch, 10),
  images.reshape(n, -1), images.at(n), images.flatten(1).at(0, n),
];

// functions over tensors
function normalise(x: Tensor) {
  const centred = x.sub(x.mean());
  return centred.div(centred.mul(2).sum(-1, { keepdim: true }));
}
export const normal = normalise(images);
function last<S extends number[], N extends number>(x: Tensor<[...S, N]>): N {
  return x.shape[x.shape.length - 1] as N;
}
export const ten: number = last(images);

// any
export const unknown = [
  images.matmul(anything), images.add(anything), square.forward(anything), randn(anything, 3),
  images.reshape(anything, 3), images.sum(anything), images.at(anything),
  new nn.Linear(anything, 3).forward(randn(5, 2)),
];

// what passed instanceof is a Tensor<any, any>, and must be as good as a Tensor
declare const thing: unknown;
export const narrowed =
  thing instanceof Tensor ? [thing.relu().add(images), images.add(thing)] : [];
export const parameter: Tensor | null =
  thing instanceof nn.Parameter ? thing.detach().mul(2).add(thing) : null;

// containers, gradients, training
const batches: { x: Tensor<[number, 2]>; y: Tensor<[number], 'int64'> }[] = [];
const net = new nn.Sequential(new nn.Linear(2, 4), new nn.ReLU());
const optimizer = new optim.SGD(net.parameters(), { lr: 0.1 });
export async function train() {
  let correct = 0;
  for (const { x, y } of batches) {
    const logits = net.forward(x);
    const loss = new nn.CrossEntropyLoss().forward(logits, y);
    correct += await logits.argmax(1).eq(y).sum().item();
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
  }
  for (const p of net.parameters()) if (p.grad) p.grad.mul(0.1);
  return correct / batches.length;
}
const losses: Tensor[] = [];
losses.push(total, randn(3).mean());
export const collected = stack(losses);
export const catted = cat([randn(2), randn(3)] as Tensor[]);
export const share = randn(5, 4).argmax(1).eq(arange(5)).sum().div(5);
export const chosen = randn(5, 4).at(arange(5), randint(0, 4, [5]));

// parts of a model that are put in the place of others
class Language extends nn.Module {
  encoder: nn.Embedding;
  decoder: nn.Linear;
  constructor(readonly name: string, tokens: number, width: number) {
    super();
    this.encoder = new nn.Embedding(tokens, width);
    this.decoder = new nn.Linear(width, tokens);
    this.decoder.weight = this.encoder.weight;
  }
}
const tied = new Language('tied', 100, 8);
tied.decoder.bias = null;
tied.loadStateDict(JSON.parse(JSON.stringify(tied.stateDict())), { strict: false });
const lm = { wte: new nn.Embedding(65, 32), head: new nn.Linear(32, 65, { bias: false }) };
lm.wte.weight = lm.head.weight;
lm.head.weight = lm.wte.weight;
export const named = new nn.Sequential({ fc: new nn.Linear(2, 3), act: new nn.ReLU() }).forward(randn(4, 2));
export const fromMap = new nn.Sequential(new Map([['fc', new nn.Linear(2, 3)]]));
const layered = new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU(), new nn.Linear(3, 1));
layered.at(0).weight.detach().copy_(zeros(3, 2));
layered.at(-1).inFeatures.toFixed();
layered.at(width).eval();
for (const [key, p] of layered.namedParameters({ removeDuplicate: false })) p.detach().zero_().sum(key.length ? 0 : 1);

// groups with options of their own, names, a rate that is a tensor; any optimizer
const [slow, fast] = [new nn.Linear(2, 2), new nn.Linear(2, 2)];
let any: optim.Optimizer = new optim.SGD([{ params: slow.parameters(), lr: 0.1 }, { params: fast.parameters() }], { lr: 0.01 });
any = new optim.AdamW([{ params: [slow.weight], weightDecay: 0.1 }, { params: fast.weight, weightDecay: 0 }], { lr: 1e-3 });
any.paramGroups[0]!.lr *= 0.1;
any.addParamGroup({ params: [slow.bias!], lr: 0.5 });
new optim.SGD(slow.namedParameters(), { lr: zeros([]) }).step(() => 1).toFixed();
const plateau = new optim.lrScheduler.ReduceLROnPlateau(any, { minLr: [0, 0, 0] });
plateau.step(randn(2).sum());
new optim.lrScheduler.StepLR(any, { stepSize: 2 }).step(3);

export { best, g, h, width };

// functions of any shape: a number, or what has no dims
export const twice = <S extends number[]>(x: Tensor<S>): Tensor<S> => x.mul(2).add(1);
export const centred = <S extends number[]>(x: Tensor<S>): Tensor<S> => x.sub(x.mean()).div(2);
export const halved = <T extends Tensor>(x: T): T => x.mul(0.5) as T;
export const positive = <S extends number[]>(x: Tensor<S>): Tensor<S, 'bool'> => x.gt(0);
export const scaled = <S extends number[]>(x: Tensor<S>): Tensor<S> => x.mul_(2).add_(x.mean());

// options in the place of what is left out
export function optionsAtOnce(x: Tensor<[4, 3]>, image: Tensor, ids: Tensor) {
  const F = nn.functional;
  x.norm(2, { keepdim: true });
  x.norm({ keepdim: true });
  x.quantile(0.5, { keepdim: true });
  F.batchNorm(x, null, null, { training: true });
  F.instanceNorm(image, { eps: 1e-3 });
  F.groupNorm(x, 3, { eps: 1e-3 });
  F.layerNorm(x, [3]);
  F.layerNorm(x, [3], { eps: 1e-3 });
  F.rmsNorm(x, [3], { eps: 1e-3 });
  F.normalize(x, { eps: 1e-3 });
  F.interpolate(image, { scaleFactor: 2 });
  F.embeddingBag(ids, x, { mode: 'sum' });
}
