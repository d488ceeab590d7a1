// In which order PyTorch lays out what it computes, as TensorIterator and empty_like decide it.
// in:  the sizes and steps of what is read     out: the steps of a new value without gaps

import { contiguous, type Geometry } from './memory.js';

type Layout = Omit<Geometry, 'offset'>;

const sameList = (a: readonly number[], b: readonly number[]): boolean => String(a) === String(b);

/** Steps as in a new tensor, but for axes of one element, whose steps are nobody's. */
export const isContiguous = ({ shape, strides }: Layout): boolean =>
  contiguous(shape).every((step, d) => shape[d] === 1 || strides[d] === step);

/** No gaps and no repeats, in whatever order the axes lie. */
export function isDense({ shape, strides }: Layout): boolean {
  const axes = [...shape.keys()].filter((d) => shape[d]! > 1);
  axes.sort((a, b) => strides[a]! - strides[b]!);
  let step = 1;
  return axes.every((d) => {
    const fits = strides[d] === step;
    step *= shape[d]!;
    return fits;
  });
}

/** Whether axis `a` lies slower than `b` (1), faster (-1), or no operand knows (0). */
function compared(a: number, b: number, shape: readonly number[], operands: readonly Layout[]) {
  const stepOf = (operand: Layout, axis: number): number => {
    const d = axis - (shape.length - operand.shape.length);
    const isRepeated = d < 0 || (operand.shape[d] === 1 && shape[axis] !== 1);
    return isRepeated ? 0 : operand.strides[d]!;
  };
  for (const operand of operands) {
    const [p, q] = [stepOf(operand, a), stepOf(operand, b)];
    if (p === 0 || q === 0) continue;
    if (p !== q) return p < q ? -1 : 1;
    if (shape[a]! > shape[b]!) return 1;
  }
  return 0;
}

/** TensorIterator's sort: from the last axis on, each is moved past those that lie slower. */
function ordered(shape: readonly number[], operands: readonly Layout[]): number[] {
  const axes = [...shape.keys()].reverse();
  for (let i = 1; i < axes.length; i++) {
    let moving = i;
    for (let j = i - 1; j >= 0; j--) {
      const order = compared(axes[j]!, axes[moving]!, shape, operands);
      if (order < 0) break;
      if (order === 0) continue;
      [axes[j], axes[moving]] = [axes[moving]!, axes[j]!];
      moving = j;
    }
  }
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (const axis of axes) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}

/** Of a copy: the same where nothing is missing in between, else packed in the same order. */
export const ofCopy = (x: Layout): readonly number[] =>
  isDense(x) ? x.strides : ordered(x.shape, [x]);

/** Of a pointwise result; a number among the operands is a tensor without axes. */
export function ofPointwise(shape: readonly number[], operands: readonly Layout[]) {
  const first = operands[0]!;
  if (operands.every((x) => sameList(x.shape, shape))) {
    if (operands.every(isContiguous)) return contiguous(shape);
    if (operands.every((x) => isDense(x) && sameList(x.strides, first.strides)))
      return first.strides;
  }
  return ordered(shape, operands);
}
