import { describe, expect, it } from 'vitest';
import { globToRegExp, matches } from '../../conformance/glob.js';

const hit = (glob: string, id: string): boolean => matches(globToRegExp(glob), id);

describe('--only', () => {
  it('names a case, all cases of a name, or a kind', () => {
    expect(hit('operators/max.binary#3', 'operators/max.binary#3')).toBe(true);
    expect(hit('operators/max.binary', 'operators/max.binary#3')).toBe(true);
    expect(hit('max.binary', 'operators/max.binary#3')).toBe(true);
    expect(hit('random/*', 'random/py.gauss#1')).toBe(true);
    expect(hit('Linear', 'module/Linear#2')).toBe(true);
  });

  it('takes * and ? and nothing else as a pattern', () => {
    expect(hit('ma?', 'operators/max#1')).toBe(true);
    expect(hit('max', 'operators/maximum#1')).toBe(false);
    expect(hit('max.binary', 'operators/maxxbinary#1')).toBe(false);
    expect(hit('F.conv*', 'operators/F.conv2d#1')).toBe(true);
  });
});
