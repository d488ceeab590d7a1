// Matrix products of 512 x 512, plain and with either side transposed, as layers and their gradients need.
// in:  two square matrices     out: GFLOP/s

import { compile, tensor, type Tensor, zeros } from 'whorl';
import { loadJax } from '../peers/jax-js.js';
import { limitMatmul } from '../peers/limit.js';
import { loadTfjs } from '../peers/tfjs.js';
import { pytorch, type Timed, type Work } from '../work.js';
import { matrices, N } from './matrices.js';
import { makeSettle } from './settle.js';
import { choose, type Way } from './ways.js';

type Form = 'AB' | 'AtB' | 'ABt';

const operands = (): [Tensor, Tensor] =>
  matrices().map((m): Tensor => tensor(m, { shape: [N, N] })) as [Tensor, Tensor];

const product = (form: Form, a: Tensor, b: Tensor): Tensor =>
  (form === 'AtB' ? a.t() : a).matmul(form === 'ABt' ? b.t() : b);

export const whorlMatmul =
  (form: Form, way: Way = {}) =>
  async (): Promise<Timed> => {
    choose(way);
    const [a, b] = operands();
    const settle = makeSettle();
    let c = a;
    return {
      step: () => {
        c = product(form, a, b);
        return settle();
      },
      check: () => c.square().sum().item(),
    };
  };

/** A recorded call that writes over a matrix of its own, as the limit does, and as peers get their memory back. */
const overwriting =
  (form: Form, way: Way = {}) =>
  async (): Promise<Timed> => {
    choose(way);
    const [a, b] = operands();
    const c: Tensor = zeros(N, N);
    const step = compile(() => void c.copy_(product(form, a, b)));
    return { step, check: () => c.square().sum().item() };
  };

const jaxJs = (form: Form) => async (): Promise<Timed> => {
  const { numpy, jit } = await loadJax();
  type Matrix = InstanceType<typeof numpy.Array>;
  const product = jit((a: Matrix, b: Matrix) =>
    numpy.matmul(form === 'AtB' ? numpy.transpose(a) : a, form === 'ABt' ? numpy.transpose(b) : b),
  );
  const [a, b] = matrices().map((m) => numpy.array(m, { shape: [N, N] })) as [Matrix, Matrix];
  let c = a.ref;
  return {
    step: () => {
      c.dispose();
      c = product(a.ref, b.ref);
      return c.blockUntilReady();
    },
    check: () => numpy.square(c.ref).sum().item(),
  };
};

const tfjs = (form: Form) => async (): Promise<Timed> => {
  const tf = await loadTfjs();
  const [left, right] = matrices();
  const [a, b] = [tf.tensor2d(left, [N, N]), tf.tensor2d(right, [N, N])];
  let c = a.clone();
  return {
    step: () => {
      c.dispose();
      c = tf.matMul(a, b, form === 'AtB', form === 'ABt');
    },
    check: async () => (await tf.sum(tf.square(c)).data())[0]!,
  };
};

export const matmul: readonly Work[] = (['AB', 'AtB', 'ABt'] as const).map((form) => ({
  name: `matmul-512-${form}`,
  says: `${{ AB: 'A B', AtB: 'A transposed, times B', ABt: 'A times B transposed' }[form]}, 512 x 512`,
  unit: 'GFLOP/s',
  better: 'higher',
  fromMs: (ms) => (2 * N ** 3) / (ms * 1e6),
  warmUp: 3,
  contestants: {
    whorl: whorlMatmul(form),
    'whorl-overwriting': overwriting(form),
    'whorl-overwriting-2-threads': overwriting(form, { threads: 2 }),
    'whorl-relaxed': overwriting(form, { relaxed: true }),
    // The limit knows the plain form alone; its time is the mark for the other two as well.
    limit: limitMatmul('gemm.wasm', form === 'AB'),
    'limit-relaxed': limitMatmul('gemm-relaxed.wasm', form === 'AB'),
    'pytorch-eager': pytorch,
    'jax-js': jaxJs(form),
    tfjs: tfjs(form),
  },
}));
