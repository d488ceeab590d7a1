// Walks over expressions: each part once, in the same order by list and by count.

import { describe, expect, test } from 'vitest';
import { computed } from '../../src/ir/index-algebra.js';
import type { Expr, Local } from '../../src/ir/loop.js';
import { partsIn, readersIn } from '../../src/ir/walk.js';

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
      expect(partsIn(root)).toEqual([...readersIn(root).keys()]);
      expect(new Set(partsIn(root)).size).toBe(partsIn(root).length);
    });
  }

  test('are looked for once', () => {
    const root = shared(3);
    expect(partsIn(root)).toBe(partsIn(root));
  });
});
