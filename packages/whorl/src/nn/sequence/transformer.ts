// The encoder of a Transformer: self-attention and a small network for each place, with residual
// connections and layer norms.
// in:  [L, N, dModel] (batchFirst: [N, L, dModel]; or [L, dModel])     out: the same shape

import { bound } from '../../tensor/arguments/bound.js';
import { shown } from '../../tensor/arguments/show.js';
import type { DType } from '../../graph/dtype.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Input, Last, Output } from '../../tensor/types/index.js';
import { MultiheadAttention } from './attention.js';
import { ModuleList } from '../container.js';
import { copyOf } from '../module/copy.js';
import { Dropout } from '../dropout.js';
import { gelu } from '../../operators/nn/activation.js';
import { relu } from '../../operators/nn/piecewise.js';
import { LayerNorm } from '../layer-norm.js';
import { Layer } from '../module/layer.js';
import { Linear } from '../linear.js';
import { Module } from '../module/module.js';

export interface TransformerEncoderLayerOptions {
  /** features between the two linear maps, default 2048; also the third argument */
  dimFeedforward?: number;
  /** default 0.1 */
  dropout?: number;
  /** default 'relu' */
  activation?: 'relu' | 'gelu' | ((x: Tensor) => Tensor);
  /** default 1e-5 */
  layerNormEps?: number;
  /** inputs are [N, L, dModel]; default false: [L, N, dModel] */
  batchFirst?: boolean;
  /** norms stand in front of attention and network rather than behind, default false */
  normFirst?: boolean;
  /** whether linear maps and norms have biases, default true */
  bias?: boolean;
}

export interface LayerMasks {
  /** [L, L] or [N * heads, L, L]: bool, true where a place may not look; or numbers to add */
  srcMask?: Tensor | null;
  /** [N, L]: bool, true for places to leave out; or numbers to add */
  srcKeyPaddingMask?: Tensor | null;
  /** a place looks at no later one, default false */
  isCausal?: boolean;
}

const layerArguments = bound<[number, number, TransformerEncoderLayerOptions]>()(
  'TransformerEncoderLayer',
  'd_model nhead | dim_feedforward dropout activation layer_norm_eps batch_first norm_first ' +
    'bias:bool',
);
const encoderArguments = bound<[unknown, number, TransformerEncoderOptions]>()(
  'TransformerEncoder',
  'encoder_layer:object num_layers | norm:object?',
);
const layerForward = bound<[Tensor, LayerMasks]>()(
  'TransformerEncoderLayer.forward',
  'src:tensor | src_mask src_key_padding_mask is_causal',
);
const encoderForward = bound<[Tensor, EncoderMasks]>()(
  'TransformerEncoder.forward',
  'src:tensor | mask:tensor? src_key_padding_mask is_causal',
);
const functions = { relu: (x: Tensor) => relu(x), gelu: (x: Tensor) => gelu(x) };

type Features<D extends number, Name extends string> = Last<D, D, `${Name}(${D})`>;
type LayerRule<D extends number> = Features<D, 'TransformerEncoderLayer'>;

/**
 * x + attention(x) and x + network(x), each with dropout and a norm. Fields have PyTorch's names:
 * self_attn, linear1, linear2, norm1, norm2.
 * Vaswani et al. 2017; normFirst: Xiong et al. 2020. Source: torch.nn.TransformerEncoderLayer.
 */
export class TransformerEncoderLayer<const D extends number = number> extends Layer<LayerRule<D>> {
  readonly self_attn: MultiheadAttention;
  readonly linear1: Linear;
  readonly dropout: Dropout;
  readonly linear2: Linear;
  readonly normFirst: boolean;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly dropout1: Dropout;
  readonly dropout2: Dropout;
  private readonly activation: (x: Tensor) => Tensor;

  readonly dModel: D;
  readonly nhead: number;

  constructor(
    dModel: D,
    nhead: number,
    dimFeedforward?: number | TransformerEncoderLayerOptions,
    options?: TransformerEncoderLayerOptions | number,
  );
  constructor(...args: unknown[]) {
    super();
    const [dModel, nhead, given] = layerArguments(args);
    this.dModel = dModel as D;
    this.nhead = nhead;
    const { dropout = 0.1, activation = 'relu', bias = true, batchFirst = false } = given;
    const width = given.dimFeedforward ?? 2048;
    const eps = given.layerNormEps ?? 1e-5;
    if (typeof activation === 'string' && !(activation in functions)) {
      throw new RangeError(
        `TransformerEncoderLayer: activation should be relu, gelu or a function, not ${activation}`,
      );
    }
    this.self_attn = new MultiheadAttention(dModel, nhead, { dropout, bias, batchFirst });
    this.linear1 = new Linear(dModel, width, { bias }) as Linear;
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(width, dModel, { bias }) as Linear;
    this.normFirst = given.normFirst ?? false;
    this.norm1 = new LayerNorm(dModel, { eps, bias }) as unknown as LayerNorm;
    this.norm2 = new LayerNorm(dModel, { eps, bias }) as unknown as LayerNorm;
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.activation = typeof activation === 'string' ? functions[activation] : activation;
  }

  get selfAttn(): MultiheadAttention {
    return this.self_attn;
  }

  override forward<S extends number[], E extends DType>(
    src: Input<LayerRule<D>, S, Tensor<S, E>>,
    masks?: LayerMasks,
  ): Tensor<Output<LayerRule<D>, S>, E>;
  override forward(...given: unknown[]): never {
    const [src, masks] = layerForward(given);
    return this.encode(src, masks) as never;
  }

  protected run(x: Tensor): Tensor {
    return this.encode(x, {});
  }

  private encode(x: Tensor, masks: LayerMasks): Tensor {
    const [norm1, norm2] = [this.norm1, this.norm2].map((norm) => through(norm)) as [Map1, Map1];
    if (this.normFirst) {
      const mixed = x.add(this.attention(norm1(x), masks)) as Tensor;
      return mixed.add(this.network(norm2(mixed))) as Tensor;
    }
    const mixed = norm1(x.add(this.attention(x, masks)) as Tensor);
    return norm2(mixed.add(this.network(mixed)) as Tensor);
  }

  private attention(x: Tensor, { srcMask, srcKeyPaddingMask, isCausal }: LayerMasks): Tensor {
    const [output] = this.self_attn.forward(x, x, x, {
      attnMask: srcMask ?? null,
      keyPaddingMask: srcKeyPaddingMask ?? null,
      isCausal: isCausal ?? false,
      needWeights: false,
    });
    return through(this.dropout1)(output);
  }

  private network(x: Tensor): Tensor {
    const inner = this.activation(through(this.linear1)(x));
    const outer = through(this.linear2)(through(this.dropout)(inner));
    return through(this.dropout2)(outer);
  }
}

type Map1 = (x: Tensor) => Tensor;
/** A layer's forward without the types of shapes. */
const through =
  (layer: unknown): Map1 =>
  (x) =>
    (layer as { forward(x: Tensor): Tensor }).forward(x);

export interface TransformerEncoderOptions {
  /** a last norm, default none */
  norm?: Module | null;
}

export interface EncoderMasks extends Omit<LayerMasks, 'srcMask'> {
  /** as srcMask of a layer */
  mask?: Tensor | null;
}

/**
 * numLayers copies of encoderLayer, which all start with its parameters, one after the other.
 * Source: torch.nn.TransformerEncoder.
 */
export class TransformerEncoder<const D extends number = number> extends Layer<
  Features<D, 'TransformerEncoder'>
> {
  readonly layers: ModuleList<TransformerEncoderLayer<D>>;
  readonly norm: Module | null;

  readonly numLayers: number;

  constructor(
    encoderLayer: TransformerEncoderLayer<D>,
    numLayers: number,
    options?: TransformerEncoderOptions | Module | null,
  );
  constructor(...given: unknown[]) {
    super();
    const [encoderLayer, numLayers, options] = encoderArguments(given);
    this.numLayers = numLayers;
    if (!(encoderLayer instanceof Module)) {
      throw new TypeError(
        `TransformerEncoder: argument 'encoderLayer' must be a Module, got ${shown(encoderLayer)}`,
      );
    }
    const layer = encoderLayer as TransformerEncoderLayer<D>;
    const copies = Array.from({ length: numLayers }, () => copyOf(layer));
    this.layers = new ModuleList(copies);
    this.norm = options.norm ?? null;
  }

  override forward<S extends number[], E extends DType>(
    src: Input<Features<D, 'TransformerEncoder'>, S, Tensor<S, E>>,
    masks?: EncoderMasks,
  ): Tensor<Output<Features<D, 'TransformerEncoder'>, S>, E>;
  override forward(...given: unknown[]): never {
    const [src, { mask: srcMask = null, ...rest }] = encoderForward(given);
    let x = src;
    for (const layer of this.layers) {
      x = layer.forward(x as never, { srcMask, ...rest }) as unknown as Tensor;
    }
    return (this.norm === null ? x : through(this.norm)(x)) as never;
  }

  protected run(x: Tensor): Tensor {
    return this.forward(x as never) as unknown as Tensor;
  }
}
