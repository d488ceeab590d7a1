// Tensors filled in place from a generator: uniform_, normal_, bernoulli_ and their kin.
// in:  a tensor, parameters, { generator }     out: the tensor, drawn in the order of its memory

import { drawn as drawnNode } from '../../capture/looking/draw.js';
import { permute } from '../../graph/movement.js';
import type { Node } from '../../graph/node.js';
import { isFloating, type TypedArray } from '../../graph/dtype.js';
import { fillBernoulli, fillBernoulliFrom } from '../../random/bernoulli.js';
import { defaultGenerator } from '../../random/default.js';
import {
  fillCauchy,
  fillExponential,
  fillGeometric,
  fillLogNormal,
} from '../../random/distributions.js';
import type { FloatArray } from '../../random/elements.js';
import type { Generator } from '../../random/generator.js';
import { beyond, fillRandint, fillRandom } from '../../random/integers.js';
import { fillNormal } from '../../random/normal.js';
import { fillUniform } from '../../random/uniform.js';
import { assign } from '../../tensor/assign.js';
import { method } from '../../tensor/define.js';
import { bernoulliLater } from './later-draws.js';
import { assertReplaceable } from '../../tensor/overlap.js';
import { dataSync, isReadable } from '../../tensor/read.js';
import { isContiguous, slowestFirst } from '../../tensor/strides.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Drawing } from './types.js';
import type { Methods } from '../../tensor/methods.js';
import type { Agrees } from '../../tensor/arguments/agrees.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    /** Uniform in [from, to), [0, 1) by default. Errors: integers. Source: Tensor.uniform_. */
    uniform_: Drawing<[from?: number, to?: number]>;
    /**
     * Normal with mean (0) and standard deviation (1). Sixteen or more elements in a dense
     * row-major tensor are drawn in another way than fewer, as in PyTorch. Errors: integers.
     * Source: Tensor.normal_.
     */
    normal_: Drawing<[mean?: number, std?: number]>;
    /**
     * Density lambd * exp(-lambd * x), lambd: 1 by default. Errors: integers. Source:
     * Tensor.exponential_.
     */
    exponential_: Drawing<[lambd?: number]>;
    /**
     * exp of normal numbers of mean (1) and std (2), those of the logarithm. Source:
     * Tensor.log_normal_.
     */
    logNormal_: Drawing<[mean?: number, std?: number]>;
    /** Around median (0) with half width sigma (1); there is no mean. Source: Tensor.cauchy_. */
    cauchy_: Drawing<[median?: number, sigma?: number]>;
    /**
     * The number of trials until the first success, from 1 up; each succeeds with p. Any dtype.
     * Source: Tensor.geometric_.
     */
    geometric_: Drawing<[p: number]>;
    /**
     * 1 with probability p (0.5), else 0; p: a number, or a tensor that expands to x. Any dtype.
     * Source: Tensor.bernoulli_.
     */
    bernoulli_: Drawing<[p?: number | Tensor]>;
    /**
     * Whole numbers of [from, to), [0, to) of one argument, or without any from 0 to the last that
     * the dtype counts up to exactly. Source: Tensor.random_.
     */
    random_: Drawing<[from?: number | bigint, to?: number | bigint]>;
  }
}

export type Fill = (out: TypedArray, generator: Generator, contiguous: boolean) => void;
type Whole = number | bigint;

/** Fills a tensor in the order of its memory, as PyTorch's iterator walks a dense tensor. */
export function fillInPlace(name: string, x: Tensor, fill: Fill, given?: Generator | null): Tensor {
  const generator = given ?? defaultGenerator;
  assertReplaceable(name, x);
  const order = memoryOrder(x);
  const isUsual = order === null && isContiguous(x.shape, x.strides);
  const shape = order === null ? x.shape : order.map((axis) => x.shape[axis]!);
  const draw = (out: TypedArray) => fill(out, generator, isUsual);
  const node = drawnNode(name, x.dtype, shape, draw, generator, x.device);
  assign(x, inOrder(node, order));
  return x;
}

/** What was drawn along `order`, its axes in their places again. */
export const inOrder = (node: Node, order: readonly number[] | null): Node =>
  order === null
    ? node
    : permute(
        node,
        order.map((_, i) => order.indexOf(i)),
      );

/**
 * Axes from the slowest to the fastest, as an iterator over the memory
 * takes them; null where that is row-major.
 */
export const memoryOrder = (x: Tensor): number[] | null =>
  x.layout === null ? null : slowestFirst(x.shape, x.strides);

interface Drawn {
  generator?: Generator | null;
}

/** Takes the parameters in their places; one that is left out has its own default. */
type Distribution = (out: never, generator: Generator, ...parameters: never[]) => void;

function filler<N extends keyof Methods, const S extends string>(
  name: N,
  signature: Agrees<Methods[N], S>,
  draw: Distribution,
  floats = true,
): void {
  const text = signature as string;
  const positional = text.split('|')[0]!.split(' ').filter(Boolean).length;
  method(name, signature as never, (x: Tensor, ...args: unknown[]) => {
    if (floats && !isFloating(x.dtype))
      throw new Error(`${name}: not implemented for ${x.dtype} tensors`);
    const { generator } = (args[positional] ?? {}) as Drawn;
    const places = Array.from({ length: positional }, (_, i) => args[i]) as never[];
    const fill: Fill = (out, g, contiguous) =>
      draw(out as never, g, ...places, contiguous as never);
    return fillInPlace(name, x, fill, generator);
  });
}

filler('uniform_', 'from:number? to:number? | * generator', fillUniform);
filler('normal_', 'mean:number? std:number? | * generator', fillNormal);
filler('exponential_', 'lambd? | * generator', fillExponential);
filler('logNormal_', 'mean:number? std:number? | * generator', fillLogNormal);
filler('cauchy_', 'median? sigma? | * generator', fillCauchy);
filler('geometric_', 'p:number | * generator', fillGeometric, false);

method(
  'bernoulli_',
  'p?:fixed/tensor | * generator',
  (x: Tensor, p: number | Tensor = 0.5, { generator }: Drawn = {}) => {
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
  (x: Tensor, from?: Whole, to?: Whole | null, { generator }: Drawn = {}) =>
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
