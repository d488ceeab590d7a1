// Reads what tensor() is given: a number, lists in lists, typed
// arrays, and tensors of one element among them.
// in:  JavaScript values
// out: a shape, the values in row-major order, the dtype that they make; or elements of a dtype
//
// Typed arrays of dtypes that do not exist here make the smallest one
// that holds all their values: nothing wraps.

import { arrayOf, type DType, isFloating, promote, type TypedArray } from '../../graph/dtype.js';
import { shown } from '../../tensor/arguments/show.js';
import { showShape } from '../../tensor/dims.js';
import { demandFits } from '../../tensor/fits.js';
import { isScalar, type Scalar, valueNow } from '../../tensor/promotion.js';
import { Tensor } from '../../tensor/tensor.js';

export type Nested = Scalar | Tensor | AnyArray | readonly Nested[];

/** Any typed array; those in the second line have no dtype of their own. */
export type AnyArray =
  | TypedArray
  | (Int8Array | Int16Array | Uint16Array | Uint32Array | BigUint64Array | Uint8ClampedArray);

export interface Values {
  readonly shape: readonly number[];
  readonly values: readonly Scalar[];
  readonly dtype: DType;
}

const dtypesOfArrays: Record<string, DType> = {
  Float16Array: 'float32',
  Float32Array: 'float32',
  Float64Array: 'float64',
  Int8Array: 'int32',
  Int16Array: 'int32',
  Int32Array: 'int32',
  Uint16Array: 'int32',
  Uint32Array: 'int64',
  BigInt64Array: 'int64',
  BigUint64Array: 'int64',
  Uint8Array: 'uint8',
  Uint8ClampedArray: 'uint8',
};

const kindOfArray = (data: AnyArray): string =>
  Object.prototype.toString.call(data).slice('[object '.length, -1);

export function typeOfArray(data: AnyArray): DType {
  const dtype = dtypesOfArrays[kindOfArray(data)];
  if (dtype !== undefined) return dtype;
  throw new TypeError(
    `tensor: ${kindOfArray(data)} holds no numbers that can be told; make a typed array of it`,
  );
}

/** Whether the memory of `data` is that of a tensor of `dtype`. */
export const isOwnMemory = (data: AnyArray, dtype: DType): data is TypedArray =>
  kindOfArray(data) === arrayOf[dtype].name;

const isTyped = (data: unknown): data is AnyArray => ArrayBuffer.isView(data);
const isList = (data: unknown): data is ArrayLike<Nested> => Array.isArray(data) || isTyped(data);

function shapeOf(data: Nested): number[] {
  const shape: number[] = [];
  for (let level: unknown = data; isList(level); level = level[0]) shape.push(level.length);
  return shape;
}

const ragged = (shape: readonly number[], depth: number, found: string): Error =>
  new Error(
    `tensor: expected sequence of length ${shape[depth] ?? 'none'} at dim ${depth} (got ` +
      `${found}); the first elements have the shape ${showShape(shape)}`,
  );

const notANumber = (value: unknown): TypeError => {
  const found = value instanceof Tensor ? `${shown(value)} (use stack())` : shown(value);
  return new TypeError(`tensor: expected numbers, booleans or bigints, got ${found}`);
};

/** The elements one by one, and which dtypes they are of. */
class Reader {
  readonly values: Scalar[] = [];
  private readonly met = { number: false, bigint: false, boolean: false };
  /** What tensors and typed arrays among the elements make together. */
  private dtype: DType | null = null;
  private fraction: number | null = null;

  constructor(private readonly shape: readonly number[]) {}

  read(data: Nested, depth: number): void {
    const { shape } = this;
    if (!isList(data)) {
      if (depth < shape.length) throw ragged(shape, depth, 'a number');
      this.element(data);
      return;
    }
    if (depth === shape.length || data.length !== shape[depth]) {
      throw ragged(shape, depth, `${data.length} elements`);
    }
    if (isTyped(data)) this.note(typeOfArray(data));
    for (let i = 0; i < data.length; i++) {
      const part = data[i] as Nested;
      if (isTyped(data)) this.values.push(part as Scalar);
      else this.read(part, depth + 1);
    }
  }

  private element(value: unknown): void {
    if (typeof value === 'number') {
      this.met.number = true;
      if (this.fraction === null && !Number.isInteger(value)) this.fraction = value;
      this.values.push(value);
    } else if (typeof value === 'bigint' || typeof value === 'boolean') {
      this.met[typeof value as 'bigint' | 'boolean'] = true;
      this.values.push(value);
    } else if (value instanceof Tensor && value.ndim === 0) {
      this.note(value.dtype);
      this.values.push((value as unknown as { itemSync(): Scalar }).itemSync());
    } else if (isScalar(value)) {
      this.met.number = true;
      this.values.push(valueNow(value));
    } else {
      throw notANumber(value);
    }
  }

  private note(dtype: DType): void {
    this.dtype = this.dtype === null ? dtype : promote(this.dtype, dtype);
  }

  /** Bigints make int64 of the whole numbers beside them; nothing makes float32. */
  get type(): DType {
    const { number, bigint, boolean } = this.met;
    if (bigint && number && this.fraction !== null) {
      throw new TypeError(
        `tensor: ${this.fraction} stands beside bigints, which make int64; give { dtype }`,
      );
    }
    const own = bigint ? 'int64' : number ? 'float32' : boolean ? 'bool' : null;
    if (own !== null) this.note(own);
    return this.dtype ?? 'float32';
  }
}

/** The elements of numbers and lists. Errors: rows of unequal length, what is no number. */
export function readNested(data: Nested, dtype?: DType): Values {
  const shape = shapeOf(data);
  const reader = new Reader(shape);
  reader.read(data, 0);
  return { shape, values: reader.values, dtype: dtype ?? reader.type };
}

/**
 * Numbers as elements of `dtype`, which must hold them;
 * fractions lose their digits, bool is x != 0.
 */
export function elementsOf(values: ArrayLike<Scalar>, dtype: DType): TypedArray {
  for (let i = 0; i < values.length; i++) demandElement(values[i]!, dtype);
  return converted(values, dtype);
}

function demandElement(value: Scalar, dtype: DType): void {
  if (isFloating(dtype) || dtype === 'bool') return;
  if (typeof value === 'bigint' && dtype === 'int64') {
    if (BigInt.asIntN(64, value) === value) return;
    throw new RangeError(`tensor: ${value} cannot be converted to int64 without overflow`);
  }
  const number = Number(value);
  // negative whole numbers of a byte's size wrap in PyTorch, fractions below 0 do not
  if (dtype === 'uint8' && number < 0 && !Number.isInteger(number)) {
    throw new RangeError(`tensor: ${value} cannot be converted to uint8 without overflow`);
  }
  demandFits('tensor', number, dtype);
}

/** The same of a typed array, as a cast has it: integers wrap. */
export function converted(values: ArrayLike<Scalar>, dtype: DType): TypedArray {
  const out = new arrayOf[dtype](values.length);
  const whole = !isFloating(dtype) && dtype !== 'bool';
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if (whole && typeof v === 'number' && !Number.isFinite(v)) demandFits('tensor', v, dtype);
    if (out instanceof BigInt64Array)
      out[i] = typeof v === 'bigint' ? v : BigInt(Math.trunc(Number(v)));
    else if (dtype === 'bool') out[i] = Number(v) !== 0 ? 1 : 0;
    else out[i] = Number(v);
  }
  return out;
}
