// Tensors as text, in PyTorch's format: four decimals, columns aligned, large tensors by their
// edges.
// in:  a tensor (read synchronously) and print options     out: a string such as tensor([1., 2.])

import { capturing } from '../capture/looking/capturing.js';
import { defaultDevice } from '../engine/devices/default.js';
import { type DType, isFloating } from '../graph/dtype.js';
import { gradName } from './grad-name.js';
import { dataSync, isReadable } from './read.js';
import { Tensor } from './tensor.js';

export interface PrintOptions {
  /** decimals, default 4 */
  precision: number;
  /** more elements than this are summarised, default 1000 */
  threshold: number;
  /** elements shown at each end of a summarised dimension, default 3 */
  edgeitems: number;
  /** characters in a line, default 80 */
  linewidth: number;
}

const options: PrintOptions = { precision: 4, threshold: 1000, edgeitems: 3, linewidth: 80 };

/** Changes how tensors print. Source: torch.set_printoptions. */
export function setPrintOptions(changes: Partial<PrintOptions>): void {
  for (const key of Object.keys(changes)) {
    if (!(key in options)) {
      throw new TypeError(
        `setPrintOptions: unknown option "${key}"; it takes ${Object.keys(options).join(', ')}`,
      );
    }
  }
  Object.assign(options, changes);
}

type Value = number | bigint;
type Format = (value: Value) => string;

/**
 * JavaScript rounds the digits of a tie away from zero, Python to the even one. `exact` has all
 * digits.
 * 0.03125 to four decimals: '0.0313' becomes '0.0312'.
 */
function toEven(rounded: string, exact: string, decimals: number): string {
  const end = exact.indexOf('.') + 1 + decimals;
  if (!/^50*$/.test(exact.slice(end))) return rounded;
  const cut = exact.slice(0, decimals === 0 ? end - 1 : end);
  return Number(cut[cut.length - 1]) % 2 === 0 ? cut : rounded;
}

/** JavaScript's 1e-5 as Python's 1.0000e-05. */
function scientific(value: number): string {
  const { precision } = options;
  const [rounded, power] = value.toExponential(precision).split('e') as [string, string];
  const digits = toEven(rounded, value.toExponential(100).split('e')[0]!, precision);
  const sign = power.startsWith('-') ? '-' : '+';
  return `${digits}e${sign}${power.replace(/[+-]/, '').padStart(2, '0')}`;
}

const special = (value: number): string | null => {
  if (Number.isNaN(value)) return 'nan';
  return Number.isFinite(value) ? null : value > 0 ? 'inf' : '-inf';
};

const fixed = (value: number, decimals: number): string =>
  (Object.is(value, -0) ? '-' : '') + toEven(value.toFixed(decimals), value.toFixed(100), decimals);

/** One look at all shown values decides the format: whole, fixed or scientific. */
function floatFormat(values: readonly number[]): Format {
  const finite = values.filter((v) => Number.isFinite(v) && v !== 0);
  const sizes = finite.map(Math.abs);
  const [largest, smallest] = [
    sizes.reduce((a, b) => Math.max(a, b), 0),
    sizes.reduce((a, b) => Math.min(a, b), Infinity),
  ];
  const whole = values.every((v) => !Number.isFinite(v) || Number.isInteger(v));
  const spread =
    finite.length > 0 &&
    (largest / smallest > 1000 || largest > 1e8 || (!whole && smallest < 1e-4));
  return (value) => {
    const v = Number(value);
    const name = special(v);
    if (name !== null) return name;
    if (spread) return scientific(v);
    return whole ? `${fixed(v, 0)}.` : fixed(v, options.precision);
  };
}

function formatOf(dtype: DType, values: readonly Value[]): Format {
  if (isFloating(dtype)) return floatFormat(values as number[]);
  return dtype === 'bool' ? (v) => (v ? 'True' : 'False') : (v) => String(v);
}

/** Indices of one dimension that are shown; -1 stands for the dots. */
function shown(n: number, summarise: boolean): number[] {
  const { edgeitems } = options;
  const all = [...Array(n).keys()];
  if (!summarise || n <= 2 * edgeitems) return all;
  return [...all.slice(0, edgeitems), -1, ...all.slice(n - edgeitems)];
}

interface Page {
  readonly data: ArrayLike<Value>;
  readonly shape: readonly number[];
  readonly summarise: boolean;
  /** formats and pads to the common width */
  readonly cell: (value: Value) => string;
  readonly width: number;
}

function vector(page: Page, offset: number, indent: number): string {
  const n = page.shape[page.shape.length - 1]!;
  const perLine = Math.max(1, Math.floor((options.linewidth - indent) / (page.width + 2)));
  const cells = shown(n, page.summarise).map((i) =>
    i < 0 ? ' ...' : page.cell(page.data[offset + i]!),
  );
  const lines: string[] = [];
  for (let i = 0; i < cells.length; i += perLine)
    lines.push(cells.slice(i, i + perLine).join(', '));
  return `[${lines.join(`,\n${' '.repeat(indent + 1)}`)}]`;
}

function block(page: Page, axis: number, offset: number, indent: number): string {
  const { shape } = page;
  if (shape.length === 0) return page.cell(page.data[0]!);
  if (axis === shape.length - 1) return vector(page, offset, indent);
  const below = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const parts = shown(shape[axis]!, page.summarise).map((i) =>
    i < 0 ? '...' : block(page, axis + 1, offset + i * below, indent + 1),
  );
  const between = `,${'\n'.repeat(shape.length - 1 - axis)}${' '.repeat(indent + 1)}`;
  return `[${parts.join(between)}]`;
}

/** Flat positions that a summary shows. */
function visible(shape: readonly number[], summarise: boolean): number[] {
  let positions = [0];
  for (const n of shape) {
    const own = shown(n, summarise).filter((i) => i >= 0);
    positions = positions.flatMap((p) => own.map((i) => p * n + i));
  }
  return positions;
}

function body(x: Tensor, indent: number): string {
  if (x.numel() === 0) return '[]';
  if (!isReadable(x)) return '...';
  const data = dataSync(x) as ArrayLike<Value>;
  const summarise = x.numel() > options.threshold;
  const values = visible(x.shape, summarise).map((i) => data[i]!);
  const format = formatOf(x.dtype, values);
  const measured = isFloating(x.dtype)
    ? values.filter((v) => Number.isFinite(v) && v !== 0)
    : values;
  const width = measured.reduce<number>((w, v) => Math.max(w, format(v).length), 1);
  const cell = (value: Value) => format(value).padStart(width);
  return block({ data, shape: x.shape, summarise, cell, width }, 0, 0, indent);
}

function suffixes(x: Tensor): string[] {
  const list: string[] = [];
  if (x.device !== defaultDevice()) list.push(`device='${x.device}'`);
  const isShown = x.numel() > 0 ? isReadable(x) : x.ndim === 1;
  if (!isShown) list.push(`size=(${x.shape.join(', ')})`);
  // the values show what these are; where there are none only the default is left out
  const told = x.numel() === 0 ? ['float32'] : ['float32', 'int64', 'bool'];
  if (!told.includes(x.dtype)) list.push(`dtype=torch.${x.dtype}`);
  if (x.requiresGrad) list.push(x.isLeaf ? 'requires_grad=True' : `grad_fn=<${gradName(x)}>`);
  return list;
}

/**
 * The tensor as PyTorch prints it. Computes what is needed; '...' where the device is only read by
 * waiting.
 */
export function format(x: Tensor): string {
  // while a function is captured there are no values
  if (capturing.now !== null) return `Tensor(pending, [${x.shape.join(', ')}])`;
  const prefix = 'tensor(';
  let text = prefix + body(x, prefix.length);
  let last = text.length - text.lastIndexOf('\n') + 1;
  for (const suffix of suffixes(x)) {
    if (last + suffix.length + 2 > options.linewidth) {
      text += `,\n${' '.repeat(prefix.length)}${suffix}`;
      last = prefix.length + suffix.length;
    } else {
      text += `, ${suffix}`;
      last += suffix.length + 2;
    }
  }
  return `${text})`;
}

const wrongUse = (what: string): never => {
  throw new TypeError(`a Tensor is no number: ${what}`);
};

const define = (key: PropertyKey, value: unknown): void => {
  Object.defineProperty(Tensor.prototype, key, { value, configurable: true, writable: true });
};
define('toString', function text(this: Tensor) {
  return format(this);
});
define(Symbol.for('nodejs.util.inspect.custom'), function inspect(this: Tensor) {
  return format(this);
});
// a + b, a < b, if (a == 1): operators cannot be overloaded, so they say what to write instead
define(Symbol.toPrimitive, function toPrimitive(this: Tensor, hint: string) {
  if (hint === 'string') return format(this);
  return wrongUse(
    'write a.add(b), a.mul(b), a.lt(b) for operators, and await a.item() for its value',
  );
});
