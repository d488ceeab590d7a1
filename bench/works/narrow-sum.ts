// A thousand sums of a thousand lengths: no two of the same shape, so that nothing is met twice.
// in:  float32 numbers     out: seconds for all of them, in a program that does it once

import { tensor } from 'whorl';
import { pytorch, type Timed, type Work } from '../work.js';
import { fractions } from './fractions.js';

const lengths = 1000;

async function whorl(): Promise<Timed> {
  const x = tensor(fractions(lengths));
  let total = 0;
  return {
    step: async () => {
      total = 0;
      for (let i = 1; i <= lengths; i++) total += await x.narrow(0, 0, i).sum().item();
    },
    check: () => total,
  };
}

export const narrowSum: Work = {
  name: 'narrow-sum',
  says: 'x.narrow(0, 0, i).sum() for i from 1 to 1000, each read, once, cold',
  unit: 's',
  better: 'lower',
  fromMs: (ms) => ms / 1000,
  warmUp: 0,
  cold: true,
  contestants: { whorl, 'pytorch-eager': pytorch },
};
