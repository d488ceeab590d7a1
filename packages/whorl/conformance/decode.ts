// Turns recorded values into tensors and plain values.
// in:  JSON as the recording programs wrote it     out: Raw tensors, or tensors of the library
import { where } from './placing.js';
import { arrayOf } from '../src/graph/dtype.js';
import type { DType, TypedArray } from '../src/graph/dtype.js';
import type { Tensor } from '../src/index.js';
import { free } from './library.js';

export interface RecordedTensor {
  tensor: number[];
  dtype: DType;
  data: string;
  requires_grad?: boolean;
}

export type Recorded =
  | null
  | boolean
  | number
  | string
  | RecordedTensor
  | { list: Recorded[] }
  | { tuple: Recorded[] }
  | { slice: [Recorded, Recorded, Recorded] }
  | { ellipsis: true }
  | { dtype_arg: string }
  | { float: string };

export interface Raw {
  shape: number[];
  dtype: DType;
  data: TypedArray;
}

/** A Python float that is whole: where it meets integers, PyTorch answers with floats. */
export class WholeFloat {
  constructor(readonly value: number) {}
}

export class Slice {
  constructor(
    readonly start?: number,
    readonly stop?: number,
    readonly step?: number,
  ) {}
}

export class Tuple {
  constructor(readonly items: unknown[]) {}
}

export const ellipsis = Symbol('...');

export function isRecordedTensor(value: unknown): value is RecordedTensor {
  return typeof value === 'object' && value !== null && 'tensor' in value;
}

/** The numbers of a recorded tensor, in fresh memory: base64 of little-endian values. */
export function decodeRaw(recorded: RecordedTensor): Raw {
  const bytes = Uint8Array.from(Buffer.from(recorded.data, 'base64'));
  const array = arrayOf[recorded.dtype];
  if (array === undefined) throw new Error(`unknown dtype ${recorded.dtype}`);
  return { shape: recorded.tensor, dtype: recorded.dtype, data: new array(bytes.buffer) };
}

export function decodeTensor(recorded: RecordedTensor, requiresGrad?: boolean): Tensor {
  const { data, dtype, shape } = decodeRaw(recorded);
  const grad = requiresGrad ?? recorded.requires_grad ?? false;
  return free('tensor')(data, { dtype, shape, requiresGrad: grad, ...where() }) as Tensor;
}

export function decodeFloat(text: string): number | WholeFloat {
  const value = Number(text.replace('inf', 'Infinity'));
  return Number.isFinite(value) ? new WholeFloat(value) : value;
}

/**
 * A recorded value: tensors become tensors, lists arrays, tuples Tuple, whole floats WholeFloat.
 * `name` resolves strings such as '$x' (the variables of a program).
 */
export function decodeValue(value: Recorded, name?: (text: string) => unknown): unknown {
  if (typeof value === 'string') return name?.(value) ?? value;
  if (typeof value !== 'object' || value === null) return value;
  const all = (items: Recorded[]) => items.map((item) => decodeValue(item, name));
  if ('tensor' in value) return decodeTensor(value);
  if ('list' in value) return all(value.list);
  if ('tuple' in value) return new Tuple(all(value.tuple));
  if ('slice' in value) {
    const [start, stop, step] = value.slice.map((item) => (item ?? undefined) as number);
    return new Slice(start, stop, step);
  }
  if ('ellipsis' in value) return ellipsis;
  if ('dtype_arg' in value) return value.dtype_arg;
  return decodeFloat(value.float);
}

/** What a JavaScript caller writes: tuples are arrays, whole floats numbers. */
export function plain(value: unknown): unknown {
  if (value instanceof WholeFloat) return value.value;
  if (value instanceof Tuple) return value.items.map(plain);
  if (Array.isArray(value)) return value.map(plain);
  return value;
}

/** Arguments of a module, an optimizer or a schedule: plain values, names in our spelling. */
export function decodePlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decodePlain);
  return plain(decodeValue(value as Recorded));
}
