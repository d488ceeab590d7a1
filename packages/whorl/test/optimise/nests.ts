// Loop nests as lowering writes them, for tests of the optimiser.
// in:  sizes     out: kernels

import type { Expr, Index, Kernel, Range, Stmt } from '../../src/ir/loop.js';
import {
  add,
  assign,
  at,
  binary,
  constant,
  input,
  kernel,
  letIn,
  load,
  local,
  loop,
  mul,
  output,
  peek,
  poke,
  range,
  scratch,
  store,
  unary,
  varIn,
} from '../render/loops.js';

/** [m, k] by [k, n], either one transposed in memory; sums longer than 64 in blocks of 64. */
export function matmul(
  m: number,
  k: number,
  n: number,
  transposed: { a?: boolean; b?: boolean } = {},
): Kernel {
  const i = range('i0', m),
    j = range('i1', n);
  const place = (
    row: Range,
    columns: number,
    rows: number,
    inner: Index,
    isTransposed: boolean | undefined,
  ): Index => {
    const step = isTransposed ? rows : 1;
    return at(
      [isTransposed ? 1 : columns, row],
      inner.constant * step,
      ...inner.terms.map(({ coefficient, atom }) => [coefficient * step, atom] as const),
    );
  };
  const product = (inner: Index): Expr =>
    mul(
      load(0, place(i, k, m, inner, transposed.a)),
      load(1, place(j, k, n, inner, !transposed.b)),
    );
  const body: Stmt[] = [];
  const sum = local('sum0');
  const block = (name: string, length: number, first: Index): Stmt[] => {
    const part = local(`part${name}`),
      r = range(`k${name}`, length);
    const inner = {
      constant: first.constant,
      terms: [...first.terms, { coefficient: 1, atom: r }],
    };
    return [
      varIn(part, constant('float32', 0)),
      loop(r, [assign(part, add(part, product(inner)))]),
      assign(sum, add(sum, part)),
    ];
  };
  const whole = Math.floor(k / 64),
    rest = k % 64;
  const b = range('b0', whole);
  body.push(varIn(sum, constant('float32', 0)));
  if (whole > 0) body.push(loop(b, block('0', 64, at([64, b]))));
  if (rest > 0) body.push(...block('1', rest, at(whole * 64)));
  return kernel(
    [input('float32', m * k), input('float32', k * n), output('float32', m * n)],
    [loop(i, [loop(j, [...body, store(2, at([n, i], [1, j]), sum)])])],
  );
}

/** (x - max) / sum of each row, the sum in 16 lanes of scratch memory. */
export function normaliseRows(rows: number, steps: number): Kernel {
  const columns = 16 * steps;
  const i = range('i0', rows),
    j = range('i1', columns);
  const top = local('top'),
    total = local('total');
  const own = (inner: Index): Expr => binary('sub', load(0, inner), top);
  const part = scratch('part0', 16);
  const c = range('c', columns),
    lane = range('lane0', 16),
    k = range('k0', steps);
  const sum = local('sum0');
  const halves = [8, 4, 2].map((half): Stmt => {
    const h = range(`h${half}`, half);
    return loop(h, [
      poke(part, at([1, h]), add(peek(part, at([1, h])), peek(part, at([1, h], half)))),
    ]);
  });
  return kernel(
    [input('float32', rows * columns), output('float32', rows * columns)],
    [
      loop(i, [
        varIn(top, constant('float32', -Infinity)),
        loop(c, [assign(top, binary('max', top, load(0, at([columns, i], [1, c]))))]),
        loop(lane, [
          varIn(sum, constant('float32', 0)),
          loop(k, [assign(sum, add(sum, own(at([columns, i], [16, k], [1, lane]))))]),
          poke(part, at([1, lane]), sum),
        ]),
        ...halves,
        letIn(total, add(peek(part, at(0)), peek(part, at(1)))),
        loop(j, [
          store(
            1,
            at([columns, i], [1, j]),
            binary('div', unary('sqrt', own(at([columns, i], [1, j]))), total),
          ),
        ]),
      ]),
    ],
  );
}

/** Two sums over the same rows, one after the other. */
export function twoSums(rows: number, length: number): Kernel {
  const i = range('i0', rows),
    k = range('k0', length),
    l = range('k1', length);
  const sum = local('sum0'),
    squares = local('sum1');
  const own = (r: Range): Expr => load(0, at([1, i], [rows, r]));
  return kernel(
    [input('float32', rows * length), output('float32', rows), output('float32', rows)],
    [
      loop(i, [
        varIn(sum, constant('float32', 0)),
        loop(k, [assign(sum, add(sum, own(k)))]),
        varIn(squares, constant('float32', 0)),
        loop(l, [assign(squares, add(squares, mul(own(l), own(l))))]),
        store(1, at([1, i]), sum),
        store(2, at([1, i]), squares),
      ]),
    ],
  );
}

/** The loops that statements hold, from the outside in. */
export function loopsIn(stmts: readonly Stmt[], found: string[] = []): string[] {
  for (const stmt of stmts) {
    if (stmt.kind === 'loop') found.push(`${stmt.range.name} ${stmt.range.extent} ${stmt.mode}`);
    if (stmt.kind === 'loop' || stmt.kind === 'if') loopsIn(stmt.body, found);
  }
  return found;
}
