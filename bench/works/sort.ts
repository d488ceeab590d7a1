// Sorts a million numbers, values and indices.
// in:  float32 numbers in no order     out: milliseconds

import { tensor, type Tensor } from 'whorl';
import { identity, pytorch, type Timed, type Work } from '../work.js';
import { fractions } from './fractions.js';
import { makeSettle } from './settle.js';

async function whorl(): Promise<Timed> {
  const x: Tensor = tensor(fractions(1_000_000));
  const settle = makeSettle();
  let sorted = x.sort();
  return {
    step: () => {
      sorted = x.sort();
      return settle();
    },
    check: async () =>
      (await sorted.values.at(1234).item()) + (await sorted.indices.at(1234).item()),
  };
}

export const sort: Work = {
  name: 'sort-1M',
  says: 'sort of a million numbers, with the indices',
  unit: 'ms',
  better: 'lower',
  fromMs: identity,
  warmUp: 2,
  contestants: { whorl, 'pytorch-eager': pytorch },
};
