// How much slower the first product of a process is than the later ones: engines compile twice.
// in:  two matrices of 1024 x 1024     out: the first one's time over the median of five later ones

import { tensor, type Tensor } from 'whorl';
import { summarise } from '../harness.js';
import { loadJax } from '../peers/jax-js.js';
import { loadTfjs } from '../peers/tfjs.js';
import { type Counted, identity, pytorch, type Work } from '../work.js';
import { fractions } from './fractions.js';
import { makeSettle } from './settle.js';

const N = 1024;
const operands = (): [Float32Array, Float32Array] => {
  const numbers = fractions(2 * N * N).map((x) => x - 0.5);
  return [numbers.slice(0, N * N), numbers.slice(N * N)];
};

async function firstOverLater(product: () => unknown): Promise<Counted> {
  const times: number[] = [];
  for (let i = 0; i < 6; i++) {
    const start = performance.now();
    await product();
    times.push(performance.now() - start);
  }
  const [first, ...later] = times as [number, ...number[]];
  return { value: first / summarise(later).median };
}

async function whorl(): Promise<Counted> {
  const [a, b] = operands().map((m) => tensor(m, { shape: [N, N] })) as unknown as [Tensor, Tensor];
  const settle = makeSettle();
  // The small kernel that awaits the product is no part of it.
  await settle();
  let c = a;
  return firstOverLater(() => {
    c = a.matmul(b);
    return settle().then(() => c);
  });
}

async function jaxJs(): Promise<Counted> {
  const { numpy, jit } = await loadJax();
  type Matrix = InstanceType<typeof numpy.Array>;
  const multiply = jit((a: Matrix, b: Matrix) => numpy.matmul(a, b));
  const [a, b] = operands().map((m) => numpy.array(m, { shape: [N, N] })) as [Matrix, Matrix];
  return firstOverLater(async () => {
    const c = multiply(a.ref, b.ref);
    await c.blockUntilReady();
    c.dispose();
  });
}

async function tfjs(): Promise<Counted> {
  const tf = await loadTfjs();
  const [a, b] = operands().map((m) => tf.tensor2d(m, [N, N]));
  return firstOverLater(() => tf.matMul(a!, b!).dispose());
}

export const firstMatmul: Work = {
  name: 'first-matmul-1024',
  says: 'the first product of a process, 1024 x 1024, over the later ones',
  unit: 'times',
  better: 'lower',
  fromMs: identity,
  warmUp: 0,
  cold: true,
  rounds: 5,
  contestants: { whorl, 'pytorch-eager': pytorch, 'jax-js': jaxJs, tfjs },
};
