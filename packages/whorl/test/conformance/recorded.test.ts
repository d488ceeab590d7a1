// Everything recorded from PyTorch that the repository holds: nothing that is offered may fail, and what was
// offered once stays offered.

import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readCases } from '../../conformance/cases.js';
import { type Outcome, runCase } from '../../conformance/outcome.js';

const recorded = fileURLToPath(new URL('../../conformance/recorded/', import.meta.url));

async function outcomesOf(part: string): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const one of readCases([recorded + part])) outcomes.push(await runCase(one));
  return outcomes;
}

const passed = (outcomes: readonly Outcome[]): number =>
  outcomes.filter((o) => o.status === 'passed').length;

/** part: the fewest cases that must pass. */
const parts = {
  'random.json': 1233,
  'programs.jsonl': 500,
  operators: 3345,
  modules: 106,
  spiral: 3,
  training: 4,
};

describe('what PyTorch recorded', () => {
  it.each(Object.entries(parts))(
    '%s: nothing fails, and at least %i cases pass',
    async (part, least) => {
      const outcomes = await outcomesOf(part);
      expect(outcomes.filter((o) => o.status === 'failed')).toEqual([]);
      expect(passed(outcomes)).toBeGreaterThanOrEqual(least);
    },
    120_000,
  );
});
