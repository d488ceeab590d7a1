// What one small operation costs when its value is read at once: all overhead, no arithmetic.
// in:  a number     out: microseconds for an addition and a read

import { tensor } from 'whorl';
import { loadJax } from '../peers/jax-js.js';
import { loadTfjs } from '../peers/tfjs.js';
import { pytorch, type Timed, type Work } from '../work.js';

export async function whorlSmallOp(): Promise<Timed> {
  const x = tensor(1.5);
  let value = 0;
  return {
    step: async () => {
      value = await x.add(1).item();
    },
    check: () => value,
  };
}

async function jaxJs(): Promise<Timed> {
  const { numpy } = await loadJax();
  const x = numpy.array(1.5);
  let value = 0;
  return {
    step: async () => {
      value = (await x.ref.add(1).data())[0]!;
    },
    check: () => value,
  };
}

async function tfjs(): Promise<Timed> {
  const tf = await loadTfjs();
  const x = tf.scalar(1.5);
  let value = 0;
  return {
    step: async () => {
      const sum = tf.add(x, 1);
      value = (await sum.data())[0]!;
      sum.dispose();
    },
    check: () => value,
  };
}

export const smallOpRead: Work = {
  name: 'small-op-read',
  says: 'x + 1 of a single number, and its value read',
  unit: 'us',
  better: 'lower',
  fromMs: (ms) => ms * 1000,
  warmUp: 100,
  contestants: { whorl: whorlSmallOp, 'pytorch-eager': pytorch, 'jax-js': jaxJs, tfjs },
};
