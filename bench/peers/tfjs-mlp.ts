// The perceptron's step in TensorFlow.js, with its own loss and Adam.
// in:  the start that all share     out: a contestant

import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import type { Timed } from '../work.js';
import { batch, images, labels, widths } from '../works/mlp-network.js';
import { mlpStart } from './mlp-start.js';
import { loadTfjs } from './tfjs.js';

export async function tfjsMlp(): Promise<Timed> {
  const tf = await loadTfjs();
  const layers = (await mlpStart()).map(({ inputs, outputs, weight, bias }) => ({
    weight: tf.variable(tf.tensor2d(weight, [inputs, outputs])),
    bias: tf.variable(tf.tensor1d(bias)),
  }));
  const x = tf.tensor2d(images(), [batch, widths[0]]);
  const classes = tf.cast(tf.oneHot(tf.tensor1d(labels(), 'int32'), widths[3]), 'float32');
  const optimizer = tf.train.adam(1e-3, 0.9, 0.999, 1e-8);
  const lossOf = (): Scalar => {
    let value: Tensor2D = x;
    layers.forEach(({ weight, bias }, i) => {
      value = tf.add(tf.matMul(value, weight), bias);
      if (i < layers.length - 1) value = tf.relu(value);
    });
    return tf.losses.softmaxCrossEntropy(classes, value) as Scalar;
  };
  let value = 0;
  return {
    step: async () => {
      const loss = optimizer.minimize(lossOf, true)!;
      value = (await loss.data())[0]!;
      loss.dispose();
    },
    check: () => value,
  };
}
