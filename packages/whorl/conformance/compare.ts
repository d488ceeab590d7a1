// Compares what the library answered with what PyTorch answered.
// in:  a result, the recorded result, a tolerance     out: undefined, or the difference in words
import { isFloating } from '../src/graph/dtype.js';
import type { TypedArray } from '../src/graph/dtype.js';
import type { Tensor } from '../src/index.js';
import { decodeRaw, isRecordedTensor } from './decode.js';
import type { Raw, Recorded, RecordedTensor } from './decode.js';
import { isTensor } from './library.js';
import type { Tolerance } from './tolerances.js';

export type Difference = string | undefined;

const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, dim) => size === b[dim]);

const kindOf = (shape: readonly number[], dtype: string): string => `${dtype}[${shape}]`;

/** Whether two numbers are near enough; NaN equals NaN, infinities only themselves. */
export function near(actual: number, expected: number, { abs, rel }: Tolerance): boolean {
  if (actual === expected) return true;
  if (Number.isNaN(expected)) return Number.isNaN(actual);
  if (!Number.isFinite(expected)) return false;
  return Math.abs(actual - expected) <= abs + rel * Math.abs(expected);
}

const show = (value: number | bigint): string =>
  typeof value === 'bigint' ? `${value}` : Object.is(value, -0) ? '-0' : `${+value.toPrecision(9)}`;

/** The first element that differs, how many do, and by how much; exact means bit for bit. */
export function compareData(
  actual: TypedArray,
  expected: TypedArray,
  floating: boolean,
  tolerance: Tolerance,
): Difference {
  const bits = !floating || (tolerance.abs === 0 && tolerance.rel === 0);
  let count = 0;
  let first = -1;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i]!, expected[i]!];
    if (bits ? Object.is(a, b) : near(a as number, b as number, tolerance)) continue;
    if (first < 0) first = i;
    count++;
    worst = Math.max(worst, Math.abs(Number(a) - Number(b)) || 0);
  }
  if (count === 0) return undefined;
  const where = `[${first}] expected ${show(expected[first]!)}, came ${show(actual[first]!)}`;
  return `${where} (${count} of ${expected.length} differ, by ${worst.toPrecision(3)} at most)`;
}

/** The values of a tensor as they stand in memory, contiguous. */
export async function readRaw(tensor: Tensor): Promise<Raw> {
  const data = (await tensor.data()) as TypedArray;
  return { shape: [...tensor.shape], dtype: tensor.dtype, data };
}

export async function compareTensor(
  actual: unknown,
  recorded: RecordedTensor,
  tolerance: Tolerance,
): Promise<Difference> {
  const expected = decodeRaw(recorded);
  const wanted = kindOf(expected.shape, expected.dtype);
  if (!isTensor(actual)) return `expected ${wanted}, came ${describe(actual)}`;
  const came = kindOf(actual.shape, actual.dtype);
  if (!sameShape(actual.shape, expected.shape) || actual.dtype !== expected.dtype) {
    return `expected ${wanted}, came ${came}`;
  }
  const raw = await readRaw(actual);
  if (
    raw.data.length !== expected.data.length ||
    raw.data.constructor !== expected.data.constructor
  ) {
    return (
      `expected ${expected.data.constructor.name}(${expected.data.length}), ` +
      `came ${raw.data.constructor.name}(${raw.data.length})`
    );
  }
  return compareData(raw.data, expected.data, isFloating(expected.dtype), tolerance);
}

export function describe(value: unknown): string {
  if (isTensor(value)) return kindOf(value.shape, value.dtype);
  if (Array.isArray(value)) return `[${value.map(describe).join(', ')}]`;
  return typeof value === 'object' && value !== null ? value.constructor.name : String(value);
}

/** The parts of a result: an array, or anything that can be taken apart like one. */
export function partsOf(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (value === null || typeof value !== 'object' || isTensor(value)) return undefined;
  return Symbol.iterator in value ? [...(value as Iterable<unknown>)] : undefined;
}

/** Any recorded result: tensors, lists and tuples of them, numbers, booleans, strings, null. */
export async function compareValue(
  actual: unknown,
  expected: Recorded,
  tolerance: Tolerance,
): Promise<Difference> {
  if (isRecordedTensor(expected)) return compareTensor(actual, expected, tolerance);
  if (typeof expected === 'object' && expected !== null) {
    if ('float' in expected) return compareNumber(actual, Number(expected.float), tolerance);
    const wanted = 'list' in expected ? expected.list : 'tuple' in expected ? expected.tuple : [];
    const parts = partsOf(actual);
    if (parts === undefined) return `expected ${wanted.length} results, came ${describe(actual)}`;
    if (parts.length !== wanted.length) {
      return `expected ${wanted.length} results, came ${parts.length}`;
    }
    for (const [i, want] of wanted.entries()) {
      const difference = await compareValue(parts[i], want, tolerance);
      if (difference !== undefined) return `result ${i}: ${difference}`;
    }
    return undefined;
  }
  if (typeof expected === 'number') return compareNumber(actual, expected, tolerance);
  if (expected === null)
    return actual == null ? undefined : `expected null, came ${describe(actual)}`;
  return actual === expected ? undefined : `expected ${expected}, came ${describe(actual)}`;
}

function compareNumber(actual: unknown, expected: number, tolerance: Tolerance): Difference {
  const value = typeof actual === 'bigint' ? Number(actual) : actual;
  if (typeof value === 'number' && near(value, expected, tolerance)) return undefined;
  return `expected ${expected}, came ${describe(actual)}`;
}

/** A gradient, where null says that there is no path. */
export async function compareGradient(
  actual: Tensor | null | undefined,
  expected: RecordedTensor | null,
  tolerance: Tolerance,
): Promise<Difference> {
  if (expected === null)
    return actual == null ? undefined : `expected none, came ${describe(actual)}`;
  if (actual == null) return `expected ${kindOf(expected.tensor, expected.dtype)}, came none`;
  return compareTensor(actual, expected, tolerance);
}
