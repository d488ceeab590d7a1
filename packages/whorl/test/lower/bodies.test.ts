// The elementary functions: errors over the whole float range, exact values, PyTorch's edges, cost.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Body, Emit } from '../../src/lower/bodies/index.js';
import { bodies } from '../../src/lower/bodies/index.js';
import { compileBody } from './run-body.js';

type Name = keyof typeof bodies;
type Rows<T> = Record<Name, T[][]>;

const read = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));
const exact = read('./bodies.reference.json') as Rows<number>;
const edges = read('./bodies.edges.json') as Rows<string>;

const names = Object.keys(bodies) as Name[];
const isBinary = (name: Name): boolean => name === 'POW' || name === 'ATAN2';

function compile(name: Name, dtype: 'float32' | 'float64') {
  const { run, operations } = compileBody(bodies[name], dtype, isBinary(name) ? 2 : 1);
  return { run: run as (...args: number[]) => number, operations };
}

/** The distance of two float32 around `value`. */
const ulp32 = (value: number): number =>
  2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(value)))) - 23);

const word = new DataView(new ArrayBuffer(4));
function floatOf(bits: number): number {
  word.setUint32(0, bits);
  return word.getFloat32(0);
}

/** Every `step`th float32, and those around numbers where formulas meet. */
function* floats(step: number): Generator<number> {
  for (let bits = 0; bits < 2 ** 32; bits += step) yield floatOf(bits);
  for (const middle of [0, 0.5, 1, -1, 2, 1.6, 3.93, Math.SQRT1_2, Math.SQRT2, Math.LN2 / 2, 89]) {
    word.setFloat32(0, middle);
    const bits = word.getUint32(0);
    for (let d = -500; d <= 500; d++) yield floatOf((bits + d) >>> 0);
  }
}

/** The largest error in ulp; NaN where only one of the two is finite. */
function worstError(
  run: (x: number) => number,
  truth: (x: number) => number,
  step: number,
  limit: number,
): number {
  let worst = 0;
  for (const x of floats(step)) {
    if (Math.abs(x) > limit) continue;
    const wanted = truth(x),
      got = run(x);
    if (Object.is(got, Math.fround(wanted))) continue;
    const error = Math.abs(got - wanted) / ulp32(wanted);
    if (!(error <= worst)) worst = error;
    if (Number.isNaN(error)) return NaN;
  }
  return worst;
}

const sigmoid = (x: number): number =>
  x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));

/** Largest error in ulp, and how far out the function promises it. */
const bounds: [Name, number, number?][] = [
  ['EXP', 1],
  ['EXPM1', 1.7],
  ['SIGMOID', 2.01],
  ['LOG', 0.8],
  ['LOG1P', 0.8],
  ['LOG2', 1.7],
  ['LOG10', 1.8],
  ['SIN', 1.6],
  ['COS', 1.6],
  ['TAN', 0.51],
  ['ASIN', 1.8],
  ['ACOS', 1.1],
  ['ATAN', 1.8],
  ['SINH', 2],
  ['COSH', 1.4],
  ['TANH', 2],
  ['ASINH', 0.51],
  ['ACOSH', 0.51],
  ['ATANH', 0.51],
];

describe('float32 bodies', () => {
  it.each(bounds)('%s errs by at most %d ulp over all floats', (name, most, limit = Infinity) => {
    const known = (Math as unknown as Record<string, (x: number) => number>)[name.toLowerCase()];
    const truth = name === 'SIGMOID' ? sigmoid : known!;
    expect(worstError(compile(name, 'float32').run, truth, 16_411, limit)).toBeLessThan(most);
  });

  it.each([
    ['ERF', 2],
    ['ERFC', 0.51],
    ['ERFINV', 0.51],
    ['LGAMMA', 0.51],
    ['DIGAMMA', 0.51],
  ] as [Name, number][])('%s errs by at most %d ulp against its float64 body', (name, most) => {
    const truth = compile(name, 'float64').run;
    expect(worstError(compile(name, 'float32').run, truth, 400_009, Infinity)).toBeLessThan(most);
  });

  it('POW and ATAN2 err by at most 1 and 2.5 ulp', () => {
    for (const [name, truth, most] of [
      ['POW', Math.pow, 1],
      ['ATAN2', Math.atan2, 2.5],
    ] as const) {
      const { run } = compile(name, 'float32');
      let worst = 0;
      for (let i = 0; i < 20_000; i++) {
        const x = Math.fround(10 ** Math.sin(i)),
          y = Math.fround(30 * Math.sin(i * i));
        const wanted = truth(x, y);
        worst = Math.max(worst, Math.abs(run(x, y) - wanted) / ulp32(wanted));
      }
      expect(worst).toBeLessThan(most);
    }
  });

  it('sine and cosine of huge numbers stay numbers between -1 and 1', () => {
    for (const name of ['SIN', 'COS'] as const) {
      const { run } = compile(name, 'float32');
      for (const x of [1e9, -1e20, 3e38]) expect(Math.abs(run(x))).toBeLessThanOrEqual(1);
    }
  });

  it('take few operations', () => {
    const counts = { EXP: 28, SIGMOID: 30, LOG: 36, TANH: 37, SIN: 44, COS: 43, ERF: 48 };
    for (const [name, most] of Object.entries(counts)) {
      expect(compile(name as Name, 'float32').operations, name).toBeLessThanOrEqual(most);
    }
  });
});

describe('float64 bodies', () => {
  /** These subtract large terms: the error is small against 1, not against a small value. */
  const subtracts: Partial<Record<Name, true>> = { LGAMMA: true, DIGAMMA: true };

  it.each(names)('%s is right to 5e-16 of the exact value, 6e-15 where terms cancel', (name) => {
    const { run } = compile(name, 'float64');
    for (const row of exact[name]) {
      const wanted = row[row.length - 1]!;
      const error = Math.abs(run(...row.slice(0, -1)) - wanted);
      const size = Math.abs(wanted);
      const allowed = subtracts[name] ? Math.max(size, 2) * 3e-15 : size * 5e-16;
      expect(error, `${name}(${row.slice(0, -1).join(', ')})`).toBeLessThanOrEqual(allowed);
    }
  });
});

describe('edges', () => {
  const number = (text: string): number => Number(text.replace('inf', 'Infinity'));
  /** Where PyTorch itself rounds to 0 early, is less exact, or reduces larger arguments. */
  const ours: Partial<Record<Name, string[]>> = {
    SIGMOID: ['-89.5'],
    LOG1P: ['1e-45', '-1e-45'],
    SIN: ['1e+38', '-1e+38'],
    COS: ['1e+38', '-1e+38'],
    TAN: ['1e+38', '-1e+38'],
    DIGAMMA: ['1.0', '0.5', '-0.5'],
  };

  it.each(names)('%s of zeros, infinities and NaN is as in PyTorch', (name) => {
    const { run } = compile(name, 'float32');
    for (const row of edges[name]) {
      if (ours[name]?.includes(row[0]!)) continue;
      const args = row.slice(0, -1).map((text) => Math.fround(number(text)));
      const wanted = Math.fround(number(row[row.length - 1]!));
      const got = run(...args);
      const allowed = Math.max(4e-7 * Math.abs(wanted), 3e-45);
      const isSame =
        Object.is(got, wanted) ||
        (Math.abs(got - wanted) <= allowed && Math.sign(got) === Math.sign(wanted));
      expect(isSame, `${name}(${args.join(', ')}) gave ${got} for ${wanted}`).toBe(true);
    }
  });
});

describe('integer powers', () => {
  const run = (dtype: 'int32' | 'int64' | 'uint8') => compileBody(bodies.POW, dtype, 2).run;

  it('are exact and wrap around', () => {
    expect(run('int32')(3, 13)).toBe(1_594_323);
    expect(run('int32')(-2, 31)).toBe(-(2 ** 31));
    expect(run('int32')(10, 10)).toBe(1_410_065_408);
    expect(run('int64')(3n, 39n)).toBe(3n ** 39n);
    expect(run('int64')(0n, 0n)).toBe(1n);
    expect(run('uint8')(3, 6)).toBe(729 & 255);
  });

  it('of negative exponents are those of 1 and -1, else 0', () => {
    expect([run('int32')(1, -3), run('int32')(-1, -3), run('int32')(-1, -4)]).toEqual([1, -1, 1]);
    expect(run('int64')(7n, -1n)).toBe(0n);
  });
});

describe('a body', () => {
  it('refuses integers where it is a function of floats', () => {
    const body: Body = bodies.EXP;
    expect(() => compileBody(body, 'int32')).toThrow('cast to a float first');
  });

  it('names what it uses more than once, and nothing else', () => {
    const named: string[] = [];
    const emit: Emit = (value) => {
      named.push(value.kind);
      return { kind: 'local', name: `v${named.length}`, dtype: value.dtype };
    };
    const x = { kind: 'local', name: 'x', dtype: 'float32' } as const;
    bodies.SIGMOID([x], 'float32', emit, (_, usual) => [...usual], true);
    expect(named.length).toBeGreaterThan(2);
    expect(named).not.toContain('local');
    expect(named).not.toContain('const');
  });
});
