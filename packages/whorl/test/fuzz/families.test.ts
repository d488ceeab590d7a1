// A few of the random programs of each kind that `npm run fuzz` runs for as long as one likes: always the same ones.
// A failure says how to run it alone and is made small by that command.

import { afterAll, describe, expect, it } from 'vitest';
import { families } from '../../fuzz/families/index.js';
import { judgeBatch } from '../../fuzz/judge.js';
import { describe as told } from '../../fuzz/report.js';
import { leave } from '../../fuzz/run.js';

/** How many cases of each run here. */
const counts: Record<string, number> = {
  structures: 4,
  views: 40,
  gradients: 8,
  compile: 6,
  training: 3,
  threads: 2,
  errors: 15,
  leaks: 2,
  arguments: 40,
  sizes: 1,
};

const from = 2000;

afterAll(leave);

describe('random programs come out alike in every way', () => {
  it.each(families.filter(({ name }) => name in counts))(
    '$name',
    async (family) => {
      const seeds = Array.from({ length: counts[family.name]! }, (_, i) => from + i);
      const { failures } = await judgeBatch(family, seeds);
      const texts = [...failures].map(([seed, verdict]) =>
        told(family, [seed], family.generate(seed), verdict),
      );
      expect(texts.join('\n\n')).toBe('');
    },
    120_000,
  );
});
