// The exercise's step in TensorFlow.js: its own loss and Adam, weight decay added to the gradients.
// in:  the start that all share     out: a contestant

import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Timed } from '../work.js';
import { makeStart, transpose } from './start.js';
import { loadTfjs } from './tfjs.js';

const decay = 1e-5;

export async function tfjsSeedStep(): Promise<Timed> {
  const tf = await loadTfjs();
  const start = await makeStart();
  const x = tf.tensor2d(start.x, [4000, 2]);
  const y = tf.tensor1d(start.y, 'int32');
  const classes = tf.cast(tf.oneHot(y, 4), 'float32');
  const w1 = tf.variable(tf.tensor2d(transpose(start.w1, 100, 2), [2, 100]));
  const b1 = tf.variable(tf.tensor1d(start.b1));
  const w2 = tf.variable(tf.tensor2d(transpose(start.w2, 4, 100), [100, 4]));
  const b2 = tf.variable(tf.tensor1d(start.b2));
  const weights = [w1, b1, w2, b2];
  const first = weights.map((weight) => tf.clone(weight));
  let optimizer = tf.train.adam(1e-3, 0.9, 0.999, 1e-8);
  const forward = (): Tensor2D => tf.add(tf.matMul(tf.relu(tf.add(tf.matMul(x, w1), b1)), w2), b2);
  const epoch = (): [Tensor, Tensor] => {
    let logits: Tensor = x;
    const { value, grads } = tf.variableGrads(() => {
      logits = tf.keep(forward());
      return tf.losses.softmaxCrossEntropy(classes, logits);
    }, weights);
    const accuracy = tf.mean(tf.cast(tf.equal(tf.argMax(logits, 1), y), 'float32'));
    logits.dispose();
    const decayed = weights.map((weight) => ({
      name: weight.name,
      tensor: tf.add(grads[weight.name]!, tf.mul(weight, decay)),
    }));
    optimizer.applyGradients(decayed);
    return [value, accuracy];
  };
  let values = [0, 0];
  return {
    step: async () => {
      const read = tf.tidy(epoch);
      values = [(await read[0].data())[0]!, (await read[1].data())[0]!];
      tf.dispose(read);
    },
    check: () => values[0]!,
    restart: () => {
      weights.forEach((weight, i) => {
        weight.assign(tf.clone(first[i]!) as never);
      });
      optimizer.dispose();
      optimizer = tf.train.adam(1e-3, 0.9, 0.999, 1e-8);
    },
  };
}
