// A training from its beginning: the first weights again, and moments that are zero.
// in:  a model and its optimizer, before the first step     out: what puts them back, as they lie

import { type nn, noGrad, type optim, Tensor } from 'whorl';

export function restarting(
  model: nn.Module,
  optimizer: optim.Optimizer<object>,
): () => Promise<void> {
  const parameters = [...model.parameters()] as Tensor[];
  const first = parameters.map((p) => p.detach().clone() as Tensor);
  return async () => {
    noGrad(() => {
      parameters.forEach((p, i) => {
        p.copy_(first[i]!);
      });
      for (const state of optimizer.state.values()) {
        for (const value of Object.values(state)) if (value instanceof Tensor) value.zero_();
      }
    });
    // what is written is there before a step is measured
    await parameters[0]!.data();
  };
}
