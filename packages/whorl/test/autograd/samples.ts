// Inputs for the numeric gradient check: for every op how it is applied, and where its inputs lie.
// in:  nothing     out: a total table from ops to samples; 'none' where no gradient exists

import * as b from '../nodes.js';
import { contextOf } from '../../src/engine/devices/context.js';
import { device } from '../../src/engine/devices/default.js';
import '../../src/engine/devices/reference.js';
import { type Node, type Shape, transfer } from '../../src/graph/node.js';
import type { BinaryOp, Op, ReduceKind, UnaryOp } from '../../src/graph/op.js';

/** Values of an input are spread over [low, high]; `apart` keeps them off the kinks between. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

export interface Sample {
  readonly name: string;
  /** the inputs' shapes; all ranges are the same where one is given */
  readonly shapes: readonly Shape[];
  readonly ranges: readonly Range[];
  readonly make: (...inputs: Node[]) => Node;
}

const range = (low: number, high: number): Range => ({ low, high });
const anywhere = range(-2, 2);
const positive = range(0.3, 2.5);
const inside = range(-0.9, 0.9);

/** In use from here on. */
const reference = contextOf(device('reference')).device;

/** Ways in which an op of shape [2, 3] sees a smaller or turned input. */
const views: readonly [name: string, shape: Shape, see: (a: Node) => Node][] = [
  ['as it is', [2, 3], (a) => a],
  ['a row for all', [3], (a) => b.broadcastTo(a, [2, 3])],
  ['a column for all', [2, 1], (a) => b.expand(a, [2, 3])],
  ['turned', [3, 2], (a) => b.permute(a, [1, 0])],
  ['every second column', [2, 6], (a) => b.shrink(a, [0, 1], [1, 2], [2, 3])],
  ['0-d for all', [], (a) => b.broadcastTo(a, [2, 3])],
];

const one = (name: string, shape: Shape, at: Range, make: (a: Node) => Node): Sample => ({
  name,
  shapes: [shape],
  ranges: [at],
  make,
});

const unary = (op: UnaryOp, at: Range): Sample[] =>
  views.map(([name, shape, see]) => one(name, shape, at, (a) => b.unary(op, see(a))));

/** Both operands through different views, and one operand twice. */
function binary(op: BinaryOp, left: Range, right: Range): Sample[] {
  const pairs = views.map(([name, shape, see], i): Sample => {
    const [other, otherShape, seeOther] = views[(i * 2 + 3) % views.length]!;
    return {
      name: `${name} with ${other}`,
      shapes: [shape, otherShape],
      ranges: [left, right],
      make: (x, y) => b.binary(op, see(x), seeOther(y)),
    };
  });
  return [...pairs, one('with itself', [4], range(0.4, 2), (a) => b.binary(op, a, b.mul(a, a)))];
}

const cube: Shape = [2, 3, 4];
const small: Shape = [2, 3, 2];
const reductions = (kind: ReduceKind): Sample[] => [
  one(`${kind} over the last axis`, cube, anywhere, (a) => b.reduce(a, kind, [2])),
  one(`${kind} over the first axis`, cube, anywhere, (a) => b.reduce(a, kind, [0])),
  one(`${kind} over outer axes`, small, anywhere, (a) => b.reduce(a, kind, [0, 2])),
  one(`${kind} over all axes`, [2, 3], anywhere, (a) => b.reduce(a, kind, [0, 1])),
  one(`${kind} over what was expanded`, [3, 1], anywhere, (a) =>
    b.reduce(b.expand(a, [3, 4]), kind === 'sum' ? 'sum' : 'prod', [0]),
  ),
];

const scans = (kind: ReduceKind): Sample[] => [
  one(`${kind} along the last axis`, [2, 4], anywhere, (a) => b.scan(a, kind, 1)),
  one(`${kind} along the first axis`, [3, 2], anywhere, (a) => b.scan(a, kind, 0)),
];

const indices = (values: number[], shape: Shape): Node => {
  const parts = values.map((v) => b.constant(v, 'int64', [1]));
  const joined = parts.reduce((row, part) =>
    b.add(b.pad(row, [0], [1]), b.pad(part, [row.shape[0]!], [0])),
  );
  return b.reshape(joined, shape);
};
const condition = (shape: Shape): Node => {
  const n = shape.reduce((a, c) => a * c, 1);
  const odd = b.withNumber('MOD', b.iota(n, 'int32'), 2);
  return b.reshape(b.cast(odd, 'bool'), shape);
};

const pair = (name: string, shapes: [Shape, Shape], make: (x: Node, y: Node) => Node): Sample => ({
  name,
  shapes,
  ranges: [anywhere, anywhere],
  make,
});

const gathers: Sample[] = [
  one('one of each row', [3, 4], anywhere, (a) => b.gather(a, indices([2, 0, 3], [3, 1]), 1)),
  one('some twice', [4], anywhere, (a) => b.gather(a, indices([1, 1, 3, 0, 1], [5]), 0)),
  one('rows', [3, 2], anywhere, (a) =>
    b.gather(a, b.expand(indices([2, 2, 0, 1], [4, 1]), [4, 2]), 0),
  ),
];
const scatters: Sample[] = [
  pair('added', [[4], [3]], (x, v) => b.scatter(x, indices([1, 1, 3], [3]), v, 0, 'sum')),
  pair(
    'set',
    [
      [2, 4],
      [2, 2],
    ],
    (x, v) => b.scatter(x, indices([1, 3, 0, 2], [2, 2]), v, 1, 'set'),
  ),
];
const splices: Sample[] = [
  pair(
    'a slice',
    [
      [3, 5],
      [2, 2],
    ],
    (x, v) => b.splice(x, v, { op: 'SHRINK', steps: [1, 2] }, [1, 1]),
  ),
  pair('a diagonal', [[3, 4], [3]], (x, v) =>
    b.splice(x, v, { op: 'DIAGONAL', a: 0, b: 1 }, [0, 1]),
  ),
  pair('windows', [[6], [3, 2]], (x, v) =>
    b.splice(x, v, { op: 'WINDOW', axis: 0, size: 2, step: 2 }, []),
  ),
];

/** 'none': the op has no gradient at all (its result is no floating number, or it has no rule). */
export const samples = {
  BUFFER: 'none',
  CONST: 'none',
  IOTA: 'none',
  HOST: 'none',
  NOT: 'none',
  LT: 'none',
  LE: 'none',
  EQ: 'none',
  AND: 'none',
  OR: 'none',
  XOR: 'none',
  SHL: 'none',
  SHR: 'none',
  // steps: their slope is 0 off the jumps
  CHECK: [
    one('what holds', [2, 3], anywhere, (a) =>
      b.checked(a, b.lt(a, b.constantLike(a, 1e9)), 'too large'),
    ),
  ],
  FLUSH: [one('what is large enough', [2, 3], anywhere, (a) => b.withoutSmall(a, [1e-30]))],
  FLOOR: unary('FLOOR', range(0.1, 0.9)),
  CEIL: unary('CEIL', range(0.1, 0.9)),
  TRUNC: unary('TRUNC', range(0.1, 0.9)),
  ROUND: unary('ROUND', range(0.6, 1.4)),
  IDIV: binary('IDIV', range(5.1, 5.9), range(0.51, 0.53)),
  NEG: unary('NEG', anywhere),
  ABS: unary('ABS', anywhere),
  RECIP: unary('RECIP', positive),
  SQRT: unary('SQRT', positive),
  EXP: unary('EXP', anywhere),
  EXPM1: unary('EXPM1', anywhere),
  LOG: unary('LOG', positive),
  LOG1P: unary('LOG1P', inside),
  LOG2: unary('LOG2', positive),
  LOG10: unary('LOG10', positive),
  SIN: unary('SIN', anywhere),
  COS: unary('COS', anywhere),
  TAN: unary('TAN', range(-1.2, 1.2)),
  ASIN: unary('ASIN', inside),
  ACOS: unary('ACOS', inside),
  ATAN: unary('ATAN', anywhere),
  SINH: unary('SINH', anywhere),
  COSH: unary('COSH', anywhere),
  TANH: unary('TANH', anywhere),
  ASINH: unary('ASINH', anywhere),
  ACOSH: unary('ACOSH', range(1.2, 3)),
  ATANH: unary('ATANH', inside),
  SIGMOID: unary('SIGMOID', range(-4, 4)),
  ERF: unary('ERF', anywhere),
  ERFC: unary('ERFC', anywhere),
  ERFINV: unary('ERFINV', range(-0.8, 0.8)),
  LGAMMA: unary('LGAMMA', positive),
  DIGAMMA: unary('DIGAMMA', positive),
  ADD: binary('ADD', anywhere, anywhere),
  SUB: binary('SUB', anywhere, anywhere),
  MUL: binary('MUL', anywhere, anywhere),
  DIV: binary('DIV', anywhere, positive),
  MOD: binary('MOD', range(5.1, 5.9), range(0.51, 0.53)),
  FMOD: binary('FMOD', range(5.1, 5.9), range(0.51, 0.53)),
  POW: binary('POW', positive, anywhere),
  ATAN2: binary('ATAN2', anywhere, positive),
  MAX: binary('MAX', anywhere, range(-1.7, 2.1)),
  MIN: binary('MIN', anywhere, range(-1.7, 2.1)),
  CAST: [
    one('to float32 and back', [3], range(1, 2), (a) =>
      b.cast(b.mul(b.cast(a, 'float32'), b.constant(0, 'float32', [3])), 'float64'),
    ),
  ],
  ALIAS: [one('the same', [2, 3], anywhere, (a) => b.alias(a))],
  TRANSFER: [
    one('there and back', [2, 3], anywhere, (a) =>
      transfer(b.neg(transfer(a, reference)), device('cpu')),
    ),
  ],
  WHERE: [
    pair(
      'both sides',
      [
        [2, 3],
        [2, 3],
      ],
      (x, y) => b.where(condition([2, 3]), x, y),
    ),
    pair('a row and a number', [[3], []], (x, y) =>
      b.where(condition([2, 3]), b.broadcastTo(x, [2, 3]), b.broadcastTo(y, [2, 3])),
    ),
  ],
  FMA: [
    pair(
      'three factors',
      [
        [2, 3],
        [2, 3],
      ],
      (x, y) => b.multiplyAdd(x, y, b.multiplyAdd(x, x, y)),
    ),
  ],
  RESHAPE: [one('merged', cube, anywhere, (a) => b.reshape(a, [6, 4]))],
  PERMUTE: [one('turned', cube, anywhere, (a) => b.permute(a, [2, 0, 1]))],
  EXPAND: [
    one('one axis', [2, 1, 3], anywhere, (a) => b.expand(a, [2, 4, 3])),
    one('two axes', [1, 3, 1], anywhere, (a) => b.expand(a, [2, 3, 2])),
  ],
  PAD: [one('both ends', [2, 3], anywhere, (a) => b.pad(a, [1, 0], [0, 2], 7))],
  SHRINK: [
    one('a slice', [4, 5], anywhere, (a) => b.shrink(a, [1, 2], [1, 1], [2, 3])),
    one('in steps', [4, 5], anywhere, (a) => b.shrink(a, [1, 0], [2, 3], [2, 2])),
  ],
  FLIP: [one('both axes', [2, 3], anywhere, (a) => b.flip(a, [0, 1]))],
  DIAGONAL: [one('above the main one', [3, 4], anywhere, (a) => b.diagonal(a, 0, 1, [0, 1], 3))],
  WINDOW: [one('overlapping', [2, 5], anywhere, (a) => b.window(a, 1, 3, 1))],
  FOLD: [one('overlapping', [3, 3], anywhere, (a) => b.fold(a, 0, 3, 1, 5))],
  SPLICE: splices,
  REDUCE: [...reductions('sum'), ...reductions('prod'), ...reductions('max'), ...reductions('min')],
  SCAN: [...scans('sum'), ...scans('prod')],
  GATHER: gathers,
  SCATTER: scatters,
} satisfies Record<Op, Sample[] | 'none'>;
