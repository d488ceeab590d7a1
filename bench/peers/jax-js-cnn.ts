// Forward and backward of the convolutional network in jax-js under one jit.
// in:  the start that all share     out: a contestant

import type { Array as JaxArray } from '@jax-js/jax';
import type { Timed } from '../work.js';
import { batch, checkOf, cnnStart, images, labels, side } from '../works/cnn-network.js';
import { type Jax, loadJax } from './jax-js.js';

/** The largest of each 2 x 2 square, by its documented composition: it has no pooling layer. */
function pool({ numpy }: Jax, x: JaxArray): JaxArray {
  const [n, channels, height, width] = x.shape as [number, number, number, number];
  const squares = x.reshape([n, channels, height / 2, 2, width / 2, 2]);
  return numpy.max(squares, [3, 5]);
}

function lossOf(jax: Jax) {
  const { numpy, nn, lax } = jax;
  return (p: JaxArray[], x: JaxArray, classes: JaxArray): JaxArray => {
    const convolve = (value: JaxArray, i: number, padding: number): JaxArray => {
      const pads: [number, number][] = [
        [padding, padding],
        [padding, padding],
      ];
      const y = lax.convGeneralDilated(value, p[i]!, [1, 1], pads);
      return pool(jax, nn.relu(y.add(p[i + 1]!.reshape([1, -1, 1, 1]))));
    };
    const linear = (value: JaxArray, i: number): JaxArray =>
      numpy.matmul(value, numpy.transpose(p[i]!)).add(p[i + 1]!);
    const features = convolve(convolve(x, 0, 2), 2, 0).reshape([batch, 400]);
    const hidden = nn.relu(linear(nn.relu(linear(features, 4)), 6));
    return nn.logSoftmax(linear(hidden, 8), 1).mul(classes).sum(1).mean().neg();
  };
}

export async function jaxCnn(): Promise<Timed> {
  const jax = await loadJax();
  const { numpy, nn, tree } = jax;
  const parameters = (await cnnStart()).map(({ shape, values }) =>
    numpy.array(values, { shape: [...shape] }),
  );
  const x = numpy.array(images(), { shape: [batch, 1, side, side] });
  const classes = nn.oneHot(numpy.array(labels()), 10);
  const step = jax.jit(jax.valueAndGrad(lossOf(jax)));
  let value = 0;
  let gradients: JaxArray[] = [];
  return {
    step: async () => {
      tree.dispose(gradients);
      const [loss, found] = step(tree.ref(parameters), x.ref, classes.ref) as [
        JaxArray,
        JaxArray[],
      ];
      gradients = found;
      await Promise.all(gradients.map((gradient) => gradient.blockUntilReady()));
      value = (await loss.data())[0]!;
    },
    check: async () => checkOf(value, (await gradients[0]!.ref.data()) as Float32Array),
  };
}
