// Numbers that a dtype cannot hold: refused where they are given, as PyTorch refuses them.

import { describe, expect, it } from 'vitest';
import { whorl } from '../loose.js';
import { refused } from '../refused.js';

const { full, ones, zeros } = whorl;

describe('a number that a dtype cannot hold', () => {
  const bytes = { dtype: 'uint8' } as const;
  refused([
    [
      'a NaN among whole numbers',
      () => full([2], NaN, { dtype: 'int64' }),
      /^full: NaN .*int64.*whole numbers/,
    ],
    ['more than a byte', () => full([2], 256, bytes), /^full: 256 .*uint8.*0 to 255/],
    ['less than a byte', () => ones(2, bytes).fill_(-256), /^fill_: -256 .*uint8/],
    ['an infinity', () => zeros(2, { dtype: 'int32' }).fill_(Infinity), /^fill_: Infinity .*int32/],
    [
      'a large int',
      () => ones(2, { dtype: 'int32' }).newFull([2], 2 ** 31),
      /^full: 2147483648 .*int32/,
    ],
    ['a large float', () => zeros(2).fill(1e300), /^fill: 1e\+300 .*float32/],
    ['a written element', () => zeros(2, bytes).setAt(0, 300), /^setAt: 300 .*uint8/],
  ]);

  it('is none that wraps, or is cut off, in PyTorch', () => {
    expect(full([1], -1, bytes).itemSync()).toBe(255);
    expect(full([1], 255.5, bytes).itemSync()).toBe(255);
    expect(full([1], -Infinity).itemSync()).toBe(-Infinity);
    expect(full([1], NaN, { dtype: 'bool' }).itemSync()).toBe(true);
    expect(zeros(1, { dtype: 'float64' }).fill_(1e300).itemSync()).toBe(1e300);
    expect(ones(1, bytes).add(300).itemSync()).toBe(45);
  });
});
