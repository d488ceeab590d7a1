// What a parameter takes: a number, a tensor, sizes, a dtype. Each kind says whether a value fits
// and what it converts.
// in:  a kind such as 'int', 'sizes/string', 'tensor?'
// out: a test, a conversion, a name for messages
//
// A 0-d tensor stands for a number where one is meant, as in PyTorch: it is read.

import { device } from '../../engine/devices/default.js';
import { Device } from '../../graph/device.js';
import { dtypes } from '../../graph/dtype.js';
import { Live } from '../../graph/live.js';
import { Generator } from '../../random/generator.js';
import { HostScalar } from '../scalar.js';
import { Tensor } from '../tensor.js';
import { isIterable } from './iterable.js';

export interface Kind {
  /** For messages: 'an integer or a list of integers'. */
  readonly says: string;
  readonly nullable: boolean;
  /** A plain object is a value here, and no options. */
  readonly takesObjects: boolean;
  fits(value: unknown): boolean;
  /** What is taken for the value, where it does not fit as it is; undefined where nothing is. */
  from(value: unknown): unknown;
}

type Plain = Omit<Kind, 'nullable' | 'takesObjects'>;

const nothing = (): undefined => undefined;
const isLive = (value: unknown): boolean => value instanceof HostScalar || value instanceof Live;

/** The one value of a tensor, read. */
const item = (value: unknown): number | bigint | boolean | undefined =>
  value instanceof Tensor && value.numel() === 1
    ? (value as unknown as { itemSync(): number | bigint | boolean }).itemSync()
    : undefined;

function asNumber(value: unknown): number | undefined {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof HostScalar) return value.value;
  const one = item(value);
  return one === undefined ? undefined : Number(one);
}

function asInteger(value: unknown): number | undefined {
  if (value instanceof Tensor && /^(float|bool)/.test(value.dtype)) return undefined;
  const number = asNumber(value);
  return value instanceof HostScalar && !Number.isInteger(number) ? undefined : number;
}

const isNumber = (value: unknown): boolean => typeof value === 'number' || isLive(value);
const isTensor = (value: unknown): boolean => value instanceof Tensor;

/** What a schedule changes; the class itself stands above this folder. */
interface Rated {
  readonly paramGroups?: unknown;
}

const isScalar = (value: unknown): boolean =>
  typeof value === 'boolean' || typeof value === 'bigint' || isNumber(value);

/** A list each of whose elements fits or converts. */
function eachFrom(plain: Plain, value: unknown): unknown {
  if (!Array.isArray(value)) return undefined;
  const all = value.map((one) => (plain.fits(one) ? one : plain.from(one)));
  return isWhole(all) ? all : undefined;
}

/** every() goes past holes, includes() does not. */
const isWhole = (list: readonly unknown[]): boolean => !list.includes(undefined);

const listOf = (plain: Plain, says: string): Plain => ({
  says,
  fits: (value) => Array.isArray(value) && value.every(plain.fits) && isWhole(value),
  from: (value) => eachFrom(plain, value),
});

const either = (...plains: Plain[]): Plain => ({
  says: plains.map((p) => p.says).join(' or '),
  fits: (value) => plains.some((p) => p.fits(value)),
  from: (value) => {
    for (const plain of plains) {
      const taken = plain.from(value);
      if (taken !== undefined) return taken;
    }
    return undefined;
  },
});

const int: Plain = { says: 'an integer', fits: Number.isInteger, from: asInteger };
const number: Plain = { says: 'a number', fits: isNumber, from: asNumber };
const tensor: Plain = { says: 'a Tensor', fits: isTensor, from: nothing };

const only = (says: string, fits: (value: unknown) => boolean): Plain => ({
  says,
  fits,
  from: nothing,
});

const plains: Record<string, Plain> = {
  any: only('anything', (value) => value !== null),
  int,
  /** what may pass 2 ** 53, and keeps its digits */
  whole: only(
    'a whole number',
    (value) => typeof value === 'bigint' || Number.isInteger(value) || isLive(value),
  ),
  number,
  /** what decides which formula it is: of a scalar() the value that it has now */
  fixed: { says: 'a number', fits: (value) => typeof value === 'number', from: asNumber },
  tensor,
  sizes: either(int, listOf(int, 'a list of integers')),
  ints: listOf(int, 'a list of integers'),
  numbers: either(number, listOf(number, 'a list of numbers')),
  tensors: listOf(tensor, 'a list of Tensors'),
  list: only('a list', Array.isArray),
  reals: listOf(number, 'a list of numbers'),
  /** an output size, null where the input's is kept */
  extents: either(
    int,
    listOf(
      either(
        int,
        only('null', (value) => value === null),
      ),
      'a list of integers and nulls',
    ),
  ),
  someTensors: listOf(
    only('a Tensor or null', (value) => value === null || isTensor(value)),
    'a list of Tensors and nulls',
  ),
  iterable: only('a list or something else to iterate', isIterable),
  optimizer: only('an Optimizer', (value) => Array.isArray((value as Rated | null)?.paramGroups)),
  bool: only('a boolean', (value) => typeof value === 'boolean'),
  string: only('a string', (value) => typeof value === 'string'),
  dtype: only(`a dtype (${dtypes.join(', ')})`, (value) => dtypes.includes(value as never)),
  scalar: { says: 'a number', fits: isScalar, from: item },
  operand: only('a Tensor or a number', (value) => isTensor(value) || isScalar(value)),
  device: {
    says: 'a device',
    fits: (value) => value instanceof Device,
    from: (value) => (typeof value === 'string' ? device(value) : undefined),
  },
  generator: only('a Generator', (value) => value instanceof Generator),
  function: only('a function', (value) => typeof value === 'function'),
  object: only('an object', (value) => typeof value === 'object' && value !== null),
  /** Checked where it is used. */
  index: only('an index', () => true),
};

const made = new Map<string, Kind>();

/** 'sizes/string?': alternatives, and a mark where null is a value, too. */
export function kindOf(text: string): Kind {
  let kind = made.get(text);
  if (kind === undefined) {
    const words = text.replace('?', '').split('/');
    const unknown = words.find((word) => plains[word] === undefined);
    if (unknown !== undefined) throw new Error(`a signature names the kind "${unknown}"`);
    const parts = words.map((word) => plains[word]!);
    kind = {
      ...(parts.length === 1 ? parts[0]! : either(...parts)),
      nullable: text.endsWith('?'),
      takesObjects: words.includes('object') || words.includes('index'),
    };
    made.set(text, kind);
  }
  return kind;
}
