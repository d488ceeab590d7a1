// In-place writes that are not a twin of an operation: copy_, fill_, zero_.
// in:  a target tensor and a value     out: the target, whose cell holds a new value

import { reaching } from '../autograd/paths.js';
import { cast, constant } from '../graph/build.js';
import { broadcastTo } from '../graph/movement.js';
import { capturing } from '../capture/looking/capturing.js';
import { isReadNow } from '../engine/devices/context.js';
import { elementsOf } from '../engine/devices/host.js';
import { ownMemory } from '../engine/ownership/own-memory.js';
import { scalarOf } from '../engine/devices/scalar-of.js';
import type { DType } from '../graph/dtype.js';
import { Live } from '../graph/live.js';
import { sizeOf, transfer } from '../graph/node.js';
import { method } from './define.js';
import { showShape } from './dims.js';
import { demandFits, everywhere } from './fits.js';
import { assertNoPartialOverlap, assertReplaceable, repeatsAlike } from './overlap.js';
import { isScalar, numberOf, type Operand, type Scalar } from './promotion.js';
import { positionsIn } from './strides.js';
import { assertOwnHistory, assign } from './assign.js';
import { fromNode, Tensor } from './tensor.js';

/** Writes `value`, broadcast and converted to the target's dtype. */
export function copyInto(name: string, target: Tensor, value: Operand): Tensor {
  assertOwnHistory(name, target);
  if (isScalar(value)) {
    // the same number everywhere may come to a place more than once
    const number = numberOf(value);
    if (!(number instanceof Live)) {
      demandFits(name, number, target.dtype);
      if (pokeScalar(target, number)) return target;
    }
    assign(target, constant(number, target.dtype, target.shape));
    return target;
  }
  if (!(value instanceof Tensor)) throw new TypeError(`${name}: expected a tensor or a number`);
  if (value === target || repeatsAlike(target, value)) return target;
  assertNoPartialOverlap(name, target, [value]);
  return fillFrom(name, target, value);
}

/**
 * Writes `value`, be it a part of the target itself: what fills a place may be an element of it.
 */
export function fillFrom(name: string, target: Tensor, value: Tensor): Tensor {
  assertReplaceable(name, target);
  assertExpands(name, value.shape, target.shape);
  const node = broadcastTo(cast(transfer(value.node, target.device), target.dtype), target.shape);
  // what was there has no part in the new value, but its gradient is zero, not none
  const isWhole = target.numel() === sizeOf(target.cell.node.shape);
  assign(target, isWhole ? reaching(node, [target.node]) : node);
  return target;
}

/** A place of so few elements is written from here; a kernel would take longer to call. */
const fewElements = 16;

/**
 * Writes a number straight into stored memory that nothing else reads: loops of element writes cost
 * a microsecond each. False where the write must go through the graph.
 */
function pokeScalar(target: Tensor, value: number | bigint): boolean {
  const { cell } = target;
  if (capturing.now !== null || cell.leaf !== null || target.mark?.history) return false;
  if (!target.plain || target.numel() > fewElements || !isReadNow(target.device)) return false;
  const own = ownMemory(cell);
  if (own === null) return false;
  const { dtype, shape } = cell.node;
  const memory = elementsOf(cell.node, 0, sizeOf(shape));
  const element = (
    typeof value === 'bigint' ? bitsOf(value, dtype) : scalarOf(value, dtype)
  ) as never;
  for (const position of positionsIn(target.shape, target.strides, target.offset))
    memory[position] = element;
  target.cell.version++;
  return true;
}

const bitsOf = (value: bigint, dtype: DType): number | bigint =>
  dtype === 'int64' ? BigInt.asIntN(64, value) : scalarOf(Number(value), dtype);

export function assertExpands(name: string, from: readonly number[], to: readonly number[]): void {
  const missing = to.length - from.length;
  const fits = missing >= 0 && from.every((n, i) => n === 1 || n === to[i + missing]);
  if (fits) return;
  throw new Error(
    `${name}: the value of shape ${showShape(from)} does not broadcast to the shape ` +
      `${showShape(to)} of the place it is written to`,
  );
}

method('copy_', 'src', (x: Tensor, source: Tensor) => copyInto('copy_', x, source));
method('zero_', '', (x: Tensor) => copyInto('zero_', x, 0));
/** A tensor of x's shape and dtype, `value` everywhere. Source: torch.fill. */
method('fill', 'value', (x: Tensor, value: Scalar | Tensor) => {
  if (value instanceof Tensor && value.ndim > 0) {
    throw new Error(
      `fill: only supports a 0-dimension value tensor but got one with ${value.ndim} dimensions`,
    );
  }
  const node =
    value instanceof Tensor
      ? broadcastTo(cast(value.node, x.dtype), x.shape)
      : everywhere('fill', value, x.dtype, x.shape);
  return fromNode(reaching(node, [x.node]));
});
method('fill_', 'value', (x: Tensor, value: Scalar | Tensor) => {
  if (value instanceof Tensor && value.ndim > 0) {
    throw new Error(
      `fill_: only supports a 0-dimension value tensor but got one with ${value.ndim} dimensions`,
    );
  }
  return value instanceof Tensor ? fillFrom('fill_', x, value) : copyInto('fill_', x, value);
});
