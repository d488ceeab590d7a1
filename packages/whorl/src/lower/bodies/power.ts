// POW: floats by logarithm and exponential with extra bits, integers by repeated squaring.

import { type DType, isFloating } from '../../graph/dtype.js';
import type { Expr } from '../../ir/loop.js';
import { ln2, log as coefficients } from './coefficients.js';
import {
  abs,
  add,
  and,
  choose,
  constant,
  div,
  eq,
  floor,
  lt,
  mul,
  ne,
  not,
  or,
  polynomial,
  select,
  sub,
} from './expressions.js';
import { exp } from './exponential.js';
import { floatType, fromBits, timesSign, toBits } from './format.js';
import { log, splitAny } from './logarithm.js';
import { inFloat64 } from './wide.js';

/** A value in two numbers: high + low, low being small. */
interface Double {
  readonly high: Expr;
  readonly low: Expr;
}

/** The upper half of the bits and the rest: products of such halves are exact. */
function halves(x: Expr): readonly [Expr, Expr] {
  const high = fromBits(and(toBits(x), x.dtype === 'float32' ? -(2 ** 12) : -(2 ** 27)));
  return [high, sub(x, high)];
}

/** x y - rounded, where rounded is x y rounded. */
function productError(x: Expr, y: Expr, rounded: Expr): Expr {
  const [xh, xl] = halves(x);
  const [yh, yl] = halves(y);
  const crossed = add(add(sub(mul(xh, yh), rounded), mul(xh, yl)), mul(xl, yh));
  return add(crossed, mul(xl, yl));
}

/**
 * log(x) to about 62 bits, in float32 30, for 0 < x < inf: 2 s is corrected by the remainder of the
 * division.
 */
function logDouble(x: Expr): Double {
  const type = floatType(x.dtype);
  const [ln2High, ln2Low] = ln2[type];
  const { exponent, f } = splitAny(x);
  const sum = add(f, 2);
  const sumLow = sub(f, sub(sum, 2));
  const s = div(f, sum);
  const product = mul(s, sum);
  const remainder = sub(sub(sub(f, product), productError(s, sum, product)), mul(s, sumLow));
  const sLow = div(remainder, sum);
  const z = mul(s, s);
  const series = mul(mul(s, z), polynomial(z, coefficients[type]));
  const twice = add(s, s);
  const large = mul(exponent, ln2High!);
  const high = add(large, twice);
  const lost = add(sub(large, sub(high, twice)), sub(twice, sub(high, sub(high, twice))));
  const low = add(add(add(add(sLow, sLow), series), mul(exponent, ln2Low!)), lost);
  const total = add(high, low);
  return { high: total, low: sub(low, sub(total, high)) };
}

/** |x|^y for 0 < |x| < inf: e^(y log|x|) with the lower half of the product. */
function powerOfPositive(x: Expr, y: Expr): Expr {
  const { high, low } = logDouble(x);
  const product = mul(y, high);
  const error = add(productError(y, high, product), mul(y, low));
  const main = exp(product);
  const isNumber = and(lt(abs(product), 800), lt(main, Infinity));
  return select(isNumber, add(main, mul(main, error)), main);
}

/** The magnitude |x|^y; 0 and infinity have no logarithm to split. */
function magnitudeOf(x: Expr, y: Expr): Expr {
  const isNegative = lt(y, 0);
  const ofZero = choose(isNegative, x.dtype, Infinity, 0);
  const ofInfinity = choose(isNegative, x.dtype, 0, Infinity);
  const edge = select(eq(x, 0), ofZero, ofInfinity);
  return select(and(lt(0, x), lt(x, Infinity)), powerOfPositive(x, y), edge);
}

/** In float64 the plain product has bits enough for a float32 result. */
const plainMagnitude = (x: Expr, y: Expr): Expr => exp(mul(y, log(x)));

/** C's pow: signs of odd powers, NaN for broken powers of negative numbers, 1 where exact. */
function withSignsAndEdges(x: Expr, y: Expr, magnitude: Expr): Expr {
  const isWhole = eq(floor(y), y);
  const half = mul(y, 0.5);
  const isOdd = and(isWhole, ne(floor(half), half));
  const signed = select(isOdd, timesSign(magnitude, x), magnitude);
  const isBroken = and(and(lt(x, 0), lt(-Infinity, x)), not(isWhole));
  const isUndefined = or(or(ne(x, x), ne(y, y)), isBroken);
  const isEndless = and(eq(abs(x), 1), eq(abs(y), Infinity));
  const isOne = or(or(eq(x, 1), eq(y, 0)), isEndless);
  return select(isOne, 1, select(isUndefined, NaN, signed));
}

const powerOfFloats = (x: Expr, y: Expr): Expr => withSignsAndEdges(x, y, magnitudeOf(abs(x), y));
const powerInFloat64 = inFloat64((x, y) => withSignsAndEdges(x, y, plainMagnitude(abs(x), y)));

/** All bits of the exponent that tell: what overflows goes on modulo 2 ** width, as in C. */
const exponentBits: Partial<Record<DType, number>> = { uint8: 8, int32: 31, int64: 63 };

function powerOfInts(x: Expr, y: Expr): Expr {
  let result: Expr = constant(x.dtype, 1);
  let square = x;
  const bits = exponentBits[x.dtype]!;
  for (let bit = 0; bit < bits; bit++) {
    result = select(ne(and(y, 2 ** bit), 0), mul(result, square), result);
    if (bit < bits - 1) square = mul(square, square);
  }
  return x.dtype === 'uint8' ? result : select(lt(y, 0), inverseOfInt(x, y), result);
}

/** Negative powers: 1 and -1 have them, all others are rounded to 0. */
function inverseOfInt(x: Expr, y: Expr): Expr {
  const sign = select(eq(and(y, 1), 1), x, 1);
  return select(or(eq(x, 1), eq(x, -1)), sign, 0);
}

export function power(x: Expr, y: Expr, hasFloat64: boolean): Expr {
  if (x.dtype === 'float32' && hasFloat64) return powerInFloat64(x, y);
  return isFloating(x.dtype) ? powerOfFloats(x, y) : powerOfInts(x, y);
}
