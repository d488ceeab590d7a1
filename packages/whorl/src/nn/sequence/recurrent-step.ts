// One step of a recurrent network: what RNN, LSTM and GRU make of an input and a state.
// in:  the input and the hidden state, both already times their weights     out: the next state

import type { Tensor } from '../../tensor/tensor.js';

/** The hidden state first; an LSTM's cell state behind it. */
export type State = readonly Tensor[];

export interface Step {
  /** rows of the weights, in units of the hidden size */
  readonly gates: number;
  /** tensors of a state */
  readonly states: number;
  /** x: W_ih input + b_ih, h: W_hh hidden + b_hh, both [N, gates * hidden]. */
  next(x: Tensor, h: Tensor, state: State): State;
}

const plain = (activation: 'tanh' | 'relu'): Step => ({
  gates: 1,
  states: 1,
  next: (x, h) => [x.add(h)[activation]() as Tensor],
});

/** h' = tanh(x + h), or relu. Elman 1990. */
export const rnnSteps = { tanh: plain('tanh'), relu: plain('relu') };

/** Gates i, f, g, o; c' = f c + i g, h' = o tanh(c'). Hochreiter and Schmidhuber 1997. */
export const lstmStep: Step = {
  gates: 4,
  states: 2,
  next(x, h, state) {
    const [i, f, g, o] = (x.add(h) as Tensor).chunk(4, -1) as Tensor[];
    const kept = f!.sigmoid().mul(state[1]!) as Tensor;
    const cell = kept.add(i!.sigmoid().mul(g!.tanh())) as Tensor;
    return [o!.sigmoid().mul(cell.tanh()) as Tensor, cell];
  },
};

/** Gates r, z, n; n = tanh(x + r h), h' = n + z (h - n). Cho et al. 2014. */
export const gruStep: Step = {
  gates: 3,
  states: 1,
  next(x, h, state) {
    const [xr, xz, xn] = x.chunk(3, -1) as Tensor[];
    const [hr, hz, hn] = h.chunk(3, -1) as Tensor[];
    const reset = xr!.add(hr!).sigmoid() as Tensor;
    const update = xz!.add(hz!).sigmoid() as Tensor;
    const fresh = xn!.add(reset.mul(hn!)).tanh() as Tensor;
    return [state[0]!.sub(fresh).mul(update).add(fresh) as Tensor];
  },
};
