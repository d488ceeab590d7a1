// Windows over the last axes of an image or a signal, and their transpose: what convolutions,
// pools and patches are made of.
// in:  [..., size per axis]     out: [..., windows per axis, elements of a window per axis]

import { constant, splice } from '../../../graph/build.js';
import { fold, shrink, window } from '../../../graph/movement.js';
import type { Node } from '../../../graph/node.js';

/** One size for all axes, or one for each. */
export type Sizes = number | readonly number[];

/** A size for each of `rank` axes. Errors: a list of another length, numbers that are not whole. */
export function perDim(name: string, value: Sizes, rank: number): number[] {
  const list = typeof value === 'number' ? new Array<number>(rank).fill(value) : [...value];
  const wide = list.length === 1 && rank > 1 ? new Array<number>(rank).fill(list[0]!) : list;
  if (wide.length === rank && wide.every(Number.isInteger)) return wide;
  throw new Error(`${name}: expected one whole number or ${rank}, got ${JSON.stringify(value)}`);
}

/** How far a kernel of k elements reaches. */
export const spanOf = (k: number, dilation: number): number => dilation * (k - 1) + 1;

/** Windows over the last `kernel.length` axes: [..., out..., kernel...]. */
export function windows(
  a: Node,
  kernel: readonly number[],
  stride: readonly number[],
  dilation: readonly number[],
): Node {
  const lead = a.shape.length - kernel.length;
  let result = a;
  kernel.forEach((k, i) => {
    result = window(result, lead + i, spanOf(k, dilation[i]!), stride[i]!);
    if (dilation[i] === 1) return;
    const last = result.shape.length - 1;
    const only = <T>(here: T, elsewhere: (n: number) => T) =>
      result.shape.map((n, j) => (j === last ? here : elsewhere(n)));
    const steps = only(dilation[i]!, () => 1);
    result = shrink(
      result,
      only(0, () => 0),
      steps,
      only(k, (n) => n),
    );
  });
  return result;
}

/** Elements of a dilated window with zeros in between: the last axis grows to its span. */
function spread(a: Node, dilation: number): Node {
  if (dilation === 1) return a;
  const last = a.shape.length - 1;
  const grown = a.shape.map((n, i) => (i === last ? spanOf(n, dilation) : n));
  const steps = a.shape.map((_, i) => (i === last ? dilation : 1));
  const starts = a.shape.map(() => 0);
  return splice(constant(0, a.dtype, grown), a, { op: 'SHRINK', steps }, starts);
}

/**
 * The transpose of windows(): [..., out..., kernel...] is added back into [..., lengths...],
 * overlaps summed up.
 */
export function foldWindows(
  a: Node,
  lengths: readonly number[],
  stride: readonly number[],
  dilation: readonly number[],
): Node {
  const rank = lengths.length;
  const lead = a.shape.length - 2 * rank;
  let result = a;
  for (let i = rank - 1; i >= 0; i--) {
    const span = spanOf(a.shape[lead + rank + i]!, dilation[i]!);
    result = fold(spread(result, dilation[i]!), lead + i, span, stride[i]!, lengths[i]!);
  }
  return result;
}
