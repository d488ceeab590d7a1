// Recurrent layers over whole sequences: RNN, LSTM, GRU, in one or both directions, stacked.
// in:  [T, N, inputSize] (or [N, T, ...], or [T, ...]), an initial state     out: all hidden states
// of the last layer, and the last state of every layer

import { bound, demandNoMore } from '../../tensor/arguments/bound.js';
import { empty, zeros } from '../../operators/create/create.js';
import { cat, stack } from '../../operators/movement/join.js';
import type { Tensor } from '../../tensor/tensor.js';
import { dropout } from '../../operators/nn/dropout.js';
import { linear } from '../../operators/nn/linear.js';
import { uniform_ } from '../init.js';
import { Module, typeName } from '../module/module.js';
import { Parameter } from '../module/parameter.js';
import { pythonFloat } from '../module/python-text.js';
import { gruStep, lstmStep, rnnSteps, type State, type Step } from './recurrent-step.js';

export interface RecurrentOptions {
  /** layers on top of each other, default 1; also the third argument */
  numLayers?: number;
  /** default true */
  bias?: boolean;
  /** input and output are [N, T, ...]; default false: [T, N, ...] */
  batchFirst?: boolean;
  /** dropout of what goes from a layer to the next, default 0 */
  dropout?: number;
  /** a second pass from the end to the start, default false */
  bidirectional?: boolean;
}

type Settled = Required<RecurrentOptions>;

const places = 'bias:bool batch_first dropout bidirectional';
const rnnArguments = bound<[number, number, RNNOptions]>()(
  'RNN',
  `input_size hidden_size | num_layers nonlinearity ${places}`,
);
const lstmArguments = bound<[number, number, LSTMOptions]>()(
  'LSTM',
  `input_size hidden_size | num_layers ${places} proj_size`,
);
const gruArguments = bound<[number, number, RecurrentOptions]>()(
  'GRU',
  `input_size hidden_size | num_layers ${places}`,
);

/** The options with their defaults, checked. */
function settled<O extends RecurrentOptions>(name: string, given: O): O & Settled {
  const defaults = { bias: true, batchFirst: false, dropout: 0, bidirectional: false };
  const o = { numLayers: 1, ...defaults, ...given };
  if (!Number.isInteger(o.numLayers) || o.numLayers < 1) {
    throw new RangeError(`${name}: numLayers must be a whole number from 1 up, got ${o.numLayers}`);
  }
  if (!(o.dropout >= 0 && o.dropout <= 1)) {
    throw new RangeError(`${name}: dropout should be a number in [0, 1], got ${o.dropout}`);
  }
  return o;
}

/** The weights of one layer in one direction. */
interface Weights {
  inputs: Parameter;
  hidden: Parameter;
  inputBias: Parameter | null;
  hiddenBias: Parameter | null;
  projection: Parameter | null;
}

const show = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/**
 * Parameters have PyTorch's names: weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, with
 * _reverse behind them for the second direction; drawn from U(-1/sqrt(hidden), 1/sqrt(hidden)).
 */
abstract class Recurrent extends Module {
  readonly numLayers: number;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;

  constructor(
    private readonly step: Step,
    readonly inputSize: number,
    readonly hiddenSize: number,
    o: Settled,
    readonly projSize = 0,
  ) {
    super();
    this.numLayers = o.numLayers;
    this.batchFirst = o.batchFirst;
    this.dropout = o.dropout;
    this.bidirectional = o.bidirectional;
    for (let layer = 0; layer < o.numLayers; layer++) {
      for (let d = 0; d < this.directions; d++) this.makeWeights(layer, d, o.bias);
    }
  }

  private get directions(): number {
    return this.bidirectional ? 2 : 1;
  }

  /** Size of a hidden state. */
  private get outputSize(): number {
    return this.projSize || this.hiddenSize;
  }

  private nameOf(what: string, layer: number, direction: number): string {
    return `${what}_l${layer}${direction === 1 ? '_reverse' : ''}`;
  }

  private makeWeights(layer: number, direction: number, bias: boolean): void {
    const { hiddenSize, outputSize } = this;
    const rows = this.step.gates * hiddenSize;
    const width = layer === 0 ? this.inputSize : outputSize * this.directions;
    const bound = hiddenSize > 0 ? 1 / Math.sqrt(hiddenSize) : 0;
    const draw = (what: string, ...shape: number[]) => {
      const name = this.nameOf(what, layer, direction);
      const drawn = uniform_(empty(...shape), -bound, bound);
      (this as unknown as Record<string, Parameter>)[name] = new Parameter(drawn);
    };
    draw('weight_ih', rows, width);
    draw('weight_hh', rows, outputSize);
    if (bias) draw('bias_ih', rows);
    if (bias) draw('bias_hh', rows);
    if (this.projSize > 0) draw('weight_hr', this.projSize, hiddenSize);
  }

  private weights(layer: number, direction: number): Weights {
    const get = (what: string): Parameter | null =>
      (this as unknown as Record<string, Parameter>)[this.nameOf(what, layer, direction)] ?? null;
    return {
      inputs: get('weight_ih')!,
      hidden: get('weight_hh')!,
      inputBias: get('bias_ih'),
      hiddenBias: get('bias_hh'),
      projection: get('weight_hr'),
    };
  }

  /** All states of [T, N, ...], and each layer's and direction's last one. */
  protected unroll(input: Tensor, given: State | null): [Tensor, Tensor[]] {
    if ((input.ndim !== 2 && input.ndim !== 3) || input.shape.at(-1) !== this.inputSize) {
      throw new Error(
        `${typeName(this)}: expected a 2D or 3D input with ${this.inputSize} features in the ` +
          `last dim, got ${show(input.shape)}`,
      );
    }
    const single = input.ndim === 2;
    const turned = !single && this.batchFirst;
    let x = (single ? input.unsqueeze(1) : turned ? input.transpose(0, 1) : input) as Tensor;
    if (x.shape[0] === 0) throw new Error(`${typeName(this)}: expected a sequence longer than 0`);
    const start = this.startState(x, given, single);
    const last: State[] = [];
    for (let layer = 0; layer < this.numLayers; layer++) {
      if (layer > 0) x = dropout(x, this.dropout, this.training);
      const passes = Array.from({ length: this.directions }, (_, direction) => {
        const row = layer * this.directions + direction;
        const state = start.map((part) => part.select(0, row) as Tensor);
        return this.pass(x, this.weights(layer, direction), state, direction === 1);
      });
      for (const pass of passes) last.push(pass.last);
      x =
        passes.length === 1
          ? passes[0]!.all
          : (cat(
              passes.map((p) => p.all),
              -1,
            ) as Tensor);
    }
    const ends = start.map((_, i) => stack(last.map((state) => state[i]!)) as Tensor);
    const output = (single ? x.squeeze(1) : turned ? x.transpose(0, 1) : x) as Tensor;
    return [output, single ? ends.map((end) => end.squeeze(1) as Tensor) : ends];
  }

  /** The given state with a batch dim, or zeros. Errors: another shape. */
  private startState(x: Tensor, given: State | null, single: boolean): State {
    const rows = this.numLayers * this.directions;
    const sizes = [this.outputSize, this.hiddenSize].slice(0, this.step.states);
    return sizes.map((size, i) => {
      const shape = [rows, x.shape[1]!, size];
      if (given === null) return zeros(shape, { dtype: x.dtype, device: x.device }) as Tensor;
      const part = (single ? given[i]!.unsqueeze(1) : given[i]!) as Tensor;
      if (show(part.shape) === show(shape)) return part;
      const expected = single ? [rows, size] : shape;
      throw new Error(
        `${typeName(this)}: expected a state of size ${show(expected)}, got ` +
          `${show(given[i]!.shape)}`,
      );
    });
  }

  /** One layer in one direction. The inputs of all steps meet their weight in one product. */
  private pass(x: Tensor, w: Weights, start: State, backwards: boolean) {
    const projected = linear(x, w.inputs, w.inputBias);
    const length = x.shape[0]!;
    const all: Tensor[] = new Array(length);
    let state = start;
    for (let i = 0; i < length; i++) {
      const t = backwards ? length - 1 - i : i;
      const h = linear(state[0]!, w.hidden, w.hiddenBias);
      const [hidden, ...rest] = this.step.next(projected.select(0, t) as Tensor, h, state);
      state = [w.projection === null ? hidden! : linear(hidden!, w.projection), ...rest];
      all[t] = state[0]!;
    }
    return { all: stack(all) as Tensor, last: state };
  }

  override extraRepr(): string {
    const parts = [`${this.inputSize}, ${this.hiddenSize}`];
    if (this.projSize !== 0) parts.push(`proj_size=${this.projSize}`);
    if (this.numLayers !== 1) parts.push(`num_layers=${this.numLayers}`);
    if (this.weights(0, 0).inputBias === null) parts.push('bias=False');
    if (this.batchFirst) parts.push('batch_first=True');
    if (this.dropout !== 0) parts.push(`dropout=${pythonFloat(this.dropout)}`);
    if (this.bidirectional) parts.push('bidirectional=True');
    return parts.join(', ');
  }
}

export interface RNNOptions extends RecurrentOptions {
  /** default 'tanh' */
  nonlinearity?: 'tanh' | 'relu';
}

/** h' = tanh(W_ih x + b_ih + W_hh h + b_hh). Elman 1990. Source: torch.nn.RNN. */
export class RNN extends Recurrent {
  readonly nonlinearity: 'tanh' | 'relu';

  constructor(
    inputSize: number,
    hiddenSize: number,
    numLayers?: number | RNNOptions,
    nonlinearity?: RNNOptions | 'tanh' | 'relu',
    bias?: boolean,
    batchFirst?: boolean,
  );
  constructor(...given: unknown[]) {
    const [inputSize, hiddenSize, options] = rnnArguments(given);
    const o = settled('RNN', options);
    const { nonlinearity = 'tanh' } = o;
    if (!(nonlinearity in rnnSteps)) {
      throw new RangeError(`RNN: unknown nonlinearity '${nonlinearity}'; use tanh or relu`);
    }
    super(rnnSteps[nonlinearity], inputSize, hiddenSize, o);
    this.nonlinearity = nonlinearity;
  }

  /** hx: [layers * directions, N, hiddenSize]; gives [output, last hidden states]. */
  forward(input: Tensor, hx?: Tensor | null): [Tensor, Tensor];
  forward(input: Tensor, hx: Tensor | null = null, ...surplus: unknown[]): [Tensor, Tensor] {
    demandNoMore(`${typeName(this)}.forward`, surplus, 2);
    const [output, ends] = this.unroll(input, hx && [hx]);
    return [output, ends[0]!];
  }
}

/** As a constructor is called; `options` is bias where numLayers is a number, as in PyTorch. */
type Arguments<O> = [
  inputSize: number,
  hiddenSize: number,
  numLayers?: number | O,
  options?: O | boolean,
  batchFirst?: boolean,
];

export interface LSTMOptions extends RecurrentOptions {
  /** size of a projected hidden state; default 0: none. Sak et al. 2014. */
  projSize?: number;
}

/** Hochreiter and Schmidhuber 1997, with forget gates. Source: torch.nn.LSTM. */
export class LSTM extends Recurrent {
  constructor(...given: Arguments<LSTMOptions>) {
    const [inputSize, hiddenSize, options] = lstmArguments(given);
    const o = settled('LSTM', options);
    const { projSize = 0 } = o;
    if (!(projSize >= 0 && projSize < hiddenSize)) {
      throw new RangeError(`LSTM: projSize must be in [0, hiddenSize), got ${projSize}`);
    }
    super(lstmStep, inputSize, hiddenSize, o, projSize);
  }

  /** state: [h, c], [layers * directions, N, size] each; gives [output, [h, c]]. */
  forward(input: Tensor, state?: readonly [Tensor, Tensor] | null): [Tensor, [Tensor, Tensor]];
  forward(
    input: Tensor,
    state: readonly [Tensor, Tensor] | null = null,
    ...surplus: unknown[]
  ): [Tensor, [Tensor, Tensor]] {
    demandNoMore(`${typeName(this)}.forward`, surplus, 2);
    const [output, ends] = this.unroll(input, state);
    return [output, ends as [Tensor, Tensor]];
  }
}

/** Cho et al. 2014. Source: torch.nn.GRU. */
export class GRU extends Recurrent {
  constructor(...given: Arguments<RecurrentOptions>) {
    const [inputSize, hiddenSize, options] = gruArguments(given);
    super(gruStep, inputSize, hiddenSize, settled('GRU', options));
  }

  /** hx: [layers * directions, N, hiddenSize]; gives [output, last hidden states]. */
  forward(input: Tensor, hx?: Tensor | null): [Tensor, Tensor];
  forward(input: Tensor, hx: Tensor | null = null, ...surplus: unknown[]): [Tensor, Tensor] {
    demandNoMore(`${typeName(this)}.forward`, surplus, 2);
    const [output, ends] = this.unroll(input, hx && [hx]);
    return [output, ends[0]!];
  }
}
