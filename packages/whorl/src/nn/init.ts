// nn.init: fills parameters in place, inside noGrad, with PyTorch's numbers.
// in:  a tensor and the scheme's parameters     out: the same tensor

import { within } from '../autograd/mode.js';
import { isFloating } from '../graph/dtype.js';
import type { FloatArray } from '../random/elements.js';
import type { Generator } from '../random/generator.js';
import {
  calculateFans as fansOf,
  calculateGain as gainOf,
  fillKaimingNormal,
  fillKaimingUniform,
  fillSparse,
  fillXavierNormal,
  fillXavierUniform,
  type KaimingOptions,
} from '../random/init.js';
import { fillNormal } from '../random/normal.js';
import { fillOrthogonal } from '../random/orthogonal.js';
import { fillTruncNormal, type TruncNormalOptions } from '../random/truncnormal.js';
import { fillUniform } from '../random/uniform.js';
import { takes } from '../tensor/arguments/bound.js';
import { define } from '../tensor/define.js';
import { fillInPlace } from '../operators/create/random-fill.js';
import { copyInto } from '../tensor/write.js';
import { eye } from '../operators/create/create.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * The numbers of inputs and outputs of a weight, or of its shape. Source:
 * nn.init._calculate_fan_in_and_fan_out.
 */
export const calculateFans = takes(
  'calculateFans',
  'tensor:tensor/ints',
  (weight: Tensor | readonly number[]): { fanIn: number; fanOut: number } =>
    fansOf('shape' in weight ? weight.shape : weight),
);

/**
 * What a nonlinearity takes from the spread of its input, made up for. Source:
 * nn.init.calculate_gain.
 */
export const calculateGain = takes('calculateGain', 'nonlinearity param:number?', gainOf);

interface Drawing {
  generator?: Generator | null;
}
interface Gain extends Drawing {
  gain?: number;
}
type Draw = (out: FloatArray, generator: Generator, contiguous: boolean) => void;

const fill = (name: string, x: Tensor, draw: Draw, { generator }: Drawing = {}): Tensor => {
  if (!isFloating(x.dtype)) throw new TypeError(`${name}: not implemented for ${x.dtype} tensors`);
  return within(false, () =>
    fillInPlace(name, x, (out, g, c) => draw(out as FloatArray, g, c), generator),
  );
};

const constantFill = (name: string, x: Tensor, value: number): Tensor =>
  within(false, () => copyInto(name, x, value));

/** Uniform in [a, b). Source: nn.init.uniform_. */
export const uniform_ = define(
  'init.uniform_',
  'tensor a? b? | generator',
  (x: Tensor, a: number = 0, b: number = 1, o?: Drawing) =>
    fill('uniform_', x, (out, g) => fillUniform(out, g, a, b), o),
);
/** Normal with mean and std. Source: nn.init.normal_. */
export const normal_ = define(
  'init.normal_',
  'tensor mean:number? std:number? | generator',
  (x: Tensor, mean: number = 0, std: number = 1, o?: Drawing) =>
    fill('normal_', x, (out, g, c) => fillNormal(out, g, mean, std, c), o),
);
/** Normal within [a, b]. Source: nn.init.trunc_normal_. */
export const truncNormal_ = define(
  'init.truncNormal_',
  'tensor | mean:number std:number a b generator',
  (x: Tensor, o: TruncNormalOptions & Drawing = {}) =>
    fill('truncNormal_', x, (out, g, c) => fillTruncNormal(out, g, o, c), o),
);
/** One value everywhere. */
export const constant_ = takes(
  'constant_',
  'tensor val:scalar',
  (x: Tensor, value: number): Tensor => constantFill('constant_', x, value),
);
export const zeros_ = takes(
  'zeros_',
  'tensor',
  (x: Tensor): Tensor => constantFill('zeros_', x, 0),
);
export const ones_ = takes('ones_', 'tensor', (x: Tensor): Tensor => constantFill('ones_', x, 1));
/** The identity matrix. Source: nn.init.eye_. */
export const eye_ = takes('eye_', 'tensor', (x: Tensor): Tensor => {
  if (x.ndim !== 2)
    throw new Error(`eye_: only tensors with 2 dimensions are supported, got ${x.ndim}`);
  return within(false, () =>
    copyInto('eye_', x, eye(x.shape[0]!, x.shape[1]!, { dtype: x.dtype })),
  );
});
/** Uniform of variance 2 / (in + out) times gain squared. Glorot and Bengio 2010. */
export const xavierUniform_ = define(
  'init.xavierUniform_',
  'tensor | gain generator',
  (x: Tensor, { gain = 1, ...o }: Gain = {}) =>
    fill('xavierUniform_', x, (out, g) => fillXavierUniform(out, g, x.shape, gain), o),
);
/** Normal of that variance. */
export const xavierNormal_ = define(
  'init.xavierNormal_',
  'tensor | gain generator',
  (x: Tensor, { gain = 1, ...o }: Gain = {}) =>
    fill('xavierNormal_', x, (out, g, c) => fillXavierNormal(out, g, x.shape, gain, c), o),
);

export interface KaimingSettings extends KaimingOptions, Drawing {}

/** Uniform that keeps the variance through ReLU layers. He et al. 2015. */
export const kaimingUniform_ = define(
  'init.kaimingUniform_',
  'tensor | a mode nonlinearity generator',
  (x: Tensor, o: KaimingSettings = {}) =>
    // as PyTorch: a layer without inputs has nothing to draw
    x.numel() === 0
      ? x
      : fill('kaimingUniform_', x, (out, g) => fillKaimingUniform(out, g, x.shape, o), o),
);
/** Normal of that variance. */
export const kaimingNormal_ = define(
  'init.kaimingNormal_',
  'tensor | a mode nonlinearity generator',
  (x: Tensor, o: KaimingSettings = {}) =>
    x.numel() === 0
      ? x
      : fill('kaimingNormal_', x, (out, g, c) => fillKaimingNormal(out, g, x.shape, o, c), o),
);
/** A (semi-)orthogonal matrix. Saxe et al. 2013. */
export const orthogonal_ = define(
  'init.orthogonal_',
  'tensor | gain generator',
  (x: Tensor, { gain = 1, ...o }: Gain = {}) =>
    fill('orthogonal_', x, (out, g) => fillOrthogonal(out, g, x.shape, gain), o),
);
export interface SparseOptions extends Drawing {
  sparsity: number;
  std?: number;
}

/** Normal with a share of zeros in each column. Martens 2010. */
export const sparse_ = define(
  'init.sparse_',
  'tensor | sparsity! std:number generator',
  (x: Tensor, { sparsity, std = 0.01, ...o }: SparseOptions) =>
    fill('sparse_', x, (out, g) => fillSparse(out, g, x.shape, sparsity, std), o),
);
