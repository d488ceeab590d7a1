// Operations of three operands: where, clamp, lerp, addcmul, addcdiv.
// in:  tensors or numbers     out: a tensor of the broadcast shape

import { differentiated } from '../../autograd/custom.js';
import { observed } from '../../capture/looking/capturing.js';
import {
  add,
  binary,
  cast,
  constant,
  div,
  mul,
  multiplyAdd,
  neg,
  sub,
  where as select,
  withNumber,
} from '../../graph/build.js';
import { broadcastTo } from '../../graph/movement.js';
import { type DType, isFloating } from '../../graph/dtype.js';
import { Live } from '../../graph/live.js';
import type { Node } from '../../graph/node.js';
import { define, method } from '../../tensor/define.js';
import { demandNumbers } from '../../tensor/floating.js';
import { everywhere } from '../../tensor/fits.js';
import { demandFloating } from '../../tensor/floating.js';
import { assertNoPartialOverlap } from '../../tensor/overlap.js';
import {
  broadcastShapes,
  checkOperand,
  isScalar,
  numberOf,
  type Operand,
  operandNode,
  pointwise,
  resultLayout,
  resultType,
  shapeOf,
  type toFloat,
  valueNow,
} from '../../tensor/promotion.js';
import { fromNode, Tensor } from '../../tensor/tensor.js';
import type { Where } from './types.js';
import { clamped } from './clamped.js';

import type {
  AddC,
  AddCInPlace,
  Clamp,
  ClampInPlace,
  ClampSide,
  ClampSideInPlace,
  Lerp,
  LerpInPlace,
  WhereMethod,
} from './types.js';
import { withTwin } from '../twins.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    /** x where condition, else other. Source: Tensor.where. */
    where: WhereMethod;
    /**
     * x brought into [min, max]; either may be null or a tensor. Where min > max, max wins; NaN
     * stays. Errors: no bound at all. Source: torch.clamp.
     */
    clamp: Clamp;
    /** clamp by another name. Source: torch.clip. */
    clip: Clamp;
    /** x, but at least `bound`. Source: torch.clamp_min. */
    clampMin: ClampSide;
    /** x, but at most `bound`. Source: torch.clamp_max. */
    clampMax: ClampSide;
    /**
     * x + weight * (end - x), exact at both ends. weight: a number or a tensor. Errors: integers,
     * unequal dtypes. Source: torch.lerp.
     */
    lerp: Lerp;
    /** x + value * tensor1 * tensor2; value: 1 by default. Errors: bool. Source: torch.addcmul. */
    addcmul: AddC<'addcmul'>;
    /**
     * x + value * tensor1 / tensor2; value: 1 by default. Errors: integers. Source: torch.addcdiv.
     */
    addcdiv: AddC<'addcdiv'>;
    clamp_: ClampInPlace;
    clip_: ClampInPlace;
    clampMin_: ClampSideInPlace;
    clampMax_: ClampSideInPlace;
    lerp_: LerpInPlace;
    addcmul_: AddCInPlace<'addcmul_'>;
    addcdiv_: AddCInPlace<'addcdiv_'>;
  }
}

/**
 * condition ? a : b, element by element; the operands are promoted and broadcast. Source:
 * torch.where.
 */
export const where = define('where', 'condition input:operand other', ((
  condition: Tensor,
  a: Operand,
  b: Operand,
) => {
  if (
    !(condition instanceof Tensor) ||
    (condition.dtype !== 'bool' && condition.dtype !== 'uint8')
  ) {
    throw new TypeError(
      `where: expected condition to be a bool tensor, but got ${
        condition instanceof Tensor ? condition.dtype : typeof condition
      }`,
    );
  }
  checkOperand('where', a);
  checkOperand('where', b);
  const dtype = resultType([a, b]);
  const shape = broadcastShapes('where', condition.shape, shapeOf(a), shapeOf(b));
  const side = (o: Operand): Node =>
    isScalar(o) ? everywhere('where', o, dtype, shape) : operandNode(o, dtype, shape);
  const node = select(broadcastTo(cast(condition.node, 'bool'), shape), side(a), side(b));
  return fromNode(node, resultLayout(shape, [condition, a, b]));
}) as Where);
// PyTorch's method has the condition in the middle: x.where(condition, other)
method('where', 'condition other', (x: Tensor, condition: Tensor, other: Operand) =>
  where(condition, x, other),
);

/** min(max(x, low), high). NaN anywhere gives NaN. Source: torch.clamp. */
export function clampTo(
  name: string,
  x: Tensor,
  min: Operand | null | undefined,
  max: Operand | null | undefined,
): Tensor {
  const given = [min, max].filter((b): b is Operand => b !== null && b !== undefined);
  if (given.length === 0) throw new Error(`${name}: at least one of min and max must be given`);
  const dtype = resultType([x, ...given]);
  const plain = given.every((b) => !(b instanceof Tensor));
  // one bound that is a tensor is a maximum or minimum, which booleans have
  if (dtype === 'bool' && (plain || given.length > 1)) {
    throw new Error(`${name}: not implemented for bool tensors`);
  }
  const low = min === null || min === undefined ? null : reachable(name, 'min', min, dtype);
  const high = max === null || max === undefined ? null : reachable(name, 'max', max, dtype);
  const bounds = [low, high].filter((b): b is Operand => b !== null);
  return pointwise(name, [x, ...bounds], (a, ...limits) => {
    const from = low === null ? null : limits.shift()!;
    const to = high === null ? null : limits.shift()!;
    return clamped(a, from, to, plain);
  });
}

const ends: Partial<Record<DType, readonly [number, number]>> = {
  uint8: [0, 255],
  int32: [-(2 ** 31), 2 ** 31 - 1],
};

/** A plain bound that the dtype cannot hold bounds nothing, or everything: then it is refused. */
function reachable(name: string, side: 'min' | 'max', bound: Operand, dtype: DType): Operand {
  const range = ends[dtype];
  if (range === undefined || bound instanceof Tensor) return bound;
  const [least, most] = range;
  const value = numberOf(bound);
  if (value instanceof Live || (value >= least && value <= most)) return bound;
  if (side === 'min' ? value < least : value > most) return side === 'min' ? least : most;
  throw new RangeError(
    `${name}: ${side} value ${value} is outside the representable range of ${dtype}, ${least} to ` +
      `${most}`,
  );
}

const clampMethod =
  (name: string) =>
  (x: Tensor, min?: Operand | null, max?: Operand | null): Tensor =>
    clampTo(name, x, min ?? null, max ?? null);
withTwin('clamp', 'min? max?', clampMethod('clamp') as never, assertNoPartialOverlap);
withTwin('clip', 'min? max?', clampMethod('clip') as never, assertNoPartialOverlap);
withTwin(
  'clampMin',
  'min',
  ((x: Tensor, min: Operand) => clampTo('clampMin', x, min, null)) as never,
  assertNoPartialOverlap,
);
withTwin(
  'clampMax',
  'max',
  ((x: Tensor, max: Operand) => clampTo('clampMax', x, null, max)) as never,
  assertNoPartialOverlap,
);

/** x + weight * (end - x), written so that both ends are exact. */
function lerp(x: Tensor, end: Tensor, weight: Operand): Tensor {
  demandFloating('lerp', x);
  if (x.dtype !== end.dtype) {
    throw new Error(`lerp: expected dtype ${x.dtype} for end, but got dtype ${end.dtype}`);
  }
  if (weight instanceof Tensor && weight.ndim > 0 && weight.dtype !== x.dtype) {
    throw new Error(`lerp: expected dtype ${x.dtype} for weight, but got dtype ${weight.dtype}`);
  }
  return pointwise('lerp', [x, end, weight], (a, b, w) => {
    const difference = sub(b, a);
    const rest = sub(constant(1, w.dtype, w.shape), w);
    if (isScalar(weight)) {
      const near = observed(() => Math.abs(valueNow(weight)) < 0.5);
      const node = near ? multiplyAdd(w, difference, a) : multiplyAdd(neg(difference), rest, b);
      return differentiated('lerp', node, [a, b], (g) => [mul(g, rest), mul(g, w)], false);
    }
    const near = binary('LT', cast(absolute(w), w.dtype), constant(0.5, w.dtype, w.shape));
    return select(near, multiplyAdd(w, difference, a), multiplyAdd(neg(difference), rest, b));
  });
}

const absolute = (a: Node): Node =>
  select(binary('LT', a, constant(0, a.dtype, a.shape)), withNumber('MUL', a, -1), a);

withTwin('lerp', 'end:operand weight:operand', lerp as never, assertNoPartialOverlap);

interface Value {
  value?: number;
}

/** x + value * a * b and x + value * a / b. */
function accumulate(name: string, combine: (a: Node, b: Node, base: Node) => Node, float: boolean) {
  return (x: Tensor, a: Tensor, b: Tensor, { value = 1 }: Value = {}): Tensor =>
    pointwise(
      name,
      [x, a, b],
      (base, p, q) => {
        demandNumbers(name, base);
        // an integer tensor takes value as an integer, too
        const factor = isFloating(base.dtype) ? numberOf(value) : Math.trunc(valueNow(value));
        return combine(factor === 1 ? p : withNumber('MUL', p, factor), q, base);
      },
      (d) => (float ? integerError(name, d) : d),
    );
}

function integerError(name: string, dtype: Parameters<typeof toFloat>[0]) {
  if (isFloating(dtype)) return dtype;
  throw new Error(
    `${name}: integer division is not supported; convert the operands to a floating dtype`,
  );
}

withTwin(
  'addcmul',
  'tensor1 tensor2 | * value:number',
  accumulate('addcmul', multiplyAdd, false) as never,
  assertNoPartialOverlap,
);
withTwin(
  'addcdiv',
  'tensor1 tensor2 | * value:number',
  accumulate('addcdiv', (a, b, base) => add(base, div(a, b)), true) as never,
  assertNoPartialOverlap,
);
