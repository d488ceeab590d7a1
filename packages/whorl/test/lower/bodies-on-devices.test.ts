// The elementary functions through both renderers: WebAssembly and JavaScript agree bit for bit.

import { describe, expect, it } from 'vitest';
import { bodies } from '../../src/lower/bodies/index.js';
import { type Floats, runBody } from './body-kernel.js';

type Name = keyof typeof bodies;
const names = Object.keys(bodies) as Name[];
const size = 1027;

/** Magnitudes from tiny to huge, with both signs, and a few specials. */
function numbers(dtype: Floats, which: number): Float32Array | Float64Array {
  const specials = [0, -0, Infinity, -Infinity, NaN, 1, -1, 0.5];
  const wide = Float64Array.from(
    { length: size },
    (_, i) => specials[i * (which + 1)] ?? Math.sin(i * 12.9898 + which) * 10 ** (Math.sin(i) * 3),
  );
  return dtype === 'float32' ? Float32Array.from(wide) : wide;
}

describe.each(['float32', 'float64'] as const)('%s', (dtype) => {
  const [a, b] = [numbers(dtype, 0), numbers(dtype, 1)];

  it.each(names)('%s is the same in lanes, alone and in JavaScript', (name) => {
    const wanted = runBody(bodies[name], dtype, 'js', a, b);
    for (const way of ['vector', 'serial'] as const) {
      expect(runBody(bodies[name], dtype, way, a, b)).toEqual(wanted);
    }
  });
});

describe.each(['float32', 'float64'] as const)('%s', (dtype) => {
  const powers = Float64Array.from({ length: 1031 }, (_, i) =>
    // fdlibm's worst case is among them
    i === 5 ? 6381956970095103 * 2 ** 797 : (i % 2 ? 1 : -1.37) * 1.618033 ** (i % 1400),
  );
  const a = dtype === 'float32' ? Float32Array.from(powers, (v) => v % 3e38) : powers;

  it.each(['SIN', 'COS', 'TAN'] as const)('%s of numbers of any size is right', (name) => {
    const f = { SIN: Math.sin, COS: Math.cos, TAN: Math.tan }[name];
    const got = runBody(bodies[name], dtype, 'vector', a);
    expect(runBody(bodies[name], dtype, 'serial', a)).toEqual(got);
    expect(runBody(bodies[name], dtype, 'js', a)).toEqual(got);
    got.forEach((value, i) => {
      const wanted = f(a[i]!);
      const error = Math.abs(value / wanted - 1);
      expect(error, `${a[i]}: ${value} for ${wanted}`).toBeLessThan(
        dtype === 'float32' ? 2e-7 : 7e-16,
      );
    });
  });
});
