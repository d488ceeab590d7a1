// What PyTorch recorded, on the strict device: all of it right to float32's tolerance, or refused in words.

import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCases } from '../../conformance/cases.js';
import { type Outcome, runCase } from '../../conformance/outcome.js';
import { refusals } from '../../conformance/report.js';
import { setDefaultDevice } from '../../src/index.js';
import { strict } from './device.js';

const recorded = fileURLToPath(new URL('../../conformance/recorded/', import.meta.url));

beforeAll(() => setDefaultDevice(strict));
afterAll(() => setDefaultDevice(null));

/** part: the fewest cases that must pass. The exercise takes minutes: `npm run conformance -- --device strict`. */
const parts = {
  'random.json': 891,
  'programs.jsonl': 500,
  operators: 3275,
  modules: 106,
  training: 4,
};

describe('what PyTorch recorded, on the strict device', () => {
  it.each(Object.entries(parts))(
    '%s: nothing fails, and at least %i cases pass',
    async (part, least) => {
      const outcomes: Outcome[] = [];
      for (const one of readCases([recorded + part])) outcomes.push(await runCase(one));
      expect(outcomes.filter((o) => o.status === 'failed')).toEqual([]);
      expect(outcomes.filter((o) => o.status === 'passed').length).toBeGreaterThanOrEqual(least);
      if (part === 'operators') expect(refusals(outcomes)).toMatchSnapshot();
    },
    300_000,
  );
});
