// Makes tensors from data and from rules: tensor, zeros, ones,
// full, arange, linspace, eye and their kin.
// in:  JavaScript values, shapes, options
// out: tensors; the dtype never depends on whether data is whole

import { defaultDevice, device, type DeviceLike } from '../../engine/devices/default.js';
import { demandElements, upload } from '../../engine/devices/host.js';
import { alias, binary, cast, constant, eq, iota, withNumber } from '../../graph/build.js';
import { coordinate } from '../../graph/movement.js';
import { arrayOf, type DType, isFloating } from '../../graph/dtype.js';
import type { Device } from '../../graph/device.js';
import { type Node, sizeOf, transfer } from '../../graph/node.js';
import { fillArange } from '../../random/linspace.js';
import { isOptions } from '../../tensor/arguments/bind.js';
import { takes } from '../../tensor/arguments/bound.js';
import { define, method } from '../../tensor/define.js';
import {
  type AnyArray,
  converted,
  elementsOf,
  isOwnMemory,
  type Nested,
  readNested,
  typeOfArray,
} from './nested.js';
import { showShape, sizesOf } from '../../tensor/dims.js';
import { everywhere } from '../../tensor/fits.js';
import { copyLayout, numberOf, type Scalar } from '../../tensor/promotion.js';
import { fromNode, Tensor } from '../../tensor/tensor.js';
import type { Arange, Create, Eye, FromData, Full, FullLike, Like } from './types.js';
import type { Closed } from '../../tensor/types/shape.js';
import type { Making, MakingOptions } from './types.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    /**
     * Zeros of a shape, with x's dtype and device unless told otherwise. Source: Tensor.new_zeros.
     */
    newZeros: Making;
    /** Ones, as newZeros. Source: Tensor.new_ones. */
    newOnes: Making;
    /** One value, as newZeros. Source: Tensor.new_full. */
    newFull<T extends Tensor, const N extends number[], const E extends DType = T['dtype']>(
      this: T,
      size: readonly [...N],
      fillValue: Scalar,
      options?: MakingOptions<E>,
    ): Tensor<Closed<N>, NoInfer<E>>;
  }
}

export interface CreateOptions {
  dtype?: DType;
  /**
   * Where the tensor lies; default: the default device, for the *Like functions that of the input.
   */
  device?: DeviceLike;
  requiresGrad?: boolean;
}

/** The device that the options name, or the default. */
export const deviceFor = ({ device: wanted }: CreateOptions): Device =>
  wanted === undefined ? defaultDevice() : device(wanted);

export type TensorData = Nested | AnyArray | Tensor;

/** Splits `zeros(2, 3, { dtype })` or `zeros([2, 3])` into sizes and options. */
export function sizesAndOptions<O extends object>(
  name: string,
  args: readonly unknown[],
): { shape: number[]; options: O } {
  const last = args[args.length - 1];
  const options = isOptions(last) ? (last as O) : ({} as O);
  const sizes = sizesOf((isOptions(last) ? args.slice(0, -1) : args) as (number | number[])[]);
  for (const size of sizes) {
    if (!Number.isInteger(size) || size < 0) {
      throw new RangeError(
        `${name}: sizes must be whole numbers from 0 up, got ${showShape(sizes)}`,
      );
    }
  }
  return { shape: sizes, options };
}

/** What a creation function gives: a new tensor, a leaf that requires grad where asked. */
export const finished = (
  node: Node,
  options: CreateOptions,
  layout: readonly number[] | null = null,
): Tensor => {
  const { requiresGrad = false } = options;
  // a number or a counter belongs nowhere yet
  node.device ??= deviceFor(options);
  demandElements(node);
  const result = fromNode(node, layout);
  return requiresGrad ? result.requiresGrad_() : result;
};

/**
 * A tensor that holds a copy of `data`: a number, nested arrays, or a typed array
 * (with `shape`). Numbers make float32, booleans bool, bigints int64, typed arrays
 * their own dtype, unless `dtype` says otherwise.
 * Errors: rows of unequal length. Source: torch.tensor.
 */
export const tensor = takes(
  'tensor',
  'data:index? | * dtype device requires_grad shape:ints',
  made,
) as FromData;

function checkFilled(count: number, shape: readonly number[]): void {
  if (sizeOf(shape) === count) return;
  throw new Error(`tensor: ${count} values do not fill the shape ${showShape(shape)}`);
}

function made(
  data: TensorData,
  options: CreateOptions & { shape?: readonly number[] } = {},
): Tensor {
  if (data instanceof Tensor) {
    const node = transfer(data.detach().node, device(options.device ?? data.device));
    return finished(alias(cast(node, options.dtype ?? data.dtype)), options);
  }
  if (ArrayBuffer.isView(data)) {
    const dtype = options.dtype ?? typeOfArray(data);
    const shape = options.shape ?? [data.length];
    checkFilled(data.length, shape);
    // what has no dtype of its own must fit the one that was chosen for it
    const convert = options.dtype === undefined ? elementsOf : converted;
    const elements = isOwnMemory(data, dtype) ? data : convert(data, dtype);
    return finished(upload(elements, dtype, shape, deviceFor(options)), options);
  }
  const { shape, values, dtype } = readNested(data, options.dtype);
  checkFilled(values.length, options.shape ?? shape);
  const elements = elementsOf(values, dtype);
  return finished(upload(elements, dtype, options.shape ?? shape, deviceFor(options)), options);
}

/**
 * float32 from nested numbers; of sizes, memory for that
 * shape, zeros here. Source: torch.FloatTensor.
 */
export function FloatTensor(data: TensorData): Tensor;
export function FloatTensor(...sizes: readonly number[]): Tensor;
export function FloatTensor(...given: readonly unknown[]): Tensor {
  const [data] = given;
  if (given.length === 0) return empty(0);
  if (given.every((size) => typeof size === 'number')) return empty(...(given as number[]));
  if (given.length === 1) return made(data as TensorData, { dtype: 'float32' });
  throw new TypeError('FloatTensor: expected data, or sizes as whole numbers');
}

type SizeArguments = readonly (number | readonly number[] | CreateOptions)[];

const filled =
  (name: string, value: number) =>
  (...args: SizeArguments): Tensor => {
    const { shape, options } = sizesAndOptions<CreateOptions>(name, args);
    return finished(constant(value, options.dtype ?? 'float32', shape), options);
  };

/** Zeros of a shape: zeros(2, 3) or zeros([2, 3]), float32 by default. Source: torch.zeros. */
export const zeros = define(
  'zeros',
  '...size | * dtype device requires_grad',
  filled('zeros', 0) as Create,
);
/** Ones of a shape. Source: torch.ones. */
export const ones = define(
  'ones',
  '...size | * dtype device requires_grad',
  filled('ones', 1) as Create,
);
/** Memory for a shape; its values are zeros here. Source: torch.empty. */
export const empty = define(
  'empty',
  '...size | * dtype device requires_grad',
  filled('empty', 0) as Create,
);

const scalarType = (value: Scalar): DType =>
  typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'int64' : 'float32';

/**
 * One value everywhere; a number makes float32, a bigint int64, a boolean bool. Source: torch.full.
 */
export const full = define('full', 'size fill_value | * dtype device requires_grad', ((
  size: readonly number[],
  value: Scalar,
  options: CreateOptions = {},
): Tensor => {
  const { shape } = sizesAndOptions('full', [size]);
  return finished(everywhere('full', value, options.dtype ?? scalarType(value), shape), options);
}) as Full);

const likes: Record<string, number> = { zerosLike: 0, onesLike: 1, emptyLike: 0 };
const likeMakers = Object.fromEntries(
  Object.entries(likes).map(([name, value]) => [
    name,
    define(name, 'input | * dtype device requires_grad', (x: Tensor, options: CreateOptions = {}) =>
      finished(
        constant(value, options.dtype ?? x.dtype, x.shape),
        { device: x.device, ...options },
        copyLayout(x),
      ),
    ),
  ]),
) as Record<string, (x: Tensor, options?: CreateOptions) => Tensor>;

/** Zeros with the shape and dtype of `input`. Source: torch.zeros_like. */
export const zerosLike = likeMakers.zerosLike! as Like;
/** Ones with the shape and dtype of `input`. Source: torch.ones_like. */
export const onesLike = likeMakers.onesLike! as Like;
/** Memory with the shape and dtype of `input`; zeros here. Source: torch.empty_like. */
export const emptyLike = likeMakers.emptyLike! as Like;
/** One value with the shape and dtype of `input`. Source: torch.full_like. */
export const fullLike = define('fullLike', 'input fill_value | * dtype device requires_grad', ((
  x: Tensor,
  value: Scalar,
  options: CreateOptions = {},
) =>
  finished(
    everywhere('fullLike', value, options.dtype ?? x.dtype, x.shape),
    { device: x.device, ...options },
    copyLayout(x),
  )) as FullLike);

method(
  'newZeros',
  '...size | * dtype device requires_grad',
  (x: Tensor, ...args: SizeArguments) => {
    const { shape, options } = sizesAndOptions<CreateOptions>('newZeros', args);
    return zeros(shape, { dtype: x.dtype, device: x.device, ...options });
  },
);
method('newOnes', '...size | * dtype device requires_grad', (x: Tensor, ...args: SizeArguments) => {
  const { shape, options } = sizesAndOptions<CreateOptions>('newOnes', args);
  return ones(shape, { dtype: x.dtype, device: x.device, ...options });
});
method(
  'newFull',
  'size fill_value | * dtype device requires_grad',
  (x: Tensor, size: readonly number[], value: Scalar, o: CreateOptions = {}) =>
    full(size, value, { dtype: x.dtype, device: x.device, ...o }),
);

/** A 0-d tensor. Source: torch.scalar_tensor. */
export const scalarTensor = define(
  'scalarTensor',
  's | * dtype device requires_grad',
  (value: Scalar, options: CreateOptions = {}): Tensor =>
    finished(constant(numberOf(value), options.dtype ?? 'float32', []), options),
);

/** The identity of n rows and m columns. Source: torch.eye. */
export const eye = define('eye', 'n m? | * dtype device requires_grad', ((
  n: number,
  m: number = n,
  options: CreateOptions = {},
): Tensor => {
  const { shape } = sizesAndOptions('eye', [[n, m]]);
  const hit = eq(coordinate(shape, 0), coordinate(shape, 1));
  return finished(cast(hit, options.dtype ?? 'float32'), options);
}) as Eye);

type Whole = number | bigint;

/** Whole numbers that no rounding changes. */
const isExact = (value: number, dtype: DType): boolean =>
  Number.isInteger(value) && Math.abs(value) <= (dtype === 'float32' ? 2 ** 24 : 2 ** 53);

/**
 * A counter in steps: arange(end), arange(start, end, step). int64
 * where all are whole. Source: torch.arange.
 */
export const arange = define(
  'arange',
  'start:number/whole end:number/whole? step:number/whole? | * dtype device requires_grad',
  ((start: Whole, end?: Whole | null, by: Whole = 1, options: CreateOptions = {}): Tensor => {
    const step = Number(by);
    const [from, to] = (end === undefined || end === null ? [0, start] : [start, end]).map(
      Number,
    ) as [number, number];
    if (step === 0) throw new RangeError('arange: step must be nonzero');
    if (!Number.isFinite(from) || !Number.isFinite(to)) {
      throw new RangeError(`arange: unsupported range: ${from} -> ${to}`);
    }
    if ((to - from) * step < 0) {
      throw new RangeError(
        `arange: upper bound and lower bound inconsistent with step sign: ${from} to ` +
          `${to} by ${step}`,
      );
    }
    const whole = [from, to, step].every(Number.isInteger);
    const dtype = options.dtype ?? (whole ? 'int64' : 'float32');
    if (dtype === 'bool') throw new TypeError('arange: not implemented for bool');
    const n = Math.max(0, Math.ceil((to - from) / step));
    if (!isFloating(dtype)) {
      const count = iota(n, dtype === 'int64' ? 'int64' : 'int32');
      return finished(
        cast(
          withNumber('ADD', withNumber('MUL', count, Math.trunc(step)), Math.trunc(from)),
          dtype,
        ),
        options,
      );
    }
    if (![from, step, from + step * n].every((v) => isExact(v, dtype))) {
      const values = new arrayOf[dtype](n);
      fillArange(values, from, step);
      return finished(upload(values, dtype, [n], deviceFor(options)), options);
    }
    const exact = binary(
      'ADD',
      constant(from, 'float64', [n]),
      withNumber('MUL', iota(n, 'float64'), step),
    );
    return finished(cast(exact, dtype), options);
  }) as Arange,
);
