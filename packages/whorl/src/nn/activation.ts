// Activation layers: the functions of nn.functional as modules, with PyTorch's reprs.
// One line per layer says its function, its options with their defaults, and what its repr shows.

import { bound } from '../tensor/arguments/bound.js';
import { full } from '../operators/create/create.js';
import type { Tensor } from '../tensor/tensor.js';
import type { AnyShape, Same } from '../tensor/types/index.js';
import { snakeCase } from '../tensor/define.js';
import * as F from '../operators/nn/index.js';
import { Layer } from './module/layer.js';
import { Parameter } from './module/parameter.js';
import { pythonFloat } from './module/python-text.js';

abstract class Plain extends Layer<Same> {}

interface InPlace {
  inplace?: boolean;
}

const reluArguments = bound<[InPlace]>()('ReLU', '| inplace');

/** max(0, x). Source: torch.nn.ReLU. */
export class ReLU extends Plain {
  readonly inplace: boolean;
  constructor(options?: InPlace | boolean);
  constructor(...given: unknown[]) {
    super();
    const [{ inplace = false }] = reluArguments(given);
    this.inplace = inplace;
  }
  protected run(x: Tensor): Tensor {
    return F.relu(x, { inplace: this.inplace });
  }
  override extraRepr(): string {
    return this.inplace ? 'inplace=True' : '';
  }
}

/**
 * A layer whose options are numbers, and its class. Written out: a declaration file cannot infer
 * them.
 */
export interface NumericLayer<O> extends Layer<Same> {
  readonly options: O;
}
export type NumericClass<O> = new (
  ...args: (number | boolean | (Partial<O> & InPlace))[]
) => NumericLayer<O>;

/** What a repr shows; an empty text where PyTorch's says nothing of writing in place. */
const written = (inplace: boolean): string => (inplace ? 'inplace=True' : '');
const silent = (): string => '';

/**
 * A layer class whose options are numbers passed on in order, and whether to write in place where
 * it can.
 */
function numeric<O extends Record<string, number>>(
  name: string,
  defaults: O,
  fn: (x: Tensor, ...args: never[]) => Tensor,
  repr: (o: O) => string,
  inPlace?: (inplace: boolean) => string,
): NumericClass<O> {
  const keys = Object.keys(defaults);
  const last = inPlace === undefined ? '' : ' inplace';
  const numbers = keys.map((key) => `${snakeCase(key)}:number`);
  const bind = bound<[Partial<O> & InPlace]>()(name, `| ${numbers.join(' ')}${last}` as string);
  const Made = class extends Plain {
    readonly options: O;
    readonly inplace: boolean;
    constructor(...args: unknown[]) {
      super();
      const [{ inplace = false, ...given }] = bind(args);
      this.options = { ...defaults, ...(given as Partial<O>) };
      this.inplace = inplace;
    }
    protected run(x: Tensor): Tensor {
      const numbers = keys.map((key) => this.options[key]);
      return (fn as (...args: unknown[]) => Tensor)(
        x,
        ...numbers,
        ...(this.inplace ? [{ inplace: true }] : []),
      );
    }
    override extraRepr(): string {
      return [repr(this.options), inPlace?.(this.inplace) ?? ''].filter(Boolean).join(', ');
    }
  };
  Object.defineProperty(Made, 'name', { value: name });
  return Made as unknown as NumericClass<O>;
}

const bare = (
  name: string,
  fn: (x: Tensor) => Tensor,
  inPlace?: (inplace: boolean) => string,
): NumericClass<object> => numeric(name, {}, fn, () => '', inPlace) as NumericClass<object>;

/** x where x > 0, else 0.01 x. Source: torch.nn.LeakyReLU. */
export const LeakyReLU = numeric(
  'LeakyReLU',
  { negativeSlope: 0.01 },
  F.leakyRelu,
  (o) => `negative_slope=${pythonFloat(o.negativeSlope)}`,
  written,
);
/** min(max(0, x), 6). */
export const ReLU6 = bare('ReLU6', F.relu6, written);
/** x where x > 0, else alpha (exp(x) - 1). */
export const ELU = numeric(
  'ELU',
  { alpha: 1 },
  F.elu,
  (o) => `alpha=${pythonFloat(o.alpha)}`,
  written,
);
/** The self-normalising ELU. */
export const SELU = bare('SELU', F.selu, written);
/** max(0, x) + min(0, alpha (exp(x / alpha) - 1)). */
export const CELU = numeric(
  'CELU',
  { alpha: 1 },
  F.celu,
  (o) => `alpha=${pythonFloat(o.alpha)}`,
  written,
);
/** x sigmoid(x). */
export const SiLU = bare('SiLU', F.silu, written);
/** x tanh(softplus(x)). */
export const Mish = bare('Mish', F.mish, written);
/** The hyperbolic tangent. */
export const Tanh = bare('Tanh', F.tanh);
/** 1 / (1 + exp(-x)). */
export const Sigmoid = bare('Sigmoid', F.sigmoid);
/** log(sigmoid(x)). */
export const LogSigmoid = bare('LogSigmoid', F.logsigmoid);
/** log(1 + exp(beta x)) / beta. */
export const Softplus = numeric(
  'Softplus',
  { beta: 1, threshold: 20 },
  F.softplus,
  (o) => `beta=${pythonFloat(o.beta)}, threshold=${pythonFloat(o.threshold)}`,
);
/** x / (1 + |x|). */
export const Softsign = bare('Softsign', F.softsign);
/** x between minVal and maxVal. */
export const Hardtanh = numeric(
  'Hardtanh',
  { minVal: -1, maxVal: 1 },
  F.hardtanh,
  (o) => `min_val=${pythonFloat(o.minVal)}, max_val=${pythonFloat(o.maxVal)}`,
  written,
);
/** x relu6(x + 3) / 6. */
export const Hardswish = bare('Hardswish', F.hardswish, silent);
/** relu6(x + 3) / 6. */
export const Hardsigmoid = bare('Hardsigmoid', F.hardsigmoid, silent);
/** Shrinks towards 0 by lambd. */
export const Softshrink = numeric('Softshrink', { lambd: 0.5 }, F.softshrink, (o) =>
  String(o.lambd),
);
/** 0 within lambd of 0. */
export const Hardshrink = numeric('Hardshrink', { lambd: 0.5 }, F.hardshrink, (o) =>
  String(o.lambd),
);
/** x - tanh(x). */
export const Tanhshrink = bare('Tanhshrink', F.tanhshrink);

/** x where x > threshold, else value. Source: torch.nn.Threshold. */
export const Threshold = numeric(
  'Threshold',
  { threshold: 0, value: 0 },
  F.threshold as never,
  (o) => `threshold=${o.threshold}, value=${pythonFloat(o.value)}`,
  written,
);

const geluArguments = bound<[{ approximate?: 'none' | 'tanh' }]>()('GELU', '| approximate');

/** The Gaussian error linear unit, exact or by tanh. Source: torch.nn.GELU. */
export class GELU extends Plain {
  readonly approximate: 'none' | 'tanh';
  constructor(options?: { approximate?: 'none' | 'tanh' } | 'none' | 'tanh');
  constructor(...given: unknown[]) {
    super();
    const [{ approximate = 'none' }] = geluArguments(given);
    this.approximate = approximate;
  }
  protected run(x: Tensor): Tensor {
    return F.gelu(x, { approximate: this.approximate });
  }
  override extraRepr(): string {
    return `approximate='${this.approximate}'`;
  }
}

/** A layer over one dim, and its class. */
export interface AlongLayer extends Layer<Same> {
  /** null: the first dim of at most one or of three dims, else the second, as PyTorch has it. */
  readonly dim: number | null;
}
export type AlongClass = new (dim?: number | { dim?: number }) => AlongLayer;

function along(name: string, fn: (x: Tensor, dim?: number) => Tensor): AlongClass {
  const bind = bound<[number | undefined]>()(name, 'dim?');
  const Made = class extends Plain {
    readonly dim: number | null;
    constructor(...given: unknown[]) {
      super();
      this.dim = bind(given)[0] ?? null;
    }
    protected run(x: Tensor): Tensor {
      return fn(x, this.dim ?? undefined);
    }
    override extraRepr(): string {
      return `dim=${this.dim ?? 'None'}`;
    }
  };
  Object.defineProperty(Made, 'name', { value: name });
  return Made;
}

/** exp(x) / sum(exp(x)) along dim. */
export const Softmax = along('Softmax', F.softmax);
/** log(softmax(x)) along dim. */
export const LogSoftmax = along('LogSoftmax', F.logSoftmax);
/** softmax(-x) along dim. */
export const Softmin = along('Softmin', F.softmin);

const gluArguments = bound<[number | undefined]>()('GLU', 'dim?');

/** The first half times the sigmoid of the second, along dim. Source: torch.nn.GLU. */
export class GLU extends Layer<AnyShape> {
  readonly dim: number;
  constructor(dim?: number | { dim?: number });
  constructor(...given: unknown[]) {
    super();
    const [dim = -1] = gluArguments(given);
    this.dim = dim;
  }
  protected run(x: Tensor): Tensor {
    return F.glu(x, this.dim);
  }
  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}

const preluArguments = bound<[number | undefined, { init?: number }]>()(
  'PReLU',
  'num_parameters? | init',
);

/** Leaky ReLU with a learned slope, 0.25 at first. Source: torch.nn.PReLU. */
export class PReLU extends Plain {
  readonly numParameters: number;
  weight: Parameter;
  constructor(numParameters?: number, options?: { init?: number } | number);
  constructor(...given: unknown[]) {
    super();
    const [numParameters = 1, { init = 0.25 }] = preluArguments(given);
    this.numParameters = numParameters;
    this.weight = new Parameter(full([numParameters], init));
  }
  protected run(x: Tensor): Tensor {
    return F.prelu(x, this.weight);
  }
  override extraRepr(): string {
    return `num_parameters=${this.numParameters}`;
  }
}
