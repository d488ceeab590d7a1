// Random tensors: drawn when the line runs, in PyTorch's order, by the default generator or a given one.
// in:  shapes, parameters, { generator }     out: tensors, or tensors filled in place

import { differentiated } from '../autograd/custom.js';
import { capturing } from '../engine/capturing.js';
import { drawn as drawnNode } from '../engine/draw.js';
import { demandRoom } from '../engine/host.js';
import { add, constantLike, withNumber } from '../graph/build.js';
import { permute } from '../graph/movement.js';
import type { Node } from '../graph/node.js';
import { type DType, isFloating, type TypedArray } from '../graph/dtype.js';
import { fillBernoulli, fillBernoulliFrom } from '../random/bernoulli.js';
import { defaultGenerator } from '../random/default.js';
import {
  fillCauchy,
  fillExponential,
  fillGeometric,
  fillLogNormal,
} from '../random/distributions.js';
import type { FloatArray } from '../random/elements.js';
import type { Generator } from '../random/generator.js';
import { beyond, fillRandint, fillRandom, fillRandperm } from '../random/integers.js';
import { demandSamples, drawMultinomial } from '../random/multinomial.js';
import { fillNormal } from '../random/normal.js';
import { fillUniform } from '../random/uniform.js';
import { type CreateOptions, finished, sizesAndOptions } from './create.js';
import { define, method } from './define.js';
import { showShape } from './dims.js';
import { bernoulliLater, multinomialLater } from './later-draws.js';
import { broadcastShapes, shapeOf } from './promotion.js';
import { dataSync } from './read.js';
import { valueNow } from './promotion.js';
import { isContiguous, slowestFirst } from './strides.js';
import { assertReplaceable } from './overlap.js';
import { copyLayout } from './promotion.js';
import { assign } from './assign.js';
import { fromNode, Tensor } from './tensor.js';
import type { Draw, DrawLike, RandInt, RandPerm } from './types/creation.js';

export interface RandomOptions extends CreateOptions {
  generator?: Generator | null;
}

type Fill = (out: TypedArray, generator: Generator, contiguous: boolean) => void;

function drawn(
  name: string,
  shape: readonly number[],
  options: RandomOptions,
  fill: Fill,
  dtype: DType = 'float32',
): Tensor {
  const type = options.dtype ?? dtype;
  if (
    name.startsWith('rand') &&
    !name.startsWith('randint') &&
    !name.startsWith('randperm') &&
    !isFloating(type)
  ) {
    throw new Error(`${name}: not implemented for ${type}; use randint()`);
  }
  demandRoom(name, type, shape);
  const generator = options.generator ?? defaultGenerator;
  const node = drawnNode(name, type, shape, (out) => fill(out, generator, true), generator);
  return finished(node, options);
}

type SizeArguments = readonly (number | readonly number[] | RandomOptions)[];

const bySize =
  (name: string, fill: Fill) =>
  (...args: SizeArguments): Tensor => {
    const { shape, options } = sizesAndOptions<RandomOptions>(name, args);
    return drawn(name, shape, options, fill);
  };

const uniform: Fill = (out, g) => fillUniform(out as FloatArray, g);
const normal: Fill = (out, g) => fillNormal(out as FloatArray, g);

/** Uniform in [0, 1). Source: torch.rand. */
export const rand = define(
  'rand',
  '...size | * dtype requires_grad generator',
  bySize('rand', uniform),
) as Draw;
/** Standard normal. Source: torch.randn. */
export const randn = define(
  'randn',
  '...size | * dtype requires_grad generator',
  bySize('randn', normal),
) as Draw;
export const randLike = define(
  'randLike',
  'input | * dtype requires_grad generator',
  (x: Tensor, o: RandomOptions = {}) => drawnLike('rand', x, o, uniform),
) as DrawLike;
export const randnLike = define(
  'randnLike',
  'input | * dtype requires_grad generator',
  (x: Tensor, o: RandomOptions = {}) => drawnLike('randn', x, o, normal),
) as DrawLike;

/** As many numbers as `x` has, in the order of its memory, laid out as a copy of it. */
function drawnLike(name: string, x: Tensor, options: RandomOptions, fill: Fill): Tensor {
  const layout = copyLayout(x);
  const own = { dtype: x.dtype, ...options };
  if (layout === null) return drawn(name, x.shape, own, fill);
  const order = slowestFirst(x.shape, layout);
  const shape = order.map((axis) => x.shape[axis]!);
  const { node } = drawn(name, shape, { ...own, requiresGrad: false }, fill);
  return finished(turnedBack(node, order), own, layout);
}

const turnedBack = (node: Node, order: readonly number[]): Node =>
  permute(
    node,
    order.map((_, i) => order.indexOf(i)),
  );

type Whole = number | bigint;

/** Whole numbers of [low, high): randint(high, size) or randint(low, high, size); int64. Source: torch.randint. */
export const randint = define(
  'randint',
  'low high? size? | * dtype requires_grad generator',
  (
    low: Whole,
    high: Whole | readonly number[],
    size?: readonly number[] | null,
    options: RandomOptions = {},
  ) => {
    const short = Array.isArray(high);
    const [from, to] = short ? [0, low] : [low, high as Whole];
    const { shape } = sizesAndOptions('randint', [short ? high : size]);
    const type = options.dtype ?? 'int64';
    return drawn(
      'randint',
      shape,
      options,
      (out, g) => fillRandint(out, g, from, to, type),
      'int64',
    );
  },
) as RandInt;

/** 0 .. n-1 in random order, int64. Source: torch.randperm. */
export const randperm = define(
  'randperm',
  'n | * dtype requires_grad generator',
  (n: number, options: RandomOptions = {}) => {
    if (n < 0) throw new RangeError(`randperm: n must be non-negative, got ${n}`);
    const fill: Fill = (out, g) => fillRandperm(out, g, options.dtype ?? 'int64');
    return drawn('randperm', [n], options, fill, 'int64');
  },
) as RandPerm;

/** Normal numbers: normal(mean, std, size), or means and stds as tensors. Source: torch.normal. */
export const normalOf = define(
  'normal',
  'mean std? size? | * generator',
  (
    mean: number | Tensor,
    std: number | Tensor = 1,
    size?: readonly number[] | null,
    options: RandomOptions = {},
  ) => {
    const isPlain = !(mean instanceof Tensor) && !(std instanceof Tensor);
    if (isPlain !== (size != null)) {
      throw new TypeError(
        'normal: two numbers need a size, and a tensor has one: write normal(mean, std, size) or normal(means, stds)',
      );
    }
    if (isPlain) {
      const { shape } = sizesAndOptions('normal', [size]);
      return drawn('normal', shape, options, (out, g) =>
        fillNormal(out as FloatArray, g, valueNow(mean as number), valueNow(std as number)),
      );
    }
    const like = (mean instanceof Tensor ? mean : std) as Tensor;
    checkSpread(std);
    // every element of the broadcast has noise of its own
    const shape = broadcastShapes('normal', shapeOf(mean), shapeOf(std));
    const standard = drawn('randn', shape, { ...options, dtype: like.dtype }, normal);
    return (standard.mul(std as Tensor) as Tensor).add(mean as Tensor) as Tensor;
  },
);

function checkSpread(std: number | Tensor): void {
  if (!(std instanceof Tensor)) {
    if (valueNow(std) >= 0) return;
    throw new RangeError(`normal: expects std >= 0.0, but found std ${std}`);
  }
  if (!isReadable(std)) return;
  for (const value of dataSync(std, 'normal')) {
    if (Number(value) < 0) throw new RangeError('normal: expects all elements of std >= 0.0');
  }
}

/** Zeros and ones with the probabilities of the tensor, or all with `p`. Source: torch.bernoulli. */
export const bernoulli = method(
  'bernoulli',
  'p:fixed? | * generator',
  (p: Tensor, chance?: number | null, options: RandomOptions = {}) => {
    const generator = options.generator ?? defaultGenerator;
    if (chance != null) {
      const same = (out: TypedArray) => fillBernoulli(out, generator, chance);
      return fromNode(drawnNode('bernoulli', p.dtype, p.shape, same, generator));
    }
    if (!isFloating(p.dtype)) throw new Error(`bernoulli: not implemented for ${p.dtype} tensors`);
    if (!isReadable(p)) return fromNode(unmoved(bernoulliLater(p, p.dtype, generator), p.node));
    const probabilities = dataSync(p, 'bernoulli') as FloatArray;
    const fill = (out: TypedArray) => fillBernoulliFrom(out, generator, probabilities);
    return fromNode(unmoved(drawnNode('bernoulli', p.dtype, p.shape, fill, generator), p.node));
  },
);

/** A draw with a history: the gradient of its chances is 0. */
function unmoved(draw: Node, chances: Node): Node {
  if (chances.history === null) return draw;
  const node = add(draw, withNumber('MUL', chances, 0));
  return differentiated('bernoulli', node, [chances], (g) => [constantLike(g, 0)], false);
}

/** Indices drawn by weight: input [K] or [N, K] gives [numSamples] or [N, numSamples]. Source: torch.multinomial. */
export const multinomial = method(
  'multinomial',
  'num_samples replacement? | * generator',
  (x: Tensor, samples: number, replacement = false, options: RandomOptions = {}) => {
    const generator = options.generator ?? defaultGenerator;
    if (!isFloating(x.dtype) || x.ndim < 1 || x.ndim > 2) {
      throw new Error(
        `multinomial: expected floating weights of 1 or 2 dimensions, got ${x.dtype} ${showShape(x.shape)}`,
      );
    }
    const categories = x.shape[x.ndim - 1]!;
    const rows = x.ndim === 2 ? x.shape[0]! : 1;
    const shape = x.ndim === 2 ? [rows, samples] : [samples];
    const size = { rows, categories, samples };
    demandSamples(size, replacement);
    if (!isReadable(x)) {
      return fromNode(multinomialLater(x, shape, size, replacement, generator));
    }
    const weights = dataSync(x, 'multinomial') as FloatArray;
    const fill = (out: TypedArray) => {
      const indices = drawMultinomial(weights, size, replacement, generator);
      (out as BigInt64Array).set(BigInt64Array.from(indices, BigInt));
    };
    return fromNode(drawnNode('multinomial', 'int64', shape, fill, generator));
  },
);

/** Fills a tensor in the order of its memory, as PyTorch's iterator walks a dense tensor. */
export function fillInPlace(name: string, x: Tensor, fill: Fill, given?: Generator | null): Tensor {
  const generator = given ?? defaultGenerator;
  assertReplaceable(name, x);
  const order = memoryOrder(x);
  const isUsual = order === null && isContiguous(x.shape, x.strides);
  const shape = order === null ? x.shape : order.map((axis) => x.shape[axis]!);
  const node = drawnNode(name, x.dtype, shape, (out) => fill(out, generator, isUsual), generator);
  assign(x, inOrder(node, order));
  return x;
}

const inOrder = (node: Node, order: readonly number[] | null): Node =>
  order === null
    ? node
    : permute(
        node,
        order.map((_, i) => order.indexOf(i)),
      );

/** Whether values can be looked at: those of a compiled function are not there while it is captured. */
const isReadable = (x: Tensor): boolean =>
  capturing.now === null || capturing.now.isConstant(x.node);

/** Axes from the slowest to the fastest, as an iterator over the memory takes them; null where that is row-major. */
export const memoryOrder = (x: Tensor): number[] | null =>
  x.layout === null ? null : slowestFirst(x.shape, x.strides);

interface Drawing {
  generator?: Generator | null;
}

function filler(
  name: string,
  signature: string,
  fill: (...args: never[]) => Fill,
  floats = true,
): void {
  const positional = signature.split(' ').filter(Boolean).length;
  method(name, `${signature} | * generator`, (x: Tensor, ...args: unknown[]) => {
    if (floats && !isFloating(x.dtype))
      throw new Error(`${name}: not implemented for ${x.dtype} tensors`);
    const { generator } = (args[positional] ?? {}) as Drawing;
    const own = fill(...(args.slice(0, positional) as never[]));
    return fillInPlace(name, x, own, generator);
  });
}

filler(
  'uniform_',
  'from:number? to:number?',
  (from = 0, to = 1) =>
    (out, g) =>
      fillUniform(out as FloatArray, g, from, to),
);
filler(
  'normal_',
  'mean:number? std:number?',
  (mean = 0, std = 1) =>
    (out, g, c) =>
      fillNormal(out as FloatArray, g, mean, std, c),
);
filler(
  'exponential_',
  'lambd?',
  (lambd = 1) =>
    (out, g) =>
      fillExponential(out as FloatArray, g, lambd),
);
filler(
  'logNormal_',
  'mean:number? std:number?',
  (mean = 1, std = 2) =>
    (out, g) =>
      fillLogNormal(out as FloatArray, g, mean, std),
);
filler(
  'cauchy_',
  'median? sigma?',
  (m = 0, s = 1) =>
    (out, g) =>
      fillCauchy(out as FloatArray, g, m, s),
);
filler('geometric_', 'p:number', (p: number) => (out, g) => fillGeometric(out, g, p), false);

method(
  'bernoulli_',
  'p?:fixed/tensor | * generator',
  (x: Tensor, p: number | Tensor = 0.5, { generator }: Drawing = {}) => {
    if (typeof p === 'number')
      return fillInPlace('bernoulli_', x, (out, g) => fillBernoulli(out, g, p), generator);
    const chances = p.expand(x.shape) as Tensor;
    if (!isReadable(chances)) {
      assertReplaceable('bernoulli_', x);
      const order = memoryOrder(x);
      const shape = order?.map((axis) => x.shape[axis]!) ?? x.shape;
      // the chances are taken one after the other, wherever the element lies
      const laid = (order === null ? chances : chances.reshape(shape)) as Tensor;
      assign(x, inOrder(bernoulliLater(laid, x.dtype, generator ?? defaultGenerator), order));
      return x;
    }
    const probabilities = dataSync(chances, 'bernoulli_') as FloatArray;
    return fillInPlace(
      'bernoulli_',
      x,
      (out, g) => fillBernoulliFrom(out, g, probabilities),
      generator,
    );
  },
);
method(
  'random_',
  'from? to? | * generator',
  (x: Tensor, from?: Whole, to?: Whole | null, { generator }: Drawing = {}) =>
    fillInPlace(
      'random_',
      x,
      (out, g) => {
        if (from === undefined) fillRandom(out, g, x.dtype);
        else if (to === undefined) fillRandint(out, g, 0, from, x.dtype);
        else fillRandint(out, g, from, to ?? beyond(x.dtype), x.dtype);
      },
      generator,
    ),
);
