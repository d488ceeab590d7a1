// Rarer options of layers, optimizers and schedules, as scripts/record_layers.py recorded them.

import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readCases } from '../../conformance/cases.js';
import { runCase } from '../../conformance/outcome.js';

const cases = readCases([fileURLToPath(new URL('recorded.jsonl', import.meta.url))]);

describe('what PyTorch makes of rarer options', () => {
  it.each(cases.map((one) => [one.id, one] as const))('is what we make of %s', async (_, one) => {
    expect(await runCase(one)).toMatchObject({ status: 'passed' });
  });
});
