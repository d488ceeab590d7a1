// The reduction of large arguments: x = n pi / 2 + r, n modulo 4, exact for every float64.
// in:  a float64 of at least 2^29     out: r and n in one float64, and both from it
//
// x times 2 / pi is an integer times 192 of the 1,200 bits that 2 / pi needs there, and of the
// product only what is left of multiples of 4 is computed (Payne and Hanek, "Radian reduction for
// trigonometric functions", 1983).

import type { Expr } from '../../ir/loop.js';
import {
  abs,
  add,
  and,
  cast,
  lt,
  mul,
  ne,
  neg,
  or,
  select,
  shl,
  shr,
  sub,
  xor,
} from './expressions.js';
import { fromBits, toBits } from './format.js';
import { type Emit, share } from './share.js';

/** No r is as small as 2^-100: the exponent has room for n. */
function encoded(r: Expr, n: Expr): Expr {
  const bit = (i: number): Expr => ne(and(n, i), 0);
  const once = select(bit(1), mul(r, 2 ** -200), r);
  return select(bit(2), mul(once, 2 ** -400), once);
}

/** r, and n in the lowest bits of an int32. */
export function decoded(code: Expr): { readonly r: Expr; readonly quadrant: Expr } {
  const size = abs(code);
  const isLess = [2 ** -100, 2 ** -300, 2 ** -500].map((bound) => lt(size, bound));
  const scale = [200, 400, 600].reduce<Expr>(
    (least, power, i) => select(isLess[i]!, 2 ** power, least),
    { kind: 'const', dtype: 'float64', value: 1 },
  );
  const counts = isLess.map((less) => cast(less, 'int32'));
  return { r: mul(code, scale), quadrant: add(add(counts[0]!, counts[1]!), counts[2]!) };
}

/** reduceLarge() as a routine. */
export const largeAngle = (x: Expr): Expr => ({
  kind: 'unary',
  fn: 'largeAngle',
  dtype: 'float64',
  a: x,
});

/** 64 zeros, then the bits of 2 / pi behind the point. */
const twoOverPi = [
  0x0000000000000000n,
  0xa2f9836e4e441529n,
  0xfc2757d1f534ddc0n,
  0xdb6295993c439041n,
  0xfe5163abdebbc561n,
  0xb7246e3a424dd2e0n,
  0x06492eea09d1921cn,
  0xfe1deb1cb129a73en,
  0xe88235f52ebb4484n,
  0xe99c7026b45f7e41n,
  0x3991d639835339f4n,
  0x9c845f8bbdf9283bn,
  0x1ff897ffde05980fn,
  0xef2f118b5a0a6d1fn,
  0x6d367ecf27cb09b7n,
  0x4f463f669e5fea2dn,
  0x7527bac7ebe5f17bn,
  0x3d0739f78a5292ean,
  0x6bfb5fb11f8d5d08n,
  0x56033046fc7b6babn,
];

/** pi / 2 as 26 bits and the rest. */
const [halfPiHigh, halfPiLow] = [1.5707963109016418, 1.5893254773528196e-8];

/** r and n as one number; of infinities anything. */
export function reduceLarge(x: Expr, emit: Emit): Expr {
  const bits = emit(toBits(abs(x)));
  const mantissa = emit(or(and(bits, 2 ** 52 - 1), 2 ** 52));
  // x is mantissa * 2^(e - 1075): bits of 2 / pi in front of this place make multiples of 4
  const place = emit(sub(shr(bits, 52), 1013));
  const [w2, w1, w0] = window(place, emit);
  const below = emit(highProduct(mantissa, w0!, emit));
  const low = emit(add(mul(mantissa, w1!), below));
  const carry = cast(lessUnsigned(low, below), 'int64');
  const high = emit(add(add(mul(mantissa, w2!), highProduct(mantissa, w1!, emit)), carry));
  // high and low are the product modulo 4, in 2^-126; high - 2^62 n lies in [-2^61, 2^61)
  const n = and(shr(add(shifted(high, 61), 1), 1), 3);
  const fraction = emit(shr(shl(high, 2), 2));
  const isNegative = emit(lt(x, 0));
  const r = emit(share(timesHalfPi(fraction, low), emit));
  return encoded(select(isNegative, neg(r), r), emit(select(isNegative, neg(n), n)));
}

/** (fraction + low 2^-64) 2^-62 pi / 2, rounded about once; low has no sign. */
function timesHalfPi(fraction: Expr, low: Expr): Expr {
  const first = cast(fraction, 'float64');
  const lost = cast(sub(fraction, cast(first, 'int64')), 'float64');
  const rest = add(lost, mul(cast(shifted(low, 1), 'float64'), 2 ** -63));
  const whole = add(first, rest);
  const missing = sub(rest, sub(whole, first));
  const upper = fromBits(and(toBits(whole), -(2 ** 27)));
  const lower = add(sub(whole, upper), missing);
  const scaled = (value: number): number => value * 2 ** -62;
  const exact = mul(upper, scaled(halfPiHigh!));
  return add(exact, add(mul(upper, scaled(halfPiLow!)), mul(lower, scaled(Math.PI / 2))));
}

/** 192 bits of the table from a place on, as three words, the first one first. */
function window(place: Expr, emit: Emit): Expr[] {
  const from = emit(shr(place, 6));
  const by = emit(and(place, 63));
  // the table from word `from` on: shifted by 16, 8, 4, 2, 1 words where that bit of it is set
  let table = twoOverPi.map((word): Expr => wordConstant(word));
  for (let step = 16; step >= 1; step /= 2) {
    const isSet = emit(ne(and(from, step), 0));
    const moved = table.slice(0, 3 + step);
    table = moved.map((word, i) =>
      i + step < table.length ? emit(select(isSet, table[i + step]!, word)) : word,
    );
  }
  const rest = sub(63, by);
  return [0, 1, 2].map((i) => emit(or(shl(table[i]!, by), shr(shifted(table[i + 1]!, 1), rest))));
}

function wordConstant(word: bigint): Expr {
  return { kind: 'const', dtype: 'int64', value: BigInt.asIntN(64, word) };
}

/** Shifted right, zeros coming in. */
const shifted = (value: Expr, by: number): Expr =>
  and(shr(value, by), wordConstant((1n << BigInt(64 - by)) - 1n));

const lessUnsigned = (a: Expr, b: Expr): Expr => {
  const sign = wordConstant(1n << 63n);
  return lt(xor(a, sign), xor(b, sign));
};

/** The high 64 bits of the product of two numbers without sign, the first below 2^53. */
function highProduct(a: Expr, b: Expr, emit: Emit): Expr {
  const half = 2 ** 32 - 1;
  const [ah, al] = [shifted(a, 32), and(a, half)].map(emit);
  const [bh, bl] = [shifted(b, 32), and(b, half)].map(emit);
  const middle = emit(add(mul(ah!, bl!), shifted(mul(al!, bl!), 32)));
  const cross = add(mul(al!, bh!), and(middle, half));
  return add(add(mul(ah!, bh!), shifted(middle, 32)), shifted(cross, 32));
}
