import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Result } from '../../../../bench/harness.js';
import { readOptions } from '../../../../bench/options.js';
import { figure, json, table } from '../../../../bench/report.js';
import type { Work } from '../../../../bench/work.js';
import { works } from '../../../../bench/works/index.js';
import { root } from '../../../../scripts/packages.mjs';

const work: Work = {
  name: 'adding',
  says: 'one and one',
  unit: 'ms',
  better: 'lower',
  fromMs: (ms) => ms,
  warmUp: 1,
  contestants: {},
};
const result = (who: string, median: number): Result => ({
  work: 'adding',
  who,
  unit: 'ms',
  median,
  min: median / 2,
  max: median * 2,
});

describe('the table of a work', () => {
  it('compares with the limit', () => {
    expect(table(work, [result('whorl', 1.5), result('limit', 1), result('tfjs', 12)])).toBe(
      [
        'adding: one and one (ms, less is better)',
        '            ms     min    max  / limit',
        '  whorl  1.500  0.7500  3.000  1.500 x',
        '  limit  1.000  0.5000  2.000  1.000 x',
        '  tfjs   12.00   6.000  24.00  12.00 x',
      ].join('\n'),
    );
  });

  it('compares with the best peer where there is no limit', () => {
    const results = [result('whorl', 30), result('a', 20), result('b', 60)];
    expect(table(work, results)).toContain('/ a');
    const rates = table({ ...work, better: 'higher' }, results);
    expect(rates).toContain('/ b');
    expect(rates).toMatch(/whorl .* 2\.000 x/);
  });

  it('compares with the contestant that the work names', () => {
    const results = [result('whorl', 2), result('limit', 1), result('without-lanes', 6)];
    const text = table({ ...work, reference: 'whorl' }, results);
    expect(text).toContain('/ whorl');
    expect(text).toMatch(/without-lanes .* 3\.000 x/);
  });

  it('has nothing to compare with where whorl is alone', () => {
    expect(
      table(work, [result('whorl', 2)])
        .split('\n')
        .at(-1),
    ).toBe('  whorl  2.000  1.000  4.000');
  });

  it.each([
    [0, '0'],
    [0.01234567, '0.01235'],
    [9.87654, '9.877'],
    [1234.6, '1235'],
    [123456, '123456'],
  ])('shows %d as %s', (value, text) => expect(figure(value)).toBe(text));
});

describe('the JSON file', () => {
  it('is a list of the six fields', () => {
    const rows = [result('whorl', 1), result('limit', 2)];
    expect(JSON.parse(json(rows))).toEqual(rows);
    expect(Object.keys(JSON.parse(json(rows))[0])).toEqual([
      'work',
      'who',
      'unit',
      'median',
      'min',
      'max',
    ]);
    expect(JSON.parse(json([]))).toEqual([]);
  });
});

describe('the options of the bench', () => {
  const names = works.map(({ name }) => name);

  it('have defaults', () => {
    const options = {
      ...{ only: [], json: null, rounds: 27, slice: 80 },
      ...{ against: null, calls: '', help: false },
    };
    expect(readOptions([], names)).toEqual(options);
  });

  it('choose works by how their names begin', () => {
    expect(readOptions(['--only', 'matmul', '--only=sort-1M'], names).only).toEqual([
      'matmul',
      'sort-1M',
    ]);
  });

  it.each([
    [['--only', 'nothing'], 'no such work; there are seed-step, data-loop'],
    [['--rounds', '0'], '--rounds must be a whole number from 1 up, got 0'],
    [['--fast'], "Unknown option '--fast'"],
  ])('%j is refused in a sentence', (args, sentence) => {
    expect(() => readOptions(args, names)).toThrow(sentence);
  });
});

describe('the works', () => {
  it('have names of their own, and whorl takes part in each', () => {
    expect(new Set(works.map(({ name }) => name)).size).toBe(works.length);
    for (const each of works) expect(Object.keys(each.contestants)[0]).toBe('whorl');
  });

  it('measure the step of the exercise beside its limits and four peers', () => {
    expect(Object.keys(works[0]!.contestants)).toEqual([
      'whorl',
      'whorl-compiled',
      'whorl-compiled-2-threads',
      'whorl-compiled-relaxed',
      'limit',
      'limit-tile',
      'limit-tile-relaxed',
      'limit-tile-2-threads',
      'torch-compile',
      'torch-compile-2-threads',
      'pytorch-eager',
      'pytorch-eager-2-threads',
      'jax-js',
      'tfjs',
    ]);
  });

  it("of PyTorch have a row each in the peers' table", () => {
    const rows = readFileSync(`${root}/bench/peers/works.py`, 'utf8');
    const families = { elementwise: 'elementwise-1M-{name}', matmul: 'matmul-512-{form}' };
    for (const { name, contestants } of works) {
      if (!Object.values(contestants).some((each) => typeof each === 'object')) continue;
      const family = families[name.split('-')[0] as keyof typeof families];
      expect(rows).toContain(`"${family ?? name}":`);
    }
  });
});
