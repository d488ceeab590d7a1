// Layers that map features: Linear, Bilinear, Identity, Flatten.

import { bound, demandNoMore } from '../tensor/arguments/bound.js';
import { empty } from '../operators/create/create.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Flattened, Last, Same } from '../tensor/types/index.js';
import { bilinear, linear } from '../operators/nn/linear.js';
import { kaimingUniform_, uniform_ } from './init.js';
import { Layer } from './module/layer.js';
import { Module } from './module/module.js';
import { Parameter } from './module/parameter.js';

export interface BiasOptions {
  bias?: boolean;
}

const linearArguments = bound<[number, number, BiasOptions]>()(
  'Linear',
  'in_features out_features | bias:bool',
);
const bilinearArguments = bound<[number, number, number, BiasOptions]>()(
  'Bilinear',
  'in1_features in2_features out_features | bias:bool',
);
const flattenArguments = bound<[number?, number?]>()('Flatten', 'start_dim? end_dim?');

function checkFeatures(name: string, ...sizes: readonly number[]): void {
  for (const size of sizes) {
    if (!Number.isInteger(size) || size < 0) {
      throw new RangeError(`${name}: features must be whole numbers from 0 up, got ${size}`);
    }
  }
}

/**
 * y = x W^T + b. input: [*, inFeatures], gives [*, outFeatures].
 * weight: [outFeatures, inFeatures], drawn from U(-1/sqrt(in), 1/sqrt(in)), then bias likewise.
 * Source: torch.nn.Linear.
 */
export class Linear<const I extends number = number, const O extends number = number> extends Layer<
  Last<I, O, `Linear(${I}, ${O})`>
> {
  weight: Parameter<[O, I], 'float32'>;
  bias: Parameter<[O], 'float32'> | null;

  readonly inFeatures: I;
  readonly outFeatures: O;

  constructor(inFeatures: I, outFeatures: O, options?: BiasOptions | boolean);
  constructor(...given: unknown[]) {
    super();
    const [inFeatures, outFeatures, { bias = true }] = linearArguments(given);
    this.inFeatures = inFeatures as I;
    this.outFeatures = outFeatures as O;
    checkFeatures('Linear', inFeatures, outFeatures);
    this.weight = new Parameter(empty(outFeatures, inFeatures)) as unknown as Parameter<
      [O, I],
      'float32'
    >;
    this.bias = bias
      ? (new Parameter(empty(outFeatures)) as unknown as Parameter<[O], 'float32'>)
      : null;
    this.resetParameters();
  }

  /** Draws the parameters anew. */
  resetParameters(): void {
    kaimingUniform_(this.weight as unknown as Tensor, { a: Math.sqrt(5) });
    const bound = this.inFeatures > 0 ? 1 / Math.sqrt(this.inFeatures) : 0;
    if (this.bias !== null) uniform_(this.bias as unknown as Tensor, 0 - bound, bound);
  }

  protected run(x: Tensor): Tensor {
    return linear(x, this.weight as unknown as Tensor, this.bias as unknown as Tensor | null);
  }

  override extraRepr(): string {
    return (
      `in_features=${this.inFeatures}, out_features=${this.outFeatures}, ` +
      `bias=${this.bias === null ? 'False' : 'True'}`
    );
  }
}

/** y = x1^T A x2 + b. Source: torch.nn.Bilinear. */
export class Bilinear extends Module {
  weight: Parameter;
  bias: Parameter | null;

  readonly in1Features: number;
  readonly in2Features: number;
  readonly outFeatures: number;

  constructor(
    in1Features: number,
    in2Features: number,
    outFeatures: number,
    options?: BiasOptions | boolean,
  );
  constructor(...given: unknown[]) {
    super();
    const [in1Features, in2Features, outFeatures, { bias = true }] = bilinearArguments(given);
    this.in1Features = in1Features;
    this.in2Features = in2Features;
    this.outFeatures = outFeatures;
    checkFeatures('Bilinear', in1Features, in2Features, outFeatures);
    this.weight = new Parameter(empty(outFeatures, in1Features, in2Features));
    this.bias = bias ? new Parameter(empty(outFeatures)) : null;
    if (in1Features === 0)
      throw new RangeError('Bilinear: in1Features must be > 0, but got in1Features=0');
    const bound = 1 / Math.sqrt(in1Features);
    uniform_(this.weight, -bound, bound);
    if (this.bias !== null) uniform_(this.bias, -bound, bound);
  }

  /** input1: [*, in1], input2: [*, in2]; gives [*, out]. */
  forward(input1: Tensor, input2: Tensor): Tensor;
  forward(input1: Tensor, input2: Tensor, ...surplus: unknown[]): Tensor {
    demandNoMore('Bilinear.forward', surplus, 2);
    return bilinear(input1, input2, this.weight, this.bias);
  }

  override extraRepr(): string {
    return (
      `in1_features=${this.in1Features}, in2_features=${this.in2Features}, ` +
      `out_features=${this.outFeatures}, bias=${this.bias === null ? 'False' : 'True'}`
    );
  }
}

/** Gives back what it gets; takes any arguments, as in PyTorch. Source: torch.nn.Identity. */
export class Identity extends Layer<Same> {
  constructor(..._ignored: unknown[]) {
    super();
  }

  protected run(x: Tensor): Tensor {
    return x;
  }
}

/** Merges dims startDim..endDim into one (default: all but the batch). Source: torch.nn.Flatten. */
export class Flatten<const F extends number = 1, const T extends number = -1> extends Layer<
  Flattened<F, T>
> {
  readonly startDim: F;
  readonly endDim: T;

  constructor(startDim?: F, endDim?: T);
  constructor(...given: unknown[]) {
    super();
    const [startDim = 1, endDim = -1] = flattenArguments(given);
    this.startDim = startDim as F;
    this.endDim = endDim as T;
  }

  protected run(x: Tensor): Tensor {
    return x.flatten(this.startDim, this.endDim) as Tensor;
  }

  override extraRepr(): string {
    return `start_dim=${this.startDim}, end_dim=${this.endDim}`;
  }
}
