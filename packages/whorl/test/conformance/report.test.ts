import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../conformance/outcome.js';
import { operatorOf, report, summarise } from '../../conformance/report.js';
import { fixed } from '../../conformance/spiral.js';
import { weights } from '../../conformance/weighted.js';

const outcome = (name: string, status: Outcome['status'], reason?: string): Outcome => ({
  kind: 'operators',
  id: `operators/${name}#1`,
  name,
  status,
  reason,
});

describe('the report', () => {
  const outcomes = [
    outcome('max.binary', 'passed'),
    outcome('max.reduction_no_dim', 'failed', 'expected 1, came 2'),
    outcome('F.relu', 'passed'),
    outcome('linalg.lu', 'skipped', 'linalg.lu'),
  ];

  it('counts variants and distinct operators', () => {
    const { variants, operators } = summarise(outcomes);
    expect(variants).toHaveLength(4);
    expect(operators.map(({ name }) => name)).toEqual(['max', 'F.relu', 'linalg.lu']);
    expect(operatorOf('linalg.pinv.singular')).toBe('linalg.pinv');
  });

  it('names failures and gaps, and closes with the counts', () => {
    const lines = report(outcomes).split('\n');
    expect(lines).toContain('operators/max.reduction_no_dim#1: expected 1, came 2');
    expect(lines).toContain('not offered: linalg.lu (1)');
    expect(lines).toContain('operator variants offered entirely: 2 of 4');
    expect(lines.at(-1)).toBe('2 passed, 1 failed, 1 skipped');
  });
});

describe('numbers of the record', () => {
  it.each([
    [0.0625, 3, '0.062'],
    [0.1875, 3, '0.188'],
    [898 / 4000, 3, '0.225'],
    [1.398912, 6, '1.398912'],
  ])('%d prints as Python prints the float32', (value, digits, text) => {
    expect(fixed(value, digits)).toBe(text);
  });

  it('weights run from 0.5 to 1.5; a single one is 0.5', () => {
    expect([...weights(3)]).toEqual([0.5, 1, 1.5]);
    expect([...weights(1)]).toEqual([0.5]);
    expect(weights(0)).toHaveLength(0);
  });
});
