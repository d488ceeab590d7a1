import { describe, expect, it } from 'vitest';
import { compareData, compareValue, near } from '../../conformance/compare.js';
import { exact, standard } from '../../conformance/tolerances.js';

describe('near', () => {
  it('allows abs + rel * |expected|', () => {
    expect(near(1.00001, 1, standard)).toBe(true);
    expect(near(1.00002, 1, standard)).toBe(false);
    expect(near(1000.001, 1000, standard)).toBe(true);
  });

  it('takes NaN for NaN and an infinity only for itself', () => {
    expect(near(NaN, NaN, standard)).toBe(true);
    expect(near(NaN, 1, standard)).toBe(false);
    expect(near(Infinity, Infinity, standard)).toBe(true);
    expect(near(-Infinity, Infinity, standard)).toBe(false);
    expect(near(1, Infinity, standard)).toBe(false);
  });
});

describe('compareData', () => {
  it('names the first element that differs and how many do', () => {
    const difference = compareData(
      Float32Array.of(1, 2, 5),
      Float32Array.of(1, 3, 4),
      true,
      standard,
    );
    expect(difference).toBe('[1] expected 3, came 2 (2 of 3 differ, by 1.00 at most)');
  });

  it('tells zeros apart where bits are compared, and only there', () => {
    const [a, b] = [Float32Array.of(-0), Float32Array.of(0)];
    expect(compareData(a, b, true, exact)).toContain('expected 0, came -0');
    expect(compareData(a, b, true, standard)).toBeUndefined();
  });

  it('wants integers equal', () => {
    const [a, b] = [BigInt64Array.of(10n ** 12n), BigInt64Array.of(10n ** 12n + 1n)];
    expect(compareData(a, b, false, standard)).toContain('1 of 1');
  });
});

describe('compareValue', () => {
  it('compares numbers, booleans, null and nested results', async () => {
    expect(await compareValue(3n, 3, standard)).toBeUndefined();
    expect(
      await compareValue([1, [true]], { tuple: [1, { list: [true] }] }, standard),
    ).toBeUndefined();
    expect(await compareValue(undefined, null, standard)).toBeUndefined();
    expect(await compareValue([1, 2], { tuple: [1, 3] }, standard)).toBe(
      'result 1: expected 3, came 2',
    );
    expect(await compareValue([1], { tuple: [1, 3] }, standard)).toBe('expected 2 results, came 1');
    expect(await compareValue(2, { float: '2.0' }, standard)).toBeUndefined();
  });
});
