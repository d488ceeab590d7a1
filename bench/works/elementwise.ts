// One function over a million numbers.
// in:  float32 numbers between -4 and 4     out: milliseconds for exp, tanh, sigmoid; and neg, which is memory alone

import { compile, tensor, type Tensor, zerosLike } from 'whorl';
import { loadJax } from '../peers/jax-js.js';
import { loadTfjs } from '../peers/tfjs.js';
import { identity, pytorch, type Timed, type Work } from '../work.js';
import { fractions } from './fractions.js';
import { makeSettle } from './settle.js';
import { choose, type Way } from './ways.js';

const size = 1_000_000;
/** An element to compare; sums differ by how they are rounded. */
const probe = 123_456;
const numbers = (): Float32Array => fractions(size).map((x) => 8 * x - 4);
type Name = 'exp' | 'tanh' | 'sigmoid' | 'neg';

const whorl = (name: Name) => async (): Promise<Timed> => {
  const x = tensor(numbers());
  const settle = makeSettle();
  let y: Tensor = x;
  return {
    step: () => {
      y = x[name]();
      return settle();
    },
    check: () => y.at(probe).item(),
  };
};

/** A recorded call that writes over a tensor of its own: peers dispose of the old result and get its memory again. */
const overwriting =
  (name: Name, way: Way = {}) =>
  async (): Promise<Timed> => {
    choose(way);
    const x = tensor(numbers());
    const y = zerosLike(x);
    return { step: compile(() => void y.copy_(x[name]())), check: () => y.at(probe).item() };
  };

const jaxJs = (name: Name) => async (): Promise<Timed> => {
  const { numpy, nn, jit } = await loadJax();
  const functions = {
    exp: numpy.exp,
    tanh: numpy.tanh,
    sigmoid: nn.sigmoid,
    neg: numpy.negative,
  };
  const call = jit((x: InstanceType<typeof numpy.Array>) => functions[name](x));
  const x = numpy.array(numbers());
  let y = x.ref;
  return {
    step: () => {
      y.dispose();
      y = call(x.ref);
      return y.blockUntilReady();
    },
    check: async () => (await y.ref.data())[probe]!,
  };
};

const tfjs = (name: Name) => async (): Promise<Timed> => {
  const tf = await loadTfjs();
  const x = tf.tensor1d(numbers());
  let y = x.clone();
  return {
    step: () => {
      y.dispose();
      y = tf[name](x);
    },
    check: async () => (await y.data())[probe]!,
  };
};

export const elementwise: readonly Work[] = (['exp', 'tanh', 'sigmoid', 'neg'] as const).map(
  (name) => ({
    name: `elementwise-1M-${name}`,
    says: `${name} of a million numbers`,
    unit: 'ms',
    better: 'lower',
    fromMs: identity,
    warmUp: 3,
    contestants: {
      whorl: whorl(name),
      'whorl-overwriting': overwriting(name),
      'whorl-overwriting-2-threads': overwriting(name, { threads: 2 }),
      'pytorch-eager': pytorch,
      'jax-js': jaxJs(name),
      tfjs: tfjs(name),
    },
  }),
);
