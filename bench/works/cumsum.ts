// Running sums of a million numbers: each result needs the one before it.
// in:  float32 numbers     out: milliseconds

import { tensor, type Tensor } from 'whorl';
import { identity, pytorch, type Timed, type Work } from '../work.js';
import { fractions } from './fractions.js';
import { makeSettle } from './settle.js';

async function whorl(): Promise<Timed> {
  const x: Tensor = tensor(fractions(1_000_000).map((value) => value - 0.25));
  const settle = makeSettle();
  let y = x;
  return {
    step: () => {
      y = x.cumsum(0);
      return settle();
    },
    check: () => y.at(-1).item(),
  };
}

export const cumsum: Work = {
  name: 'cumsum-1M',
  says: 'cumsum of a million numbers',
  unit: 'ms',
  better: 'lower',
  fromMs: identity,
  warmUp: 3,
  contestants: { whorl, 'pytorch-eager': pytorch },
};
