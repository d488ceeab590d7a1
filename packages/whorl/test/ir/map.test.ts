// Kernels written anew: what nothing changes stays the object it is, and the rest means what it should.

import { describe, expect, it } from 'vitest';
import { counter, fixed, shift } from '../../src/ir/index-algebra.js';
import { kernelKey } from '../../src/ir/key.js';
import type { Expr, Index, Kernel, Local, Scratch, Stmt } from '../../src/ir/loop.js';
import { type Mapping, mapExpr, mapStmt, mapStmts } from '../../src/ir/map.js';
import { describeKernel } from '../../src/ir/print.js';
import { replacing, substitute } from '../../src/ir/substitute.js';
import { declaredIn } from '../../src/ir/walk.js';
import { add, assign, at, constant, inside, load, local, loop } from '../render/loops.js';
import { input, kernel, letIn, output, range, store, when } from '../render/loops.js';
import { RandomKernel } from '../render/random-kernel.js';
import { randomSource } from '../render/run.js';

const kernels = Array.from({ length: 40 }, (_, seed) =>
  new RandomKernel(randomSource(seed)).make(),
);

/** Everything as it is, but for what `change` does to names. */
class Renaming implements Mapping {
  constructor(private readonly change: (name: string) => string) {}
  expr = (expr: Expr): Expr => mapExpr(expr, this);
  index = (index: Index): Index => index;
  local = (own: Local): Local => this.named(own);
  scratch = (own: Scratch): Scratch => this.named(own);
  body = (stmts: readonly Stmt[]): readonly Stmt[] =>
    mapStmts(stmts, (stmt) => mapStmt(stmt, this));

  private named<T extends Local | Scratch>(own: T): T {
    const name = this.change(own.name);
    return name === own.name ? own : { ...own, name };
  }
}

describe('a mapping', () => {
  it('that changes nothing gives the very object', () => {
    const same = new Renaming((name) => name);
    for (const { body } of kernels) expect(same.body(body)).toBe(body);
  });

  it('reaches every part: there and back again is the same kernel', () => {
    const there = new Renaming((name) => `${name}$`);
    const back = new Renaming((name) => name.replace('$', ''));
    for (const one of kernels) {
      const renamed: Kernel = { ...one, body: there.body(one.body) };
      const declared = declaredIn(renamed.body).map(({ name }) => name);
      expect(declared.every((name) => name.endsWith('$'))).toBe(true);
      expect(kernelKey({ ...renamed, body: back.body(renamed.body) })).toBe(kernelKey(one));
    }
  });
});

describe('a substitution', () => {
  const [i, j] = [range('i', 12), range('j', 4)];
  const shown = (body: readonly Stmt[]): string[] =>
    describeKernel(kernel([input('float32', 12), output('float32', 12)], body as Stmt[]))
      .split('\n')
      .slice(1)
      .map((line) => line.slice(2));

  it('of nothing that occurs gives the very statements', () => {
    for (const { body } of kernels) {
      // what is certain from the start is decided the first time
      const settled = substitute(body, {});
      expect(substitute(settled, {})).toBe(settled);
      expect(substitute(settled, replacing(range('nowhere', 3), fixed(1)))).toBe(settled);
    }
  });

  it('puts an index in place of a range, in addresses and in questions', () => {
    const body = [store(1, at([2, i]), load(0, at([1, { kind: 'mod', of: at([1, i]), by: 5 }])))];
    const by = shift(counter(j), 8);
    expect(shown(substitute(body, replacing(i, by)))).toEqual([
      'm1[2 * j + 16] := m0[((j + 3) % 5)]',
    ]);
  });

  it('leaves out what can never be, and asks no more what always is', () => {
    const body = [when(inside(at([1, i]), 2, 8), [store(1, at([1, i]), load(0, at([1, i], -2)))])];
    const first = (value: Index): string[] => shown(substitute(body, replacing(i, value)));
    expect(first(fixed(1))).toEqual([]);
    expect(first(shift(counter(j), 2))).toEqual(['m1[j + 2] := m0[j]']);
    expect(first(shift(counter(j), 6))).toEqual([
      'if (2 <= j + 6 < 8)',
      '  m1[j + 6] := m0[j + 4]',
    ]);
  });

  it('renames what is declared and what reads it, in addresses too', () => {
    const [row, other] = [local('row', 'int32'), local('row_1', 'int32')];
    const value = { kind: 'value', value: row, hi: 11 } as const;
    const body = [
      letIn(row, load(0, at(0), 'int32')),
      loop(j, [store(1, at([1, value]), add(row, constant('int32', 1)))]),
      assign(row, row),
    ];
    const renamed = substitute(body, { locals: new Map([['row', other]]) });
    expect(shown(renamed).join('\n')).toBe(shown(body).join('\n').replaceAll('row', 'row_1'));
  });

  it('computes once what was computed once', () => {
    const twice = load(0, at([1, i]));
    const body = [store(1, at([1, i]), add(twice, twice))];
    const [made] = substitute(body, replacing(i, fixed(3))) as [Stmt & { kind: 'store' }];
    const { a, b } = made.value as Expr & { kind: 'binary' };
    expect(a).toBe(b);
  });
});

it('kernels that are printed differently have different keys', () => {
  const [texts, keys] = [new Set<string>(), new Set<string>()];
  for (const one of kernels) {
    texts.add(describeKernel(one));
    keys.add(kernelKey(one));
  }
  expect(keys.size).toBe(texts.size);
});
