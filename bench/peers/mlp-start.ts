// Where every contestant of the perceptron begins, in plain arrays.
// in:  the seed that works/mlp-network.ts sets     out: each layer, its weight [in, out] and its bias

import type { Tensor } from 'whorl';
import { makeLayers } from '../works/mlp-network.js';

export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** [inputs, outputs]: the peers multiply from the right */
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

export async function mlpStart(): Promise<Layer[]> {
  const layers: Layer[] = [];
  for (const layer of makeLayers()) {
    const [outputs, inputs] = layer.weight.shape as readonly number[] as [number, number];
    const read = async (t: Tensor) => (await t.data()) as Float32Array;
    const weight = await read((layer.weight as Tensor).t().contiguous());
    layers.push({ inputs, outputs, weight, bias: await read(layer.bias as unknown as Tensor) });
  }
  return layers;
}
