// What people are shown of a kernel: its pseudo code and its JavaScript.

import { describe, expect, it } from 'vitest';
import { renderJs } from '../../src/render/index.js';
import { describeKernel } from '../../src/ir/print.js';
import {
  add,
  assign,
  at,
  binary,
  check,
  constant,
  inside,
  input,
  kernel,
  load,
  local,
  loop,
  output,
  range,
  select,
  store,
  varIn,
  when,
} from './loops.js';

const i = range('i0', 4000);
const k = range('k0', 100);
const sum = local('sum0');
const label = load(1, at([1, i]), 'int64');

const shown = kernel(
  [input('float32', 400_000), input('int64', 4000), output('float32', 4000)],
  [
    loop(i, [
      check(binary('le', constant('int64', 0n), label), 1),
      varIn(sum, constant('float32', 0)),
      loop(k, [assign(sum, add(sum, load(0, at([100, i], [1, k]))))]),
      when(inside(at([1, i], -2), 0, 7), [
        assign(
          sum,
          select(binary('eq', label, constant('int64', 3n)), sum, constant('float32', 0.5)),
        ),
      ]),
      store(2, at([1, i]), binary('max', sum, { kind: 'param', dtype: 'float32', slot: 0 })),
    ]),
  ],
  ['float32'],
);

describe('a kernel', () => {
  it('as pseudo code', () => {
    expect(describeKernel(shown)).toMatchInlineSnapshot(`
      "test(m0: float32[400000], m1: int64[4000], out m2: float32[4000], p0: float32)
        for i0 < 4000
          check (0 <= m1[i0]) else 1
          var sum0 = 0
          for k0 < 100
            sum0 := (sum0 + m0[100 * i0 + k0])
          if (0 <= i0 - 2 < 7)
            sum0 := ((m1[i0] == 3) ? sum0 : 0.5)
          m2[i0] := max(sum0, p0)"
    `);
  });

  it('as JavaScript', () => {
    expect(renderJs(shown)).toMatchInlineSnapshot(`
      "/* float32 int64 float32 */
      (m, p, scratch, status) => {
        const f32 = Math.fround;
        const inside = (index, lo, hi) => lo <= index && index < hi ? 1 : 0;
        for (let i0 = 0; i0 < 4000; i0++) {
          if (!(0n <= m[1][i0]) && status[0] === 0) status[0] = 1;
          let sum0 = 0;
          for (let k0 = 0; k0 < 100; k0++) {
            sum0 = f32(sum0 + m[0][100 * i0 + k0]);
          }
          if (inside(i0 - 2, 0, 7)) {
            sum0 = (m[1][i0] === 3n ? sum0 : 0.5);
          }
          m[2][i0] = Math.max(sum0, f32(p[0]));
        }
      }"
    `);
  });

  it('names what one statement uses twice', () => {
    const x = load(0, at([1, i]));
    const square = binary('mul', x, x);
    const text = renderJs(
      kernel([input('float32', 4000)], [loop(i, [store(0, at([1, i]), add(square, square))])]),
    );
    expect(text).toContain('const $0 = m[0][i0];');
    expect(text).toContain('m[0][i0] = f32($1 + $1);');
  });
});
