// Plain numbers in tensors: all bits of a bigint, and constants folded as a kernel would convert them.

import { describe, expect, it } from 'vitest';
import { download, upload } from '../../../src/engine/devices/host.js';
import { realize } from '../../../src/engine/flush/realize.js';
import * as b from '../../nodes.js';
import { arrayOf, type DType } from '../../../src/graph/dtype.js';
import { full, fullLike, type Tensor, tensor, where, zeros } from '../../../src/index.js';

const big = 2n ** 53n + 1n;
const most = 2n ** 63n - 1n;
const one = (x: Tensor): unknown => x.dataSync()[0];
const whole = (value: bigint) => tensor([value]) as unknown as Tensor;
const yes = tensor([true]) as unknown as Tensor;

describe('an int64 keeps all bits of a bigint', () => {
  const calls: Record<string, (value: bigint) => Tensor> = {
    full: (v) => full([1], v) as Tensor,
    fullLike: (v) => fullLike(whole(0n), v) as Tensor,
    fill_: (v) => (zeros(1, { dtype: 'int64' }) as unknown as Tensor).fill_(v) as Tensor,
    setAt: (v) => (zeros(1, { dtype: 'int64' }) as unknown as Tensor).setAt([0], v) as Tensor,
    'setAt of more': (v) =>
      (zeros(100, { dtype: 'int64' }) as unknown as Tensor).setAt([0], v) as Tensor,
    maskedFill: (v) => whole(1n).maskedFill(yes, v) as Tensor,
    maskedFill_: (v) => whole(1n).maskedFill_(yes, v) as Tensor,
    add: (v) => whole(0n).add(v) as Tensor,
    where: (v) => where(yes, v, whole(0n)) as Tensor,
    clampMin: (v) => whole(-1n).clampMin(v) as Tensor,
    bitwiseOr: (v) => whole(0n).bitwiseOr(v) as Tensor,
  };
  it.each(Object.keys(calls))('%s', (name) => {
    for (const value of [big, most, -big]) {
      if (name === 'clampMin' && value < 0n) continue;
      expect(one(calls[name]!(value)), `${name} of ${value}`).toBe(value);
    }
  });

  it('comparisons see them', () => {
    expect(one(whole(big).eq(big) as Tensor)).toBe(1);
    expect(one(whole(big).eq(big - 1n) as Tensor)).toBe(0);
    expect(one(whole(big).lt(big + 1n) as Tensor)).toBe(1);
  });

  it('what does not fit is refused where it is stored, and wraps in arithmetic', () => {
    expect(() => full([1], 2n ** 63n)).toThrow('cannot be converted to int64');
    expect(() => whole(0n).fill_((2n ** 63n) as never)).toThrow('cannot be converted to int64');
    expect(() => whole(0n).maskedFill(yes, 2n ** 64n)).toThrow('cannot be converted to int64');
    const small = tensor([1], { dtype: 'int32' }) as unknown as Tensor;
    expect(() => small.maskedFill(yes, 2 ** 40)).toThrow('cannot be converted to int32');
    expect(() => where(yes, small, 2 ** 40)).toThrow('cannot be converted to int32');
    expect(one(small.add(2 ** 40) as Tensor)).toBe(1);
    expect(one(whole(1n).add(2n ** 63n) as Tensor)).toBe(-(2n ** 63n) + 1n);
  });
});

describe('a folded cast is what a kernel makes of the number', () => {
  const dtypes: DType[] = ['float32', 'float64', 'int32', 'int64', 'uint8', 'bool'];
  const values = [
    ...[0, 1, -1, 44, 255, 256, 300, -300, 1.5, -2.7, 0.1, 2 ** 24 + 1, 2 ** 31 - 1, -(2 ** 31)],
    ...[2 ** 31, 2 ** 32 + 5, 2 ** 53, 1e15 + 1, 1e17, -1e17, 3e9, 1e30, NaN, Infinity, -Infinity],
  ];
  const element = (value: number, dtype: DType): never => {
    const number = b.constant(value, dtype, [1]);
    realize([number]);
    return download(number)[0] as never;
  };

  it.each(dtypes)('from %s', (from) => {
    for (const value of values) {
      const stored = upload(arrayOf[from].of(element(value, from)), from, [1]);
      for (const to of dtypes) {
        const [folded, computed] = [b.cast(b.constant(value, from, [1]), to), b.cast(stored, to)];
        realize([folded, computed]);
        const name = `${value} from ${from} to ${to}`;
        expect(download(folded), name).toEqual(download(computed));
      }
    }
  });
});
