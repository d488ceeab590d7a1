// Random tensors: drawn when the line runs, in PyTorch's order,
// by the default generator or a given one.
// in:  shapes, parameters, { generator }
// out: tensors (random-fill.ts fills those that are there)

import { differentiated } from '../../autograd/custom.js';
import { drawn as drawnNode } from '../../capture/looking/draw.js';
import { demandRoom } from '../../engine/devices/host.js';
import { add, constantLike, withNumber } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import { type DType, isFloating, type TypedArray } from '../../graph/dtype.js';
import { fillBernoulli, fillBernoulliFrom } from '../../random/bernoulli.js';
import { defaultGenerator } from '../../random/default.js';
import type { FloatArray } from '../../random/elements.js';
import type { Generator } from '../../random/generator.js';
import { fillRandint, fillRandperm } from '../../random/integers.js';
import { demandSamples, drawMultinomial } from '../../random/multinomial.js';
import { fillNormal } from '../../random/normal.js';
import { fillUniform } from '../../random/uniform.js';
import { type CreateOptions, deviceFor, finished, sizesAndOptions } from './create.js';
import { define, method } from '../../tensor/define.js';
import { showShape } from '../../tensor/dims.js';
import { bernoulliLater, multinomialLater } from './later-draws.js';
import { type Fill, inOrder } from './random-fill.js';
import { broadcastShapes, shapeOf } from '../../tensor/promotion.js';
import { dataSync, isReadable } from '../../tensor/read.js';
import { valueNow } from '../../tensor/promotion.js';
import { slowestFirst } from '../../tensor/strides.js';
import { copyLayout } from '../../tensor/promotion.js';
import { fromNode, Tensor } from '../../tensor/tensor.js';
import type { Draw, DrawLike, RandInt, RandPerm } from './types.js';
import type { Choosing, Drawing } from './types.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    bernoulli: Drawing<[p?: number]>;
    multinomial: Choosing;
  }
}

export interface RandomOptions extends CreateOptions {
  generator?: Generator | null;
}

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
  const device = deviceFor(options);
  demandRoom(name, type, shape, device);
  const generator = options.generator ?? defaultGenerator;
  const draw = (out: TypedArray) => fill(out, generator, true);
  const node = drawnNode(name, type, shape, draw, generator, device);
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

/**
 * Uniform in [0, 1). rand(2, 3) or rand([2, 3]), float32 by default. Errors: integers. Source:
 * torch.rand.
 */
export const rand = define(
  'rand',
  '...size | * dtype device requires_grad generator',
  bySize('rand', uniform) as Draw,
);
/**
 * Standard normal. randn(2, 3) or randn([2, 3]), float32 by default. Errors: integers. Source:
 * torch.randn.
 */
export const randn = define(
  'randn',
  '...size | * dtype device requires_grad generator',
  bySize('randn', normal) as Draw,
);
/**
 * Uniform in [0, 1) in x's shape, dtype and device, drawn in the order of x's memory. Source:
 * torch.rand_like.
 */
export const randLike = define('randLike', 'input | * dtype device requires_grad generator', ((
  x: Tensor,
  o: RandomOptions = {},
) => drawnLike('rand', x, o, uniform)) as DrawLike);
/** Standard normal, as randLike. Source: torch.randn_like. */
export const randnLike = define('randnLike', 'input | * dtype device requires_grad generator', ((
  x: Tensor,
  o: RandomOptions = {},
) => drawnLike('randn', x, o, normal)) as DrawLike);

/** As many numbers as `x` has, in the order of its memory, laid out as a copy of it. */
function drawnLike(name: string, x: Tensor, options: RandomOptions, fill: Fill): Tensor {
  const layout = copyLayout(x);
  const own = { dtype: x.dtype, device: x.device, ...options };
  if (layout === null) return drawn(name, x.shape, own, fill);
  const order = slowestFirst(x.shape, layout);
  const shape = order.map((axis) => x.shape[axis]!);
  const { node } = drawn(name, shape, { ...own, requiresGrad: false }, fill);
  return finished(inOrder(node, order), own, layout);
}

type Whole = number | bigint;

/**
 * Whole numbers of [low, high): randint(high, size) or randint(low,
 * high, size); int64. Source: torch.randint.
 */
export const randint = define(
  'randint',
  'low high size? | * dtype device requires_grad generator',
  ((
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
  }) as RandInt,
);

/** 0 .. n-1 in random order, int64. Source: torch.randperm. */
export const randperm = define('randperm', 'n | * dtype device requires_grad generator', ((
  n: number,
  options: RandomOptions = {},
) => {
  if (n < 0) throw new RangeError(`randperm: n must be non-negative, got ${n}`);
  const fill: Fill = (out, g) => fillRandperm(out, g, options.dtype ?? 'int64');
  return drawn('randperm', [n], options, fill, 'int64');
}) as RandPerm);

/** Normal numbers: normal(mean, std, size), or means and stds as tensors. Source: torch.normal. */
export const normalOf = define(
  'normal',
  'mean std? size? | * generator',
  (
    mean: number | Tensor,
    std: number | Tensor = 1,
    size?: readonly number[] | null,
    options: { generator?: Generator | null } = {},
  ) => {
    const isPlain = !(mean instanceof Tensor) && !(std instanceof Tensor);
    if (isPlain !== (size != null)) {
      throw new TypeError(
        'normal: two numbers need a size, and a tensor has one: write normal(mean, std, size) or ' +
          'normal(means, stds)',
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
    const standard = drawn(
      'randn',
      shape,
      { ...options, dtype: like.dtype, device: like.device },
      normal,
    );
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

/**
 * Zeros and ones with the probabilities of the tensor, or all with `p`. Source: torch.bernoulli.
 */
export const bernoulli = method(
  'bernoulli',
  'p:fixed? | * generator',
  (p: Tensor, chance?: number | null, options: RandomOptions = {}) => {
    const generator = options.generator ?? defaultGenerator;
    if (chance != null) {
      const same = (out: TypedArray) => fillBernoulli(out, generator, chance);
      return fromNode(drawnNode('bernoulli', p.dtype, p.shape, same, generator, p.device));
    }
    if (!isFloating(p.dtype)) throw new Error(`bernoulli: not implemented for ${p.dtype} tensors`);
    if (!isReadable(p)) return fromNode(unmoved(bernoulliLater(p, p.dtype, generator), p.node));
    const probabilities = dataSync(p, 'bernoulli') as FloatArray;
    const fill = (out: TypedArray) => fillBernoulliFrom(out, generator, probabilities);
    return fromNode(
      unmoved(drawnNode('bernoulli', p.dtype, p.shape, fill, generator, p.device), p.node),
    );
  },
);

/** A draw with a history: the gradient of its chances is 0. */
function unmoved(draw: Node, chances: Node): Node {
  if (chances.history === null) return draw;
  const node = add(draw, withNumber('MUL', chances, 0));
  return differentiated('bernoulli', node, [chances], (g) => [constantLike(g, 0)], false);
}

/**
 * Indices drawn by weight: input [K] or [N, K] gives [numSamples] or [N, numSamples]. Without
 * replacement by default. Errors: integers, more than 2 dims. Source: torch.multinomial.
 */
export const multinomial = method(
  'multinomial',
  'num_samples replacement? | * generator',
  (x: Tensor, samples: number, replacement = false, options: RandomOptions = {}) => {
    const generator = options.generator ?? defaultGenerator;
    if (!isFloating(x.dtype) || x.ndim < 1 || x.ndim > 2) {
      throw new Error(
        `multinomial: expected floating weights of 1 or 2 dimensions, got ${x.dtype} ` +
          `${showShape(x.shape)}`,
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
    return fromNode(drawnNode('multinomial', 'int64', shape, fill, generator, x.device));
  },
);
