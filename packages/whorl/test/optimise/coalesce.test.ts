// When two nested loops are one, and when the last lanes of a loop may overlap those before.

import { describe, expect, it } from 'vitest';
import type { Stmt } from '../../src/ir/loop.js';
import { coalesceLoops } from '../../src/optimise/coalesce.js';
import { optimise } from '../../src/optimise/index.js';
import { isRepeatable } from '../../src/optimise/repeatable.js';
import { eager } from '../targets.js';
import {
  add,
  assign,
  at,
  constant,
  indexOf,
  input,
  inside,
  kernel,
  load,
  local,
  loop,
  output,
  range,
  store,
  varIn,
} from '../render/loops.js';
import { fingerprint, randomInputs, runJs, runWasm } from '../render/run.js';
import { loopsIn } from './nests.js';

const i = range('i', 6),
  j = range('j', 5);
const nest = (...body: Stmt[]): Stmt[] => [loop(i, [loop(j, body)])];
const own = at([5, i], [1, j]);

describe('nested loops', () => {
  it('are one where every address counts them as one', () => {
    const together = nest(store(1, own, add(load(0, at([10, i], [2, j], 3)), load(2, at(7)))));
    expect(loopsIn(coalesceLoops(together))).toEqual(['j 30 serial']);
  });

  it('stay two where something counts them otherwise', () => {
    for (const value of [
      load(0, at([6, i], [1, j])),
      load(0, at([1, j])),
      add(load(0, own), { kind: 'cast', dtype: 'float32', a: indexOf(at([1, i])) }),
      { kind: 'cast', dtype: 'float32', a: inside(at([1, i], [1, j]), 0, 4) } as const,
      load(0, at([1, { kind: 'mod', of: at([5, i], [1, j]), by: 7 }])),
    ])
      expect(loopsIn(coalesceLoops(nest(store(1, own, value))))).toHaveLength(2);
  });

  it('that add up keep their order', () => {
    const sum = local('sum');
    const sums = kernel(
      [input('float32', 30), output('float32', 1)],
      [
        varIn(sum, constant('float32', 0)),
        ...nest(assign(sum, add(sum, load(0, own)))),
        store(1, at(0), sum),
      ],
    );
    const inputs = randomInputs(sums, 3, 0);
    expect(loopsIn(coalesceLoops(sums.body))).toEqual(['j 30 serial']);
    expect(fingerprint(runWasm(optimise(sums, eager), inputs))).toEqual(
      fingerprint(runJs(sums, inputs)),
    );
  });
});

describe('the last lanes', () => {
  const k = range('k', 10);
  const turn = (value: Parameters<typeof store>[2]): Stmt & { kind: 'loop' } =>
    loop(k, [store(1, at([1, k]), value)]) as Stmt & { kind: 'loop' };

  it('overlap those before where a turn reads nothing that it writes', () => {
    const doubled = turn(add(load(0, at([2, k])), load(0, at([2, k]))));
    expect(isRepeatable(doubled)).toBe(true);
    const whole = kernel([input('float32', 20), output('float32', 10)], [doubled]);
    const { body } = optimise(whole, eager);
    expect(loopsIn(body).filter((line) => line.endsWith('4 vector'))).toHaveLength(2);
    const inputs = randomInputs(whole, 5);
    expect(fingerprint(runWasm(optimise(whole, eager), inputs))).toEqual(
      fingerprint(runJs(whole, inputs)),
    );
  });

  it('do not where it reads what it writes, or may: the same place of another buffer', () => {
    expect(isRepeatable(turn(add(load(1, at([1, k])), constant('float32', 1))))).toBe(false);
    expect(isRepeatable(turn(add(load(0, at([1, k])), constant('float32', 1))))).toBe(false);
  });
});
