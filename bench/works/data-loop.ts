// The exercise's data, element by element: 4,000 times a row and a label are written.
// in:  nothing     out: milliseconds for the loop, in a program that does it once

import { FloatTensor, linspace, manualSeed, randn, zeros } from 'whorl';
import { identity, pytorch, type Timed, type Work } from '../work.js';

const [perArm, arms] = [1000, 4];

async function whorl(): Promise<Timed> {
  const X = zeros(perArm * arms, 2);
  const Y = zeros(perArm * arms, { dtype: 'int64' });
  return {
    step: async () => {
      manualSeed(12345);
      for (let c = 0; c < arms; c++) {
        const radius = linspace(0, 1, perArm);
        const turn = (2 * Math.PI) / arms;
        const angle = linspace(turn * c, turn * (2 + c), perArm).add(randn(perArm).mul(0.2));
        for (let i = 0; i < perArm; i++) {
          const a = angle.at(i).itemSync();
          X.setAt([perArm * c + i], radius.at(i).mul(FloatTensor([Math.sin(a), Math.cos(a)])));
          Y.setAt([perArm * c + i], c);
        }
      }
      // The loop only describes; a program that goes on to train pays for the values, too.
      await X.data();
      await Y.data();
    },
    check: async () => (await X.square().sum().item()) + (await Y.sum().item()),
  };
}

export const dataLoop: Work = {
  name: 'data-loop',
  says: "the exercise's loop that fills 4000 points one by one, once, cold",
  unit: 'ms',
  better: 'lower',
  fromMs: identity,
  warmUp: 0,
  cold: true,
  contestants: { whorl, 'pytorch-eager': pytorch },
};
