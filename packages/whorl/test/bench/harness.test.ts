import { describe, expect, it } from 'vitest';
import { compete, disagreements, summarise } from '../../../../bench/harness.js';

describe('the summary of a contestant', () => {
  it.each([
    [[3], { median: 3, min: 3, max: 3 }],
    [[10, 9, 100], { median: 10, min: 9, max: 100 }],
    [[4, 1, 3, 2], { median: 2.5, min: 1, max: 4 }],
  ])('of %j is its median, least and greatest', (values, summary) => {
    expect(summarise(values)).toEqual(summary);
  });

  it('leaves the values in their order, and refuses none at all', () => {
    const values = [2, 1];
    summarise(values);
    expect(values).toEqual([2, 1]);
    expect(() => summarise([])).toThrow('no values');
  });
});

describe('a competition', () => {
  const said: string[] = [];
  const taker = (who: string, failsAt = Number.POSITIVE_INFINITY) => {
    let slices = 0;
    const slice = async () => {
      said.push(who);
      if (++slices === failsAt) throw new Error('it broke');
      return slices;
    };
    return { who, slice };
  };

  it('takes turns, and begins each round with another contestant', async () => {
    said.length = 0;
    const values = await compete([taker('a'), taker('b'), taker('c')], 4, () => {});
    expect(said.join('')).toBe('abcbcacababc');
    expect(Object.fromEntries(values)).toEqual({
      a: [1, 2, 3, 4],
      b: [1, 2, 3, 4],
      c: [1, 2, 3, 4],
    });
  });

  it('goes on without a contestant that fails, and says why', async () => {
    const left: string[] = [];
    const values = await compete([taker('a'), taker('b', 2)], 3, (who, why) => {
      left.push(`${who}: ${why}`);
    });
    expect(left).toEqual(['b: it broke']);
    expect([...values.keys()]).toEqual(['a']);
  });
});

describe('the checks of the contestants', () => {
  it('are compared with the first one', () => {
    const checks = new Map([
      ['whorl', 1.25],
      ['limit', 1.2503],
      ['tfjs', 1.3],
    ] as const);
    expect(disagreements(checks)).toEqual(['tfjs computes 1.3 where whorl computes 1.25']);
    expect(disagreements(new Map())).toEqual([]);
  });
});
