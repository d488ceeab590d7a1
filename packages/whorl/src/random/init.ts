// The initialisers of nn.init that draw numbers, on the memory of a new parameter.
// in:  a shape and the rule's parameters     out: the array, filled in order
//
// Every bound and std is computed in double, in PyTorch's order of operations, because its last
// bit decides the last bit of every weight.

import { defaultGenerator } from './default.js';
import { permutation } from './integers.js';
import { fillNormal } from './normal.js';
import { fillUniform } from './uniform.js';
import type { FloatArray } from './elements.js';
import type { Generator } from './generator.js';

export type Nonlinearity =
  | 'linear'
  | 'conv1d'
  | 'conv2d'
  | 'conv3d'
  | 'conv_transpose1d'
  | 'conv_transpose2d'
  | 'conv_transpose3d'
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'leaky_relu'
  | 'selu';

export type FanMode = 'fan_in' | 'fan_out';

const gains: Record<Nonlinearity, (slope: number) => number> = {
  linear: () => 1,
  conv1d: () => 1,
  conv2d: () => 1,
  conv3d: () => 1,
  conv_transpose1d: () => 1,
  conv_transpose2d: () => 1,
  conv_transpose3d: () => 1,
  sigmoid: () => 1,
  tanh: () => 5 / 3,
  relu: () => Math.sqrt(2),
  leaky_relu: (slope) => Math.sqrt(2 / (1 + slope ** 2)),
  selu: () => 3 / 4,
};

/** nn.init.calculate_gain; `slope` is leaky_relu's, 0.01 by default. */
export function calculateGain(nonlinearity: Nonlinearity, slope = 0.01): number {
  const gain = gains[nonlinearity];
  if (gain === undefined) throw new Error(`Unsupported nonlinearity ${nonlinearity}`);
  return gain(slope);
}

/** nn.init._calculate_fan_in_and_fan_out. Throws for fewer than two dimensions. */
export function calculateFans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  if (shape.length < 2) {
    throw new Error(
      'Fan in and fan out can not be computed for tensor with fewer than ' +
        `2 dimensions, but got shape [${shape.join(', ')}]`,
    );
  }
  const field = shape.slice(2).reduce((product, size) => product * size, 1);
  return { fanIn: shape[1] * field, fanOut: shape[0] * field };
}

export interface KaimingOptions {
  /** The slope of leaky_relu; 0 by default. */
  a?: number;
  mode?: FanMode;
  nonlinearity?: Nonlinearity;
}

/** The std of nn.init.kaiming_normal_; the uniform bound is sqrt(3) times as much. */
export function kaimingStd(shape: readonly number[], options: KaimingOptions = {}): number {
  const { a = 0, mode = 'fan_in', nonlinearity = 'leaky_relu' } = options;
  if (mode !== 'fan_in' && mode !== 'fan_out') {
    throw new Error(`Mode ${mode} not supported, please use one of fan_in, fan_out`);
  }
  const { fanIn, fanOut } = calculateFans(shape);
  return calculateGain(nonlinearity, a) / Math.sqrt(mode === 'fan_in' ? fanIn : fanOut);
}

/** The std of nn.init.xavier_normal_; the uniform bound is sqrt(3) times as much. */
export function xavierStd(shape: readonly number[], gain = 1): number {
  const { fanIn, fanOut } = calculateFans(shape);
  return gain * Math.sqrt(2 / (fanIn + fanOut));
}

/** nn.init.kaiming_uniform_: uniform in +-sqrt(3) * gain / sqrt(fan) (He et al. 2015). */
export function fillKaimingUniform(
  out: FloatArray,
  generator: Generator,
  shape: readonly number[],
  options: KaimingOptions = {},
): void {
  const bound = Math.sqrt(3) * kaimingStd(shape, options);
  fillUniform(out, generator, -bound, bound);
}

/** nn.init.kaiming_normal_. `contiguous` as in fillNormal. */
export function fillKaimingNormal(
  out: FloatArray,
  generator: Generator,
  shape: readonly number[],
  options: KaimingOptions = {},
  contiguous = true,
): void {
  fillNormal(out, generator, 0, kaimingStd(shape, options), contiguous);
}

/** nn.init.xavier_uniform_: +-sqrt(3) * gain * sqrt(2 / (in + out)) (Glorot and Bengio 2010). */
export function fillXavierUniform(
  out: FloatArray,
  generator: Generator,
  shape: readonly number[],
  gain = 1,
): void {
  const bound = Math.sqrt(3) * xavierStd(shape, gain);
  fillUniform(out, generator, -bound, bound);
}

/** nn.init.xavier_normal_. `contiguous` as in fillNormal. */
export function fillXavierNormal(
  out: FloatArray,
  generator: Generator,
  shape: readonly number[],
  gain = 1,
  contiguous = true,
): void {
  fillNormal(out, generator, 0, xavierStd(shape, gain), contiguous);
}

/** The weight of a new Linear or ConvNd: kaiming_uniform_ with a = sqrt(5). */
export function fillLayerWeight(
  out: FloatArray,
  generator: Generator,
  shape: readonly number[],
): void {
  fillKaimingUniform(out, generator, shape, { a: Math.sqrt(5) });
}

/** The bias of a new Linear or ConvNd: uniform in +-1 / sqrt(fanIn) of its weight. */
export function fillLayerBias(
  out: FloatArray,
  generator: Generator,
  weightShape: readonly number[],
): void {
  const { fanIn } = calculateFans(weightShape);
  const bound = fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0;
  if (fanIn > 0) fillUniform(out, generator, -bound, bound);
}

/**
 * nn.init.sparse_ on a row-major [rows, cols] array (Martens 2010): normal, then in each column
 * ceil(sparsity * rows) zeros, whose places PyTorch draws from the default generator always.
 */
export function fillSparse(
  out: FloatArray,
  generator: Generator,
  shape: readonly number[],
  sparsity: number,
  std = 0.01,
): void {
  if (shape.length !== 2) throw new Error('Only tensors with 2 dimensions are supported');
  const [rows, cols] = shape;
  const zeros = Math.ceil(sparsity * rows);
  fillNormal(out, generator, 0, std);
  for (let column = 0; column < cols; column++) {
    const order = permutation(rows, defaultGenerator);
    for (const row of order.subarray(0, zeros)) out[row * cols + column] = 0;
  }
}
