// The elementary functions where there is no float64: float32 alone, right to the bounds that their files state.

import { describe, expect, it } from 'vitest';
import type { Body } from '../../src/lower/bodies/index.js';
import { bodies } from '../../src/lower/bodies/index.js';
import { compileBody } from './run-body.js';

const view = new DataView(new ArrayBuffer(4));
let state = 7;
const random = (): number => {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return (state >>> 8) / 2 ** 24;
};
/** Any float32: its bits are drawn. */
const anything = (): number => {
  view.setUint32(0, Math.floor(random() * 2 ** 16) * 2 ** 16 + Math.floor(random() * 2 ** 16));
  return view.getFloat32(0);
};
const within = (size: number) => (): number => Math.fround((random() - 0.5) * 2 * size);

const ulp = (x: number): number =>
  2 ** (Math.floor(Math.log2(Math.max(Math.abs(x), 2 ** -126))) - 23);

/** [ulps, an absolute error beside them] */
const most: Partial<Record<keyof typeof bodies, readonly [number, number]>> = {
  SIN: [2, 0],
  COS: [2, 0],
  TAN: [4, 0],
  ASINH: [2, 0],
  ACOSH: [2, 0],
  ATANH: [2, 0],
  ERFC: [6, 0],
  ERFINV: [4, 0],
  POW: [2, 0],
  LGAMMA: [4, 3e-6],
  DIGAMMA: [4, 3e-6],
};

describe.each(Object.entries(most))('%s in float32 alone', (op, [ulps, beside]) => {
  const body: Body = bodies[op as keyof typeof bodies];
  const arity = op === 'POW' ? 2 : 1;
  const narrow = compileBody(body, 'float32', arity, false).run;
  const exact = compileBody(body, 'float64', arity).run;

  it.each([
    ['any number', anything],
    ['numbers about 1', within(4)],
    ['numbers up to 200', within(200)],
    ['numbers up to a million', within(1e6)],
  ])('is right for %s', (_, draw) => {
    for (let i = 0; i < 4000; i++) {
      const args = [draw(), draw()];
      // of the least numbers the reciprocal is no number
      if (Math.abs(args[0]!) < 2 ** -120) continue;
      const [got, wanted] = [Number(narrow(...args)), Number(exact(...args))];
      if (Object.is(got, Math.fround(wanted)) || (Number.isNaN(got) && Number.isNaN(wanted)))
        continue;
      const isOver = Math.abs(wanted) > 3.4e38 && Math.abs(got) > 3.4e38;
      const error = Math.abs(got - wanted);
      if (isOver || error <= ulps * ulp(wanted) + beside) continue;
      expect.fail(`${op}(${args.slice(0, arity)}) is ${got}, wanted ${wanted}`);
    }
  });
});

it('a power of float64 beyond the largest number is infinite', () => {
  const { run } = compileBody(bodies.POW, 'float64', 2);
  expect(run(129.5396728515625, 163.3240966796875)).toBe(Infinity);
});
