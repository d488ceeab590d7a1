// Functions that a device has no code for: computed in JavaScript, in double, element by element.
// in:  a function of one number (or of two), nodes     out: a node of the same shape

import { host } from '../../graph/build.js';
import type { DType, TypedArray } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';

/** `f` of each element; `key` names it. */
export function mapped(key: string, f: (x: number) => number, a: Node): Node {
  return host(
    {
      key: `map ${key}`,
      run(output, inputs) {
        const [out, from] = [output as Float64Array, inputs[0] as Float64Array];
        for (let i = 0; i < out.length; i++) out[i] = f(from[i]!);
      },
    },
    a.dtype,
    a.shape,
    [a],
  );
}

/** `fill` writes the result for typed arrays of equal length, one per node. */
export function mappedTogether(
  key: string,
  fill: (output: TypedArray, inputs: readonly TypedArray[]) => void,
  dtype: DType,
  nodes: readonly Node[],
): Node {
  return host({ key: `map ${key}`, run: fill }, dtype, nodes[0]!.shape, nodes);
}
