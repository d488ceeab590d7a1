// The elementary functions in lanes, a million floats each: within 2 ulp of float64, and JavaScript's bits.

import { describe, expect, it } from 'vitest';
import { type Body, bodies } from '../../src/lower/bodies/index.js';
import { runBody } from './body-kernel.js';

const bitsOf = new Uint32Array(1);
const floatOf = new Float32Array(bitsOf.buffer);
function bits(value: number): number {
  floatOf[0] = value;
  return bitsOf[0]!;
}

/** Where a formula changes, or loses its way most easily; 1 and its neighbours for the logarithm. */
const middles = [
  0,
  1,
  -1,
  0.5,
  2,
  1.515,
  -1.515,
  3.93,
  9,
  -87.34,
  88.72,
  -103.97,
  Math.LN2 / 2,
  Math.PI,
];
const step = 4099;
const around = 1500;

/** Every 4099th of all patterns (so every exponent, both signs), and those around `middles`. */
function sample(): Float32Array {
  const regular = Math.floor(2 ** 32 / step);
  const patterns = new Uint32Array(regular + middles.length * (2 * around + 1));
  for (let i = 0; i < regular; i++) patterns[i] = i * step;
  let at = regular;
  for (const middle of middles) {
    for (let d = -around; d <= around; d++) patterns[at++] = (bits(middle) + d) >>> 0;
  }
  return new Float32Array(patterns.buffer);
}
const floats = sample();

/** The distance of two float32 around `value`. */
const ulp = (value: number): number =>
  2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(value)))) - 23);

interface Worst {
  error: number;
  at: number;
}

/** In ulp; infinite where only one of the two is a finite number, or NaN. */
function worst(got: ArrayLike<number>, truth: (i: number) => number, limit: number): Worst {
  const found: Worst = { error: 0, at: 0 };
  for (let i = 0; i < got.length; i++) {
    const x = floats[i]!;
    if (Math.abs(x) > limit) continue;
    const wanted = truth(i);
    if (Object.is(got[i], Math.fround(wanted))) continue;
    const distance = Math.abs(got[i]! - wanted) / ulp(wanted);
    const error = Number.isNaN(distance) ? Infinity : distance;
    if (error > found.error) Object.assign(found, { error, at: x });
  }
  return found;
}

const sigmoid = (x: number): number =>
  x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));

/** Sine and cosine promise it as far as neighbours are closer than a period. */
const functions: [keyof typeof bodies, (x: number) => number, number][] = [
  ['EXP', Math.exp, Infinity],
  ['LOG', Math.log, Infinity],
  ['TANH', Math.tanh, Infinity],
  ['SIGMOID', sigmoid, Infinity],
  ['SIN', Math.sin, 8e8],
  ['COS', Math.cos, 8e8],
];

/** Typed arrays as words: NaN is NaN, and -0 is not 0. */
const words = (values: Float32Array | Float64Array): Uint32Array => {
  const plain = values.map((value) => (Number.isNaN(value) ? NaN : value));
  return new Uint32Array(plain.buffer);
};

/** Every eighth of them: the reference takes its time. */
const some = floats.filter((_, i) => i % 8 === 0);

function sameBits(body: Body): boolean {
  const [inLanes, inJs] = (['vector', 'js'] as const).map((way) =>
    words(runBody(body, 'float32', way, some)),
  );
  return inLanes!.every((word, i) => word === inJs![i]);
}

describe('a million floats in lanes', () => {
  it.each(functions)('%s errs by at most 2 ulp', (name, truth, limit) => {
    const got = runBody(bodies[name], 'float32', 'vector', floats);
    const { error, at } = worst(got, (i) => truth(floats[i]!), limit);
    expect(error, `at ${at}`).toBeLessThanOrEqual(2);
    expect(sameBits(bodies[name])).toBe(true);
  });

  it('ERF errs by at most 2 ulp against its float64 body, which is right to 5e-16', () => {
    const got = runBody(bodies.ERF, 'float32', 'vector', floats);
    const truth = runBody(bodies.ERF, 'float64', 'vector', floats);
    const { error, at } = worst(got, (i) => truth[i]!, Infinity);
    expect(error, `at ${at}`).toBeLessThanOrEqual(2);
    expect(sameBits(bodies.ERF)).toBe(true);
  });

  it('a division is rounded as JavaScript rounds it', () => {
    const divide: Body = ([a, b], dtype) => ({ kind: 'binary', fn: 'div', dtype, a: a!, b: b! });
    const others = floats.map((_, i) => floats[(i * 7919 + 13) % floats.length]!);
    const got = runBody(divide, 'float32', 'vector', floats, others);
    const isRight = (quotient: number, i: number) =>
      Object.is(quotient, Math.fround(floats[i]! / others[i]!));
    expect((got as Float32Array).every(isRight)).toBe(true);
  });
});
