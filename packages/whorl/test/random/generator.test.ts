// The generator as people meet it: seeds, saved states, the cached normal, and what surprises.

import { describe, expect, it } from 'vitest';
import {
  defaultGenerator,
  getRngState,
  initialSeed,
  manualSeed,
  seed,
  setRngState,
} from '../../src/random/default.js';
import { fma64 } from '../../src/random/fma.js';
import { Generator } from '../../src/random/generator.js';
import { fillRandint } from '../../src/random/integers.js';
import { fillNormal } from '../../src/random/normal.js';
import { PythonRandom } from '../../src/random/python.js';
import { batchesOf, randomOrder } from '../../src/random/samplers.js';
import { fillUniform } from '../../src/random/uniform.js';

const seeded = (n: number | bigint) => new Generator().manualSeed(n);

function randn(n: number, generator: Generator): Float32Array {
  const out = new Float32Array(n);
  fillNormal(out, generator);
  return out;
}

describe('a seed', () => {
  it('reaches the stream with its low 32 bits only', () => {
    const first = seeded(5).random64();
    expect(seeded(2n ** 32n + 5n).random64()).toBe(first);
    expect(seeded(2n ** 63n + 5n).random64()).toBe(first);
  });

  it('below zero counts back from 2^64', () => {
    expect(seeded(-1).initialSeed()).toBe(2n ** 64n - 1n);
  });

  it('must be a whole number of at most 64 bits', () => {
    expect(() => seeded(1.5)).toThrow('expected a whole number, but got 1.5');
    expect(() => seeded(2n ** 64n)).toThrow('Overflow');
    expect(() => seeded(-(2n ** 63n) - 1n)).toThrow('Overflow');
  });

  it('is 67280421310721 in a new Generator', () => {
    expect(new Generator().initialSeed()).toBe(67280421310721n);
  });

  it('set by seed() is the one that initialSeed() returns', () => {
    expect(seed()).toBe(initialSeed());
    expect(manualSeed(7.9)).toBe(defaultGenerator);
    expect(initialSeed()).toBe(7n);
  });
});

describe('a saved state', () => {
  it('brings back the stream and the cached normal', () => {
    manualSeed(3);
    randn(3, defaultGenerator);
    const saved = getRngState();
    const next = [defaultGenerator.normal(), defaultGenerator.u32()];
    manualSeed(99);
    setRngState(saved);
    expect(initialSeed()).toBe(3n);
    expect([defaultGenerator.normal(), defaultGenerator.u32()]).toEqual(next);
  });

  it('must have the size and the counters of a generator', () => {
    expect(() => setRngState(new Uint8Array(5))).toThrow('size 5056 but found');
    expect(() => setRngState(new Uint8Array(5056))).toThrow('Invalid mt19937 state');
  });
});

describe('what surprises people, and is so in PyTorch', () => {
  it('the second half of a pair of normals waits through other draws', () => {
    const pair = randn(2, seeded(1));
    const generator = seeded(1);
    const first = randn(1, generator)[0];
    fillUniform(new Float32Array(5), generator);
    expect([first, randn(1, generator)[0]]).toEqual(Array.from(pair));
  });

  it('randn(17) shares only its first element with randn(16)', () => {
    const short = randn(16, seeded(1));
    const long = randn(17, seeded(1));
    expect(Array.from(short.keys()).filter((i) => short[i] === long[i])).toEqual([0]);
  });

  it('a shuffled epoch costs the default generator two draws of 64 bits at most', () => {
    manualSeed(1);
    Array.from(batchesOf(randomOrder(100), 32));
    const after = defaultGenerator.u32();
    const reference = seeded(1);
    reference.random64();
    expect(after).toBe(reference.u32());
  });

  it('an order draws nothing until it is read', () => {
    manualSeed(1);
    const order = randomOrder(10);
    expect(defaultGenerator.u32()).toBe(seeded(1).u32());
    expect(Array.from(order).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('bounds', () => {
  it("that no number fits are refused in PyTorch's words", () => {
    const out = new Float32Array(3);
    const g = seeded(0);
    expect(() => fillUniform(out, g, 2, 1)).toThrow('but found from=2 > to=1');
    expect(() => fillNormal(out, g, 0, -1)).toThrow('normal expects std >= 0.0');
    expect(() => fillRandint(out, g, 3, 3)).toThrow('but got from=3 >= to=3');
    expect(() => fillRandint(new Uint8Array(1), g, 0, 300)).toThrow('out of bounds for unsigned');
  });
});

describe("Python's random", () => {
  it('knows no sign of a seed, and long seeds', () => {
    expect(new PythonRandom(-7).random()).toBe(new PythonRandom(7).random());
    expect(new PythonRandom(2n ** 70n + 1n).random()).not.toBe(new PythonRandom(1).random());
  });

  it('draws words of any length, the lowest first', () => {
    const words = new PythonRandom(1);
    const low = BigInt(words.getrandbits(32));
    const high = BigInt(words.getrandbits(32));
    expect(new PythonRandom(1).getrandbitsBig(64)).toBe((high << 32n) | low);
  });
});

/** a * b + c in units of 2^-600, exactly. */
function exactly(a: number, b: number, c: number): bigint {
  return scaled(a, 300n) * scaled(b, 300n) + scaled(c, 600n);
}

function scaled(x: number, bits: bigint): bigint {
  const exponent = x === 0 ? 0 : Math.max(-1000, Math.floor(Math.log2(Math.abs(x))) - 60);
  return (BigInt(x * 2 ** -exponent) << (bits + 200n)) >> BigInt(200 - exponent);
}

const distance = (x: number, exact: bigint): bigint => {
  const off = scaled(x, 600n) - exact;
  return off < 0n ? -off : off;
};

describe('fma64', () => {
  it('rounds once: no neighbour is nearer to the exact value', () => {
    const g = seeded(8);
    for (let i = 0; i < 2000; i++) {
      const a = g.uniform53() - 0.5;
      const b = g.uniform53() * 3;
      // Near -a * b most bits cancel, which is where two roundings show.
      const c = i % 2 ? -a * b * (1 + (g.uniform53() - 0.5) * 2 ** -(i % 50)) : g.uniform53();
      const value = fma64(a, b, c);
      const exact = exactly(a, b, c);
      const ulp = Math.max(2 ** (Math.floor(Math.log2(Math.abs(value) || 1)) - 53), 2 ** -200);
      for (const other of [value - ulp, value + ulp, a * b + c]) {
        expect(distance(value, exact) <= distance(other, exact), `${a} ${b} ${c}`).toBe(true);
      }
    }
  });

  it('passes on zeros, infinities and NaN', () => {
    expect(fma64(0, 5, 3)).toBe(3);
    expect(fma64(2, 3, Infinity)).toBe(Infinity);
    expect(fma64(Infinity, 0, 1)).toBeNaN();
  });
});
