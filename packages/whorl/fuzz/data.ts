// The numbers that programs begin with: small and whole, the same for each shape and turn.
// in:  a shape, a turn, a dtype     out: a list, or the literal that a person would write

export type Element = number | boolean;

export function numbers(shape: readonly number[], turn = 0, dtype = 'float32'): Element[] {
  const size = shape.reduce((a, b) => a * b, 1);
  const at = (i: number) => ((i * 7 + turn * 5) % 17) - 8;
  return Array.from({ length: size }, (_, i) =>
    dtype === 'bool' ? at(i) > 0 : dtype === 'uint8' ? at(i) + 8 : at(i),
  );
}

type Tensor = (list: Element[], options: { dtype: string; shape: number[] }) => unknown;

/** `data(shape, turn, dtype)` for a library's own tensors. */
export const dataWith =
  (tensor: Tensor) =>
  (shape: number[], turn = 0, dtype = 'float32'): unknown =>
    tensor(numbers(shape, turn, dtype), { dtype, shape });

/** The same as text, for a program that is run by itself. */
export const dataText = `const data = (shape, turn = 0, dtype = 'float32') => {
  const size = shape.reduce((a, b) => a * b, 1);
  const at = (i) => ((i * 7 + turn * 5) % 17) - 8;
  const list = Array.from({ length: size }, (_, i) =>
    dtype === 'bool' ? at(i) > 0 : dtype === 'uint8' ? at(i) + 8 : at(i));
  return tensor(list, { dtype, shape });
};`;

/** More elements than this are not written out. */
const most = 16;

function nested(list: readonly Element[], shape: readonly number[]): string {
  if (shape.length === 0) return String(list[0]);
  const size = list.length / shape[0]!;
  const rows = Array.from({ length: shape[0]! }, (_, i) =>
    nested(list.slice(i * size, (i + 1) * size), shape.slice(1)),
  );
  return `[${rows.join(', ')}]`;
}

/** Small tensors as literals. */
export const spelledOut = (text: string): string =>
  text.replace(/\bdata\(\[([\d, ]*)\](?:, (\d+))?(?:, '(\w+)')?\)/g, (call, sizes, turn, dtype) => {
    const shape = sizes === '' ? [] : sizes.split(',').map(Number);
    const list = numbers(shape, Number(turn ?? 0), dtype);
    if (list.length === 0 || list.length > most) return call;
    const options = dtype === undefined || dtype === 'float32' ? '' : `, { dtype: '${dtype}' }`;
    return `tensor(${nested(list, shape)}${options})`;
  });
