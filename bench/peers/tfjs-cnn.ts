// Forward and backward of the convolutional network in TensorFlow.js, where its backend can.
// in:  the start that all share     out: a contestant

import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-core';
import { Absent, type Timed } from '../work.js';
import { batch, checkOf, cnnStart, images, labels, side } from '../works/cnn-network.js';
import { loadTfjs } from './tfjs.js';

type Tfjs = Awaited<ReturnType<typeof loadTfjs>>;

/** Images lie [batch, height, width, channels], filters [height, width, in, out]. */
async function variables(tf: Tfjs): Promise<Variable[]> {
  return (await cnnStart()).map(({ shape, values }) => {
    const plain = tf.tensor(values, [...shape]);
    if (shape.length === 4) return tf.variable(tf.transpose(plain, [2, 3, 1, 0]));
    return tf.variable(shape.length === 2 ? tf.transpose(plain) : plain);
  });
}

function lossOf(tf: Tfjs, p: readonly Variable[], x: Tensor4D, classes: Tensor2D) {
  const convolve = (value: Tensor4D, i: number, padding: 'same' | 'valid'): Tensor4D => {
    const y = tf.conv2d(value, p[i] as unknown as Tensor4D, 1, padding);
    const biased: Tensor4D = tf.add(y, p[i + 1] as unknown as Tensor1D);
    return tf.maxPool(tf.relu(biased), 2, 2, 'valid');
  };
  const linear = (value: Tensor2D, i: number): Tensor2D =>
    tf.add(tf.matMul(value, p[i] as unknown as Tensor2D), p[i + 1] as unknown as Tensor1D);
  return (): Scalar => {
    const maps = convolve(convolve(x, 0, 'same'), 2, 'valid');
    const features = tf.reshape(tf.transpose(maps, [0, 3, 1, 2]), [batch, 400]) as Tensor2D;
    const hidden = tf.relu(linear(tf.relu(linear(features, 4)), 6));
    return tf.losses.softmaxCrossEntropy(classes, linear(hidden, 8)) as Scalar;
  };
}

export async function tfjsCnn(): Promise<Timed> {
  const tf = await loadTfjs();
  if (tf.getKernel('Conv2DBackpropFilter', 'wasm') === undefined) {
    throw new Absent('its WebAssembly backend has no gradient of a convolution by its filters');
  }
  const parameters = await variables(tf);
  const x = tf.tensor4d(images(), [batch, side, side, 1]);
  const classes = tf.cast(tf.oneHot(tf.tensor1d(labels(), 'int32'), 10), 'float32') as Tensor2D;
  const loss = lossOf(tf, parameters, x, classes);
  let [value, filters] = [0, new Float32Array()];
  return {
    step: async () => {
      const found = tf.variableGrads(loss, parameters);
      value = (await found.value.data())[0]!;
      const first: Tensor = found.grads[parameters[0]!.name]!;
      filters = (await first.data()) as Float32Array<ArrayBuffer>;
      tf.dispose(found as unknown as Parameters<typeof tf.dispose>[0]);
    },
    check: () => checkOf(value, filters),
  };
}
