// Operations on every dtype: the WebAssembly renderer gives the JavaScript renderer's bits.

import { describe, it } from 'vitest';
import { dtypes } from '../../src/graph/dtype.js';
import { agree, modes } from './agree.js';
import {
  at,
  binary,
  bits,
  cast,
  constant,
  indexOf,
  input,
  inside,
  kernel,
  load,
  loop,
  output,
  range,
  select,
  store,
  unary,
  vector,
} from './loops.js';

describe('values', () => {
  it.each(dtypes)('casts from %s to every dtype', (from) => {
    const i = range('i', 30);
    for (const to of dtypes) {
      for (const mode of modes) {
        agree(
          kernel(
            [input(from, 30), output(to, 30)],
            [loop(i, [store(1, at([1, i]), cast(to, load(0, at([1, i]), from)))], mode)],
          ),
          [],
          0.5,
        );
      }
    }
  });

  it.each([
    ['float32', 'int32'],
    ['float64', 'int64'],
  ] as const)('the bits of %s as %s', (f, n) => {
    const i = range('i', 9);
    const number = select(
      binary('eq', load(0, at([1, i]), f), load(0, at([1, i]), f)),
      load(0, at([1, i]), f),
      constant(f, 1),
    );
    for (const mode of modes) {
      agree(
        kernel(
          [input(f, 9), output(n, 9), output(f, 9)],
          [
            loop(
              i,
              [
                store(1, at([1, i]), bits(n, number)),
                store(2, at([1, i]), bits(f, bits(n, number))),
              ],
              mode,
            ),
          ],
        ),
      );
    }
  });

  const floats = ['add', 'sub', 'mul', 'div', 'min', 'max', 'eq', 'ne', 'lt', 'le'] as const;
  const integers = [...floats, 'rem', 'and', 'or', 'xor', 'shl', 'shr'] as const;
  const bools = [
    'and',
    'or',
    'xor',
    'eq',
    'ne',
    'lt',
    'le',
    'min',
    'max',
    'add',
    'mul',
    'sub',
  ] as const;

  it.each(dtypes)('every binary operation on %s', (dtype) => {
    const i = range('i', 63);
    const fns = dtype === 'bool' ? bools : dtype.startsWith('float') ? floats : integers;
    const specials =
      dtype === 'int64' ? [0n, -1n, 3n] : [0, 1, dtype === 'uint8' || dtype === 'bool' ? 1 : -0];
    for (const fn of fns) {
      const x = load(0, at([1, i]), dtype);
      const operands = [load(1, at([1, i]), dtype), ...specials.map((c) => constant(dtype, c))];
      for (const y of operands) {
        for (const mode of modes) {
          for (const result of [binary(fn, x, y), binary(fn, y, x)]) {
            agree(
              kernel(
                [input(dtype, 63), input(dtype, 63), output(result.dtype, 63)],
                [loop(i, [store(2, at([1, i]), result)], mode)],
              ),
              [],
              0.5,
            );
          }
        }
      }
    }
  });

  it.each(['float32', 'float64'] as const)(
    'the extrema of lanes of %s with a parameter',
    (dtype) => {
      const i = range('i', 63);
      const x = load(0, at([1, i]), dtype);
      const p = { kind: 'param', dtype, slot: 0 } as const;
      for (const fn of ['min', 'max'] as const) {
        const tested = kernel(
          [input(dtype, 63), output(dtype, 63), output(dtype, 63)],
          [
            vector(i, [
              store(1, at([1, i]), binary(fn, x, p)),
              store(2, at([1, i]), binary(fn, p, x)),
            ]),
          ],
          [dtype],
        );
        for (const bound of [0, -0, 1, -1, NaN, Infinity, -Infinity]) agree(tested, [bound], 0.5);
      }
    },
  );

  it.each(dtypes)('every unary operation on %s', (dtype) => {
    const i = range('i', 63);
    const fns =
      dtype === 'bool'
        ? (['not'] as const)
        : dtype.startsWith('float')
          ? (['neg', 'abs', 'sqrt', 'floor', 'ceil', 'trunc', 'nearest'] as const)
          : (['neg', 'abs', 'not', 'floor', 'nearest'] as const);
    for (const fn of fns) {
      for (const mode of modes) {
        agree(
          kernel(
            [input(dtype, 63), output(dtype, 63)],
            [loop(i, [store(1, at([1, i]), unary(fn, load(0, at([1, i]), dtype)))], mode)],
          ),
          [],
          0.5,
        );
      }
    }
  });

  it.each(dtypes)('a choice between lanes of %s and a zero, either way round', (dtype) => {
    const i = range('i', 63);
    const x = load(0, at([1, i]), dtype);
    const isLess = binary('lt', x, load(1, at([1, i]), dtype));
    const zeros = dtype === 'int64' ? [0n] : dtype.startsWith('float') ? [0, -0] : [0];
    for (const value of zeros) {
      const zero = constant(dtype, value);
      const stores = [select(isLess, x, zero), select(isLess, zero, x), select(isLess, zero, zero)];
      const body = stores.map((value, k) => store(2 + k, at([1, i]), value));
      const outputs = stores.map(() => output(dtype, 63));
      for (const mode of modes) {
        const tested = kernel(
          [input(dtype, 63), input(dtype, 63), ...outputs],
          [loop(i, body, mode)],
        );
        agree(tested, [], 0.5);
      }
    }
  });

  it.each(dtypes)('select, inside and indices on %s', (dtype) => {
    const i = range('i', 10),
      j = range('j', 6);
    for (const mode of modes) {
      agree(
        kernel(
          [input(dtype, 60), output(dtype, 60), output('int64', 60)],
          [
            loop(j, [
              loop(
                i,
                [
                  store(
                    1,
                    at([10, j], [1, i]),
                    select(
                      inside(at([1, i], [1, j], -3), 0, 7),
                      load(0, at([10, j], [1, i]), dtype),
                      constant(dtype, dtype === 'int64' ? 1n : 1),
                    ),
                  ),
                  store(2, at([10, j], [1, i]), indexOf(at([3, i], [-20, j], -7), 'int64')),
                ],
                mode,
              ),
            ]),
          ],
        ),
      );
    }
  });
});
