// Where every contestant of the exercise begins: the points and the first weights, in plain arrays.
// in:  the exercise's seed     out: X, Y and the layers as Whorl (and PyTorch) draws them

import { datasets, manualSeed, nn, type Tensor } from 'whorl';

export interface Start {
  /** [4000, 2] */
  readonly x: Float32Array;
  /** [4000] */
  readonly y: Int32Array;
  /** [100, 2], as PyTorch lays a layer's weight out */
  readonly w1: Float32Array;
  readonly b1: Float32Array;
  /** [4, 100] */
  readonly w2: Float32Array;
  readonly b2: Float32Array;
}

export async function makeStart(): Promise<Start> {
  manualSeed(12345);
  const { X, Y } = datasets.spiral();
  const layers = [new nn.Linear(2 as number, 100), new nn.Linear(100 as number, 4)];
  const read = async (t: Tensor) => (await t.data()) as Float32Array;
  const parameters = layers.flatMap((layer) => [...layer.parameters()]);
  const [w1, b1, w2, b2] = await Promise.all(parameters.map(read));
  return {
    x: await read(X),
    y: Int32Array.from((await Y.data()) as ArrayLike<number | bigint>, Number),
    ...({ w1, b1, w2, b2 } as { [name in 'w1' | 'b1' | 'w2' | 'b2']: Float32Array }),
  };
}

/** Rows become columns. */
export function transpose(matrix: Float32Array, rows: number, columns: number): Float32Array {
  return matrix.map((_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]!);
}
