// Walks over expressions and statements: each part once, operands first; each statement once, from the outside in.

import { describe, expect, test } from 'vitest';
import { computed } from '../../src/ir/index-algebra.js';
import type { Expr, Local, Stmt } from '../../src/ir/loop.js';
import { describeKernel } from '../../src/ir/print.js';
import { assignsOuter, operandsOf, partsIn, readersIn, visit } from '../../src/ir/walk.js';
import { RandomKernel } from '../render/random-kernel.js';
import { randomSource } from '../render/run.js';

const local = (name: string): Local => ({ kind: 'local', name, dtype: 'float32' });
const sum = (a: Expr, b: Expr): Expr => ({ kind: 'binary', fn: 'add', dtype: 'float32', a, b });

/** Each of the sums reads the two before it: a tree of it would have thousands of parts. */
function shared(count: number): Expr {
  let [a, b]: Expr[] = [local('x'), local('y')];
  for (let i = 0; i < count; i++) [a, b] = [b, sum(a, b)];
  return b;
}

const chosen = (): Expr => {
  const c: Expr = { kind: 'binary', fn: 'lt', dtype: 'bool', a: local('p'), b: local('q') };
  const load: Expr = {
    kind: 'load',
    dtype: 'float32',
    buffer: 0,
    index: computed(local('row'), 9),
  };
  return { kind: 'select', dtype: 'float32', c, a: sum(load, load), b: load };
};

describe('the parts of an expression', () => {
  const cases: Record<string, Expr> = {
    'a name': local('x'),
    'a few that share an operand': shared(4),
    'more than a list is searched for': shared(60),
    'a choice with an address that is computed': chosen(),
  };
  for (const [what, root] of Object.entries(cases)) {
    test(`are found once and operands first: ${what}`, () => {
      const parts = partsIn(root);
      expect(new Set(parts).size).toBe(parts.length);
      expect(parts[parts.length - 1]).toBe(root);
      for (const [at, part] of parts.entries()) {
        for (const operand of operandsOf(part)) expect(parts.indexOf(operand)).toBeLessThan(at);
      }
    });
  }

  test('know how many read them', () => {
    const [x, y] = [local('x'), local('y')];
    const [square, both] = [sum(x, x), sum(x, y)];
    const readers = readersIn(sum(square, both));
    expect([x, y, square, both].map((part) => readers.get(part))).toEqual([3, 1, 1, 1]);
  });

  test('are looked for once', () => {
    const root = shared(3);
    expect(partsIn(root)).toBe(partsIn(root));
  });
});

describe('the statements of a kernel', () => {
  const kernels = Array.from({ length: 20 }, (_, seed) =>
    new RandomKernel(randomSource(seed)).make(),
  );

  test('are seen once each, in the order in which they are printed', () => {
    for (const kernel of kernels) {
      const depths: number[] = [];
      visit(kernel.body, (_, around) => {
        depths.push(around.length);
      });
      const [, ...lines] = describeKernel(kernel).split('\n');
      expect(depths).toEqual(lines.map((line) => line.search(/\S/) / 2 - 1));
    }
  });

  test('are not gone into where the visitor says no', () => {
    const seen: string[] = [];
    visit(kernels[0]!.body, ({ kind }) => {
      seen.push(kind);
      return false;
    });
    expect(seen).toEqual(kernels[0]!.body.map(({ kind }) => kind));
  });

  test('carry something on where a variable from outside is assigned, in whatever block', () => {
    const total = local('total');
    const add: Stmt = { kind: 'assign', local: total, value: sum(total, local('x')) };
    const inside: Stmt = { kind: 'if', condition: local('c'), body: [add] };
    expect(assignsOuter([inside])).toBe(true);
    expect(assignsOuter([{ kind: 'var', local: total, value: local('x') }, inside])).toBe(false);
  });
});
