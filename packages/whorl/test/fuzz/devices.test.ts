// A few of the random programs on the other devices: `npm run fuzz -- --device NAME` runs as many as one likes.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awaited, type DeviceName, open } from '../../fuzz/device.js';
import { countRefused, familyOn } from '../../fuzz/family-on.js';
import { families } from '../../fuzz/families/index.js';
import { judgeBatch } from '../../fuzz/judge.js';
import { describe as told } from '../../fuzz/report.js';
import { leave } from '../../fuzz/run.js';

const counts: Record<string, number> = { views: 15, gradients: 2, compile: 2, errors: 6 };
const from = 3000;

beforeAll(() => open('strict'));
afterAll(leave);

describe.each<DeviceName>(['reference', 'strict'])('random programs on %s', (device) => {
  it.each(families.filter(({ name }) => name in counts))(
    '$name come out alike in every way',
    async ({ name, ...rest }) => {
      const family = familyOn({ name, ...rest }, device);
      const seeds = Array.from({ length: counts[name]! }, (_, i) => from + i);
      const { failures, comparisons } = await judgeBatch(family, seeds);
      const texts = [...failures].map(([seed, verdict]) =>
        told(family, [seed], family.generate(seed), verdict),
      );
      expect(texts.join('\n\n')).toBe('');
      expect(comparisons).toBeGreaterThan(0);
    },
    120_000,
  );
});

describe('a program of a device that answers later', () => {
  it.each([
    ['show(a.add(1))', 'await show(a.add(1))'],
    ['ones(1).add(1).dataSync()', 'await ones(1).add(1).data()'],
    [
      'try { a.detach().dataSync(); break; } catch {}',
      'try { await a.detach().data(); break; } catch {}',
    ],
    ['a = b.double()', 'a = b.float()'],
  ])('awaits its reads: %s', (line, wanted) => expect(awaited(line)).toBe(wanted));

  it('counts as refused from a sentence of the device on', () => {
    const said = (text: string) => [{ at: 0, text }];
    const sentence = 'refused: item: the values of a tensor on strict cannot be read at once';
    expect(countRefused([said(sentence), said('refused: add: no such argument')])).toBe(1);
  });
});
