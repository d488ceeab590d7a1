// Reads dimension arguments: negative ones count from the end, lists must not repeat.
// in:  a name for messages, a rank, what the user passed     out: axes from 0 up, or an error

/** One dimension of a tensor of `rank` dimensions; a 0-d tensor accepts 0 and -1. */
export function wrapDim(name: string, dim: number, rank: number): number {
  const n = Math.max(rank, 1);
  if (!Number.isInteger(dim) || dim < -n || dim >= n) {
    throw new RangeError(
      `${name}: Dimension out of range (expected to be in range of ` +
        `[${-n}, ${n - 1}], but got ${dim}): the input has ${rank} ` +
        `dimension${rank === 1 ? '' : 's'}`,
    );
  }
  return dim < 0 ? dim + n : dim;
}

export type Dims = number | readonly number[] | null | undefined;

/** Several dimensions, ascending; none given means all. */
export function wrapDims(name: string, dims: Dims, rank: number): number[] {
  if (dims === null || dims === undefined) return [...Array(rank).keys()];
  const list = typeof dims === 'number' ? [dims] : dims;
  if (list.length === 0) return [...Array(rank).keys()];
  const axes = list.map((d) => wrapDim(name, d, rank));
  if (new Set(axes).size < axes.length) {
    throw new Error(
      `${name}: dim ${axes.find((a, i) => axes.indexOf(a) < i)} appears multiple ` +
        `times in the list of dims`,
    );
  }
  return rank === 0 ? [] : axes.sort((a, b) => a - b);
}

/** Sizes one by one or as a list, as a rest parameter takes them. */
export type SizesGiven = readonly (number | readonly number[])[];

/** A size argument given as one list or as several numbers. */
export function sizesOf(sizes: SizesGiven): number[] {
  const list = sizes.length === 1 && Array.isArray(sizes[0]) ? sizes[0] : sizes;
  return [...(list as readonly number[])];
}

export const showShape = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
