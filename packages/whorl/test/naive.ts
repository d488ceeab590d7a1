// The oracle: a graph evaluated node by node over typed arrays, in the plainest way there is.
// in:  a node, stored leaves below it     out: its values; float32 rounds after every operation

import { download } from '../src/engine/host.js';
import { arrayOf, type DType, isFloating, type TypedArray } from '../src/graph/dtype.js';
import { contiguousStrides, type Node, type Shape, sizeOf } from '../src/graph/node.js';
import type { Args, ReduceKind, SpliceView } from '../src/graph/op.js';

type Value = number | bigint;
type Values = TypedArray & { [i: number]: Value };

const fit = (dtype: DType, value: Value): Value => {
  switch (dtype) {
    case 'int64': return typeof value === 'bigint' ? BigInt.asIntN(64, value) : BigInt(value);
    case 'float32': return Math.fround(value as number);
    case 'int32': return Number(value) | 0;
    case 'uint8': return Number(value) & 255;
    case 'bool': return value ? 1 : 0;
    default: return value;
  }
};

const isNaNValue = (a: Value): boolean => typeof a === 'number' && Number.isNaN(a);
const larger = (a: Value, b: Value): Value =>
  (typeof a === 'bigint' ? (a > (b as bigint) ? a : b) : Math.max(a, b as number));
const smaller = (a: Value, b: Value): Value =>
  (typeof a === 'bigint' ? (a < (b as bigint) ? a : b) : Math.min(a, b as number));

const arithmetic = {
  ADD: (a: never, b: never) => a + b, SUB: (a: never, b: never) => a - b,
  DIV: (a: never, b: never) => a / b, FMOD: (a: never, b: never) => a % b,
  AND: (a: never, b: never) => a & b, OR: (a: never, b: never) => a | b,
  XOR: (a: never, b: never) => a ^ b, SHL: (a: never, b: never) => a << b,
  SHR: (a: never, b: never) => a >> b,
};

function floorMod(a: Value, b: Value): Value {
  const rest = ((a as never) % (b as never)) as Value;
  return rest && rest < 0 !== b < 0 ? (((rest as never) + (b as never)) as Value) : rest;
}

function floorDivide(a: Value, b: Value): Value {
  if (typeof a !== 'bigint') return Math.floor((a - (floorMod(a, b) as number)) / (b as number) + 0.5);
  return (a - (floorMod(a, b) as bigint)) / (b as bigint);
}

function multiply(dtype: DType, a: Value, b: Value): Value {
  return dtype === 'int32' ? Math.imul(a as number, b as number) : ((a as never) * (b as never));
}

function binary(op: string, dtype: DType, a: Value, b: Value): Value {
  switch (op) {
    case 'MUL': return multiply(dtype, a, b);
    case 'MAX': return larger(a, b);
    case 'MIN': return smaller(a, b);
    case 'LT': return a < b ? 1 : 0;
    case 'LE': return a <= b ? 1 : 0;
    case 'EQ': return a === b ? 1 : 0;
    case 'POW': return typeof a === 'bigint' ? a ** (b as bigint) : a ** (b as number);
    case 'ATAN2': return Math.atan2(a as number, b as number);
    case 'IDIV': return floorDivide(a, b);
    case 'MOD': return floorMod(a, b);
    default: return arithmetic[op as keyof typeof arithmetic](a as never, b as never);
  }
}

const halfToEven = (x: number): number => {
  const rounded = Math.round(x);
  return Math.abs(x % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
};

function unary(op: string, dtype: DType, a: Value): Value {
  const x = a as number;
  switch (op) {
    case 'NEG': return -a;
    case 'ABS': return a < 0 ? -a : a;
    case 'RECIP': return 1 / x;
    case 'NOT': return dtype === 'bool' ? (a ? 0 : 1) : ~x;
    case 'ROUND': return isFloating(dtype) ? halfToEven(x) : a;
    case 'FLOOR': case 'CEIL': case 'TRUNC':
      return isFloating(dtype) ? Math[op.toLowerCase() as 'floor'](x) : a;
    case 'SIGMOID': return 1 / (1 + Math.exp(-x));
    default: return Math[op.toLowerCase() as 'exp'](x);
  }
}

function convert(value: Value, from: DType, to: DType): Value {
  if (to === 'bool') return Number(value) !== 0 ? 1 : 0;
  if (isFloating(to)) return fit(to, Number(value));
  if (!isFloating(from)) return fit(to, to === 'int64' ? BigInt(value) : Number(BigInt.asIntN(32, BigInt(value))));
  const x = Number.isNaN(value) ? 0 : Math.trunc(value as number);
  if (to === 'int64') return BigInt(Math.max(-(2 ** 63), Math.min(x, 2 ** 63 - 1024)));
  return fit(to, Math.max(-(2 ** 31), Math.min(x, 2 ** 31 - 1)));
}

export const unflat = (position: number, shape: Shape): number[] => {
  const index = new Array<number>(shape.length);
  for (let i = shape.length - 1; i >= 0; i--) {
    index[i] = position % shape[i]!;
    position = Math.floor(position / shape[i]!);
  }
  return index;
};

export const flat = (index: readonly number[], shape: Shape): number =>
  contiguousStrides(shape).reduce((sum, stride, i) => sum + stride * index[i]!, 0);

/** Where an element of a view lies, or null where the view has none. */
function shown(view: SpliceView, scalars: readonly number[], index: readonly number[], rank: number): number[] {
  if (view.op === 'SHRINK') return index.map((own, i) => scalars[i]! + own * view.steps[i]!);
  const last = index[index.length - 1]!;
  const rest = index.slice(0, -1);
  if (view.op === 'WINDOW') return rest.map((own, i) => (i === view.axis ? own * view.step + last : own));
  return Array.from({ length: rank }, (_, i) =>
    (i === view.a ? scalars[0]! + last : i === view.b ? scalars[1]! + last : rest.shift()!));
}

// ---- the order of summation

export function combine(kind: ReduceKind, dtype: DType, a: Value, b: Value): Value {
  if (isNaNValue(a) || isNaNValue(b)) return Number.NaN;
  switch (kind) {
    case 'sum': return fit(dtype, dtype === 'bool' ? Number(a) | Number(b) : ((a as never) + (b as never)));
    case 'prod': return fit(dtype, multiply(dtype, a, b));
    case 'max': return larger(a, b);
    case 'min': return smaller(a, b);
  }
}

const limits: Record<DType, readonly [Value, Value]> = {
  bool: [0, 1], uint8: [0, 255], int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  float32: [-Infinity, Infinity], float64: [-Infinity, Infinity],
};

export function identity(kind: ReduceKind, dtype: DType): Value {
  if (kind === 'max') return limits[dtype][0];
  if (kind === 'min') return limits[dtype][1];
  return fit(dtype, dtype === 'int64' ? BigInt(kind === 'prod' ? 1 : 0) : kind === 'prod' ? 1 : 0);
}

type Add = (a: Value, b: Value) => Value;

function inOrder(values: readonly Value[], sizes: readonly number[], start: Value, add: Add): Value {
  const count = values.length;
  const least = Math.max(64, Math.ceil(count / 64));
  if (count <= least) return values.reduce(add, start);
  let row = 1;
  for (let i = sizes.length - 1; i >= 0 && row * sizes[i]! <= least; i--) row *= sizes[i]!;
  const block = Math.ceil(least / row) * row;
  let total = start;
  for (let i = 0; i < count; i += block) total = add(total, values.slice(i, i + block).reduce(add, start));
  return total;
}

function inLanes(values: readonly Value[], sizes: readonly number[], start: Value, add: Add): Value {
  let run = 1;
  let inner = sizes.length;
  while (inner > 0 && (inner === sizes.length || run % 16 !== 0)) run *= sizes[--inner]!;
  const steps = [...sizes.slice(0, inner), Math.floor(run / 16)];
  const whole = steps.reduce((a, b) => a * b, 1) * 16;
  const lanes = Array.from({ length: 16 }, (_, lane) =>
    inOrder(values.slice(0, whole).filter((_value, i) => i % 16 === lane), steps, start, add));
  values.slice(whole).forEach((value, i) => {
    lanes[i] = add(lanes[i]!, value);
  });
  for (let half = 8; half >= 1; half /= 2) for (let i = 0; i < half; i++) lanes[i] = add(lanes[i]!, lanes[i + half]!);
  return lanes[0]!;
}

export function reduced(
  values: readonly Value[], sizes: readonly number[], { kind, order }: Pick<Args['REDUCE'], 'kind' | 'order'>,
  dtype: DType,
): Value {
  const start = identity(kind, dtype);
  if (values.length === 0) return start;
  const real = sizes.filter((size) => size !== 1);
  const sum = order === 'lanes' && values.length >= 64 ? inLanes : inOrder;
  return sum(values, real, start, (a, b) => combine(kind, dtype, a, b));
}

// ---- the ops

type Evaluate = (node: Node, sources: readonly Values[], out: Values) => void;

const each = (node: Node, out: Values, value: (index: number[], i: number) => Value): void => {
  for (let i = 0; i < out.length; i++) out[i] = fit(node.dtype, value(unflat(i, node.shape), i)) as never;
};

/** index -> the source's index, or null for the filling. */
const moved = (place: (node: Node, index: number[]) => number[] | null): Evaluate => (node, [a], out) => {
  const { shape } = node.sources[0]!;
  each(node, out, (index) => {
    const from = place(node, index);
    return from === null ? convert(node.scalars[0]!, 'float64', node.dtype) : a![flat(from, shape)]!;
  });
};

const special: Record<string, Evaluate> = {
  CONST: (node, _, out) => each(node, out, () => {
    const value = node.scalars[0]!;
    return node.dtype === 'int64' ? BigInt(value) : value;
  }),
  IOTA: (node, _, out) => each(node, out, (_index, i) => (node.dtype === 'int64' ? BigInt(i) : i)),
  ALIAS: (node, [a], out) => each(node, out, (_, i) => a![i]!),
  CAST: (node, [a], out) => each(node, out, (_, i) => convert(a![i]!, node.sources[0]!.dtype, node.dtype)),
  WHERE: (node, [c, a, b], out) => each(node, out, (_, i) => (c![i] ? a![i]! : b![i]!)),
  RESHAPE: (node, [a], out) => each(node, out, (_, i) => a![i]!),
  PERMUTE: moved((node, index) => {
    const { order } = node.arg as Args['PERMUTE'];
    return index.map((_, i) => index[order.indexOf(i)]!);
  }),
  EXPAND: moved((node, index) => index.map((own, i) => (node.sources[0]!.shape[i] === 1 ? 0 : own))),
  PAD: moved((node, index) => {
    const { before } = node.arg as Args['PAD'];
    const from = index.map((own, i) => own - before[i]!);
    return from.every((own, i) => own >= 0 && own < node.sources[0]!.shape[i]!) ? from : null;
  }),
  SHRINK: moved((node, index) => shown({ op: 'SHRINK', ...(node.arg as Args['SHRINK']) }, node.scalars, index, 0)),
  FLIP: moved((node, index) => {
    const { axes } = node.arg as Args['FLIP'];
    return index.map((own, i) => (axes.includes(i) ? node.shape[i]! - 1 - own : own));
  }),
  DIAGONAL: moved((node, index) => shown(
    { op: 'DIAGONAL', ...(node.arg as Args['DIAGONAL']) }, node.scalars, index, node.sources[0]!.shape.length)),
  WINDOW: moved((node, index) => shown({ op: 'WINDOW', ...(node.arg as Args['WINDOW']) }, [], index, 0)),
  FOLD(node, [a], out) {
    const view = { op: 'WINDOW', ...(node.arg as Args['FOLD']) } as const;
    out.fill(fit(node.dtype, 0) as never);
    for (let i = 0; i < a!.length; i++) {
      const at = flat(shown(view, [], unflat(i, node.sources[0]!.shape), 0), node.shape);
      out[at] = combine('sum', node.dtype, out[at]!, a![i]!) as never;
    }
  },
  SPLICE(node, [base, value], out) {
    const { view } = node.arg as Args['SPLICE'];
    out.set(base as never);
    for (let i = 0; i < value!.length; i++) {
      const index = unflat(i, node.sources[1]!.shape);
      out[flat(shown(view, node.scalars, index, node.shape.length), node.shape)] = value![i] as never;
    }
  },
  REDUCE(node, [a], out) {
    const { axes } = node.arg as Args['REDUCE'];
    const { shape } = node.sources[0]!;
    const lists: Value[][] = Array.from(out, () => []);
    for (let i = 0; i < a!.length; i++) {
      const index = unflat(i, shape).filter((_, axis) => !axes.includes(axis));
      lists[flat(index, node.shape)]!.push(a![i]!);
    }
    const sizes = axes.map((axis) => shape[axis]!);
    each(node, out, (_, i) => reduced(lists[i]!, sizes, node.arg as Args['REDUCE'], node.dtype));
  },
  SCAN(node, [a], out) {
    const { kind, axis } = node.arg as Args['SCAN'];
    const wide = kind === 'sum' || kind === 'prod' ? (node.dtype === 'float32' ? 'float64' : node.dtype) : node.dtype;
    const totals = new Map<number, Value>();
    for (let i = 0; i < a!.length; i++) {
      const line = flat(unflat(i, node.shape).map((own, k) => (k === axis ? 0 : own)), node.shape);
      const total = combine(kind, wide, totals.get(line) ?? identity(kind, wide), a![i]!);
      totals.set(line, total);
      out[i] = fit(node.dtype, total) as never;
    }
  },
  GATHER(node, [table, position], out) {
    const { axis } = node.arg as Args['GATHER'];
    each(node, out, (index, i) => {
      index[axis] = Number(position![i]);
      return table![flat(index, node.sources[0]!.shape)]!;
    });
  },
  SCATTER(node, [base, position, value], out) {
    const { axis, kind } = node.arg as Args['SCATTER'];
    out.set(base as never);
    for (let i = 0; i < position!.length; i++) {
      const index = unflat(i, node.sources[1]!.shape);
      index[axis] = Number(position![i]);
      const at = flat(index, node.shape);
      out[at] = (kind === 'set' ? value![i] : combine(kind, node.dtype, out[at]!, value![i]!)) as never;
    }
  },
  HOST(node, sources, out) {
    const { routine } = node.arg as Args['HOST'];
    routine.run(out, sources, node.sources.map((source) => source.shape), node.shape);
  },
};

function evaluate(node: Node, sources: readonly Values[], out: Values): void {
  const rule = special[node.op];
  if (rule !== undefined) rule(node, sources, out);
  else if (sources.length === 1) each(node, out, (_, i) => unary(node.op, node.dtype, sources[0]![i]!));
  else {
    const { dtype } = node.sources[0]!;
    each(node, out, (_, i) => binary(node.op, dtype, sources[0]![i]!, sources[1]![i]!));
  }
}

/** Every pending node below `root`, sources first. */
export function naive(root: Node): TypedArray {
  const done = new Map<Node, Values>();
  const todo = [root];
  while (todo.length > 0) {
    const node = todo[todo.length - 1]!;
    const missing = node.buffer === null ? node.sources.filter((source) => !done.has(source)) : [];
    if (missing.length > 0) {
      todo.push(...missing);
      continue;
    }
    todo.pop();
    if (done.has(node)) continue;
    if (node.buffer !== null) {
      done.set(node, download(node) as Values);
      continue;
    }
    const out = new arrayOf[node.dtype](sizeOf(node.shape)) as Values;
    evaluate(node, node.sources.map((source) => done.get(source)!), out);
    done.set(node, out);
  }
  return done.get(root)!;
}
