// Single steps of recurrent networks as modules: RNNCell, LSTMCell, GRUCell.
// in:  [N, inputSize] or [inputSize], and a state     out: the next state

import { bound, demandNoMore } from '../../tensor/arguments/bound.js';
import { empty, zeros } from '../../operators/create/create.js';
import type { Tensor } from '../../tensor/tensor.js';
import { linear } from '../../operators/nn/linear.js';
import { uniform_ } from '../init.js';
import { Module, typeName } from '../module/module.js';
import { Parameter } from '../module/parameter.js';
import { gruStep, lstmStep, rnnSteps, type State, type Step } from './recurrent-step.js';

export interface CellOptions {
  /** default true */
  bias?: boolean;
}

const rnnArguments = bound<[number, number, RNNCellOptions]>()(
  'RNNCell',
  'input_size hidden_size | bias:bool nonlinearity',
);
const lstmArguments = bound<[number, number, CellOptions]>()(
  'LSTMCell',
  'input_size hidden_size | bias:bool',
);
const gruArguments = bound<[number, number, CellOptions]>()(
  'GRUCell',
  'input_size hidden_size | bias:bool',
);

/** Parameters have PyTorch's names; all are drawn from U(-1/sqrt(hidden), 1/sqrt(hidden)). */
abstract class Cell extends Module {
  /** [gates * hiddenSize, inputSize] */
  weight_ih: Parameter;
  /** [gates * hiddenSize, hiddenSize] */
  weight_hh: Parameter;
  /** [gates * hiddenSize] */
  bias_ih: Parameter | null;
  bias_hh: Parameter | null;

  constructor(
    private readonly step: Step,
    readonly inputSize: number,
    readonly hiddenSize: number,
    bias: boolean,
  ) {
    super();
    const rows = step.gates * hiddenSize;
    const bound = hiddenSize > 0 ? 1 / Math.sqrt(hiddenSize) : 0;
    const drawn = (...shape: number[]) =>
      new Parameter(uniform_(empty(...shape), -bound, bound) as Tensor);
    this.weight_ih = drawn(rows, inputSize);
    this.weight_hh = drawn(rows, hiddenSize);
    this.bias_ih = bias ? drawn(rows) : null;
    this.bias_hh = bias ? drawn(rows) : null;
  }

  protected advance(input: Tensor, given: State | null): State {
    const { hiddenSize } = this;
    if ((input.ndim !== 1 && input.ndim !== 2) || input.shape.at(-1) !== this.inputSize) {
      throw new Error(
        `${typeName(this)}: expected input of shape [N, ${this.inputSize}] or ` +
          `[${this.inputSize}], got [${input.shape.join(', ')}]`,
      );
    }
    const shape = [...input.shape.slice(0, -1), hiddenSize];
    const zero = () => zeros(shape, { dtype: input.dtype, device: input.device }) as Tensor;
    const state = given ?? Array.from({ length: this.step.states }, zero);
    for (const part of state) {
      if (part.shape.join() === shape.join()) continue;
      throw new Error(
        `${name}: expected a state of shape [${shape.join(', ')}], got ` +
          `[${part.shape.join(', ')}]`,
      );
    }
    const x = linear(input, this.weight_ih, this.bias_ih);
    const h = linear(state[0]!, this.weight_hh, this.bias_hh);
    return this.step.next(x, h, state);
  }

  override extraRepr(): string {
    const bias = this.bias_ih === null ? ', bias=False' : '';
    return `${this.inputSize}, ${this.hiddenSize}${bias}`;
  }
}

export interface RNNCellOptions extends CellOptions {
  /** default 'tanh' */
  nonlinearity?: 'tanh' | 'relu';
}

/** h' = tanh(W_ih x + b_ih + W_hh h + b_hh). Source: torch.nn.RNNCell. */
export class RNNCell extends Cell {
  readonly nonlinearity: 'tanh' | 'relu';

  constructor(
    inputSize: number,
    hiddenSize: number,
    options?: RNNCellOptions | boolean,
    nonlinearity?: 'tanh' | 'relu',
  );
  constructor(...given: unknown[]) {
    const [inputSize, hiddenSize, options] = rnnArguments(given);
    const { bias = true, nonlinearity = 'tanh' } = options;
    if (!(nonlinearity in rnnSteps)) {
      throw new RangeError(`RNNCell: unknown nonlinearity: ${nonlinearity}; use tanh or relu`);
    }
    super(rnnSteps[nonlinearity], inputSize, hiddenSize, bias);
    this.nonlinearity = nonlinearity;
  }

  /** input: [N, inputSize], hx: [N, hiddenSize] (zeros by default); gives the next hidden state. */
  forward(input: Tensor, hx?: Tensor | null): Tensor;
  forward(input: Tensor, hx: Tensor | null = null, ...surplus: unknown[]): Tensor {
    demandNoMore(`${typeName(this)}.forward`, surplus, 2);
    return this.advance(input, hx && [hx])[0]!;
  }

  override extraRepr(): string {
    const kind = this.nonlinearity === 'tanh' ? '' : `, nonlinearity=${this.nonlinearity}`;
    return super.extraRepr() + kind;
  }
}

/** Source: torch.nn.LSTMCell. */
export class LSTMCell extends Cell {
  constructor(inputSize: number, hiddenSize: number, options?: CellOptions | boolean);
  constructor(...given: unknown[]) {
    const [inputSize, hiddenSize, { bias = true }] = lstmArguments(given);
    super(lstmStep, inputSize, hiddenSize, bias);
  }

  /** state: [h, c], each [N, hiddenSize] (zeros by default); gives the next [h, c]. */
  forward(input: Tensor, state?: readonly [Tensor, Tensor] | null): [Tensor, Tensor];
  forward(
    input: Tensor,
    state: readonly [Tensor, Tensor] | null = null,
    ...surplus: unknown[]
  ): [Tensor, Tensor] {
    demandNoMore(`${typeName(this)}.forward`, surplus, 2);
    return this.advance(input, state) as unknown as [Tensor, Tensor];
  }
}

/** Source: torch.nn.GRUCell. */
export class GRUCell extends Cell {
  constructor(inputSize: number, hiddenSize: number, options?: CellOptions | boolean);
  constructor(...given: unknown[]) {
    const [inputSize, hiddenSize, { bias = true }] = gruArguments(given);
    super(gruStep, inputSize, hiddenSize, bias);
  }

  /** input: [N, inputSize], hx: [N, hiddenSize] (zeros by default); gives the next hidden state. */
  forward(input: Tensor, hx?: Tensor | null): Tensor;
  forward(input: Tensor, hx: Tensor | null = null, ...surplus: unknown[]): Tensor {
    demandNoMore(`${typeName(this)}.forward`, surplus, 2);
    return this.advance(input, hx && [hx])[0]!;
  }
}
