// The reduction of large arguments where there is no float64: x = n pi / 2 + r, n modulo 4, exact
// for every float32.
// in:  a float32 of at least 2^14     out: r, and n in the lowest bits
//
// As in large-angle.ts: of x times 2 / pi only what is left of multiples of 4 is computed, from 96
// bits of 2 / pi. Numbers are lists of 12 bits, so that an int32 holds a product and what is
// carried.

import type { Expr } from '../../ir/loop.js';
import { halfPi } from './coefficients.js';
import {
  abs,
  add,
  and,
  cast,
  constant,
  fma,
  le,
  lt,
  mul,
  ne,
  neg,
  or,
  select,
  shl,
  shr,
  sub,
} from './expressions.js';
import { toBits } from './format.js';
import type { Emit } from './share.js';

const width = 12;
const low = 2 ** width - 1;
/** Twelve bits each of a product that is known modulo 4. */
const count = 8;

/** 24 zeros, then the bits of 2 / pi behind the point. */
const twoOverPi = [
  0x0, 0x0, 0xa2f, 0x983, 0x6e4, 0xe44, 0x152, 0x9fc, 0x275, 0x7d1, 0xf53, 0x4dd, 0xc0d, 0xb62,
  0x959, 0x93c, 0x439, 0x41, 0xfe5, 0x163,
];

export function reduceLargeNarrow(
  x: Expr,
  emit: Emit,
): { readonly r: Expr; readonly quadrant: Expr } {
  const bits = emit(toBits(abs(x)));
  const mantissa = emit(or(and(bits, 2 ** 23 - 1), 2 ** 23));
  // x is mantissa * 2^(e - 150): bits of 2 / pi in front of this place make multiples of 4
  const place = emit(sub(shr(bits, 23), 128));
  const product = productModulo4(mantissa, window(place, emit), emit);
  const [top, second, third, fourth, fifth, sixth] = product.reverse() as [Expr, ...Expr[]];
  const pair = (high: Expr, next: Expr): Expr => or(shl(high, width), next);
  const whole = emit(pair(and(top, 2 ** 10 - 1), second!));
  const isUpper = emit(le(2 ** 21, whole));
  const n = emit(add(shr(top, 10), cast(isUpper, 'int32')));
  const signed = select(isUpper, sub(whole, 2 ** 22), whole);
  const part = (value: Expr, unit: number): Expr => mul(cast(value, 'float32'), unit);
  const first = emit(part(signed, 2 ** -22));
  const next = emit(part(pair(third!, fourth!), 2 ** -46));
  const sum = emit(add(first, next));
  const rest = emit(add(sub(next, sub(sum, first)), part(pair(fifth!, sixth!), 2 ** -70)));
  const r = emit(timesHalfPi(sum, rest, emit));
  const isNegative = emit(lt(x, 0));
  return { r: emit(select(isNegative, neg(r), r)), quadrant: emit(select(isNegative, neg(n), n)) };
}

/** (sum + rest) pi / 2, rounded about once. */
function timesHalfPi(sum: Expr, rest: Expr, emit: Emit): Expr {
  const [high, less] = halfPi.float32;
  const product = emit(mul(sum, high!));
  const lost = fma(sum, high!, neg(product));
  return add(product, fma(rest, high!, fma(sum, less!, lost)));
}

/** The lowest 96 bits of a product, lowest first. */
function productModulo4(mantissa: Expr, words: readonly Expr[], emit: Emit): Expr[] {
  const [m0, m1] = [emit(and(mantissa, low)), emit(shr(mantissa, width))];
  let carry: Expr = constant('int32', 0);
  return words.map((word, i) => {
    const own = add(mul(m0, word), carry);
    const column = emit(i === 0 ? own : add(own, mul(m1, words[i - 1]!)));
    carry = emit(shr(column, width));
    return emit(and(column, low));
  });
}

/** 96 bits of the table from a place on, lowest first. */
function window(place: Expr, emit: Emit): Expr[] {
  // a division by 12, exact for places up to 126
  const from = emit(shr(mul(place, 5462), 16));
  const by = emit(sub(place, mul(from, width)));
  let table = twoOverPi.map((word): Expr => constant('int32', word));
  for (let step = 8; step >= 1; step /= 2) {
    const isSet = emit(ne(and(from, step), 0));
    table = table
      .slice(0, count + step)
      .map((word, i) =>
        i + step < table.length ? emit(select(isSet, table[i + step]!, word)) : word,
      );
  }
  const rest = sub(width, by);
  const words = Array.from({ length: count }, (_, i) =>
    emit(and(or(shl(table[i]!, by), shr(table[i + 1]!, rest)), low)),
  );
  return words.reverse();
}
