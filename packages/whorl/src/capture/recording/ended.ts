// What is left of a history after a replay: that there was one.
// in:  the history of a value in the trace
// out: one that ends here, with an error for who would follow it

import { type History, spent } from '../../graph/node.js';

const compiled: History = {
  kind: 'custom',
  name: 'compiled',
  inputs: [],
  saves: false,
  backward: () => {
    throw new Error(
      'backward: this value was computed by a compiled function, which keeps no history: call ' +
        'backward() inside of it',
    );
  },
};

/** The value still requires gradients, as it does where the function is not compiled. */
export function ended(history: History | null): History | null {
  if (history === null) return null;
  return history.kind === 'spent' ? spent : compiled;
}
