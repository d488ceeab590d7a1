import { describe, expect, it } from 'vitest';
import { bind, bindPlain, CannotBind, type Signature } from '../../conformance/binding.js';
import { camel } from '../../conformance/library.js';

const signature = (parameters: string, positional: number): Signature => ({
  pytorch: 'op',
  parameters: parameters.split(' '),
  positional,
  kind: 'method',
});

describe('binding', () => {
  it('puts positional arguments in order and names the options in camelCase', () => {
    const sum = signature('dim keepdim dtype', 1);
    expect(bind(sum, [1], { keepdim: true })).toEqual([1, { keepdim: true }]);
    expect(bind(sum, [1, true], {})).toEqual([1, { keepdim: true }]);
    expect(bind(sum, [], { dtype: 'int64' })).toEqual([undefined, { dtype: 'int64' }]);
    expect(bind(signature('other rounding_mode', 1), [2], { rounding_mode: 'floor' })).toEqual([
      2,
      { roundingMode: 'floor' },
    ]);
  });

  it('takes a positional parameter by name', () => {
    expect(bind(signature('start_dim end_dim', 2), [], { end_dim: 1 })).toEqual([undefined, 1]);
  });

  it('leaves out None and devices', () => {
    const sum = signature('dim keepdim', 1);
    expect(bind(sum, [null], { device: 'cpu' })).toEqual([]);
    expect(bind(signature('min max', 2), [null, 1], {})).toEqual([undefined, 1]);
  });

  it('hands on what a variadic parameter takes, options last', () => {
    expect(bind(signature('...shape', 1), [[2, 3]], {})).toEqual([[2, 3]]);
    expect(bind(signature('...size', 1), [2, 3], {})).toEqual([2, 3]);
    expect(bind(signature('...dims', 1), [], { dims: [0] })).toEqual([[0]]);
    expect(bind(signature('...tensors indexing', 1), [7, 8], { indexing: 'xy' })).toEqual([
      7,
      8,
      { indexing: 'xy' },
    ]);
    expect(bind(signature('...size', 1), [2], { dtype: 'bool' })).toEqual([2, { dtype: 'bool' }]);
  });

  it('does not guess where a parameter is missing', () => {
    expect(() => bind(signature('dim', 1), [], { keepdim: true })).toThrow(CannotBind);
    expect(() => bind(signature('dim', 1), [1, 2], {})).toThrow(CannotBind);
  });

  it('keeps the order without a signature', () => {
    expect(bindPlain([1, null], { some_flag: true, device: 'cpu' })).toEqual([
      1,
      { someFlag: true },
    ]);
  });
});

describe('names', () => {
  it.each([
    ['max_pool2d', 'maxPool2d'],
    ['masked_fill_', 'maskedFill_'],
    ['atleast_1d', 'atleast1d'],
    ['T_max', 'TMax'],
    ['mT', 'mT'],
    ['log1p', 'log1p'],
  ])('%s is %s', (pytorch, ours) => {
    expect(camel(pytorch)).toBe(ours);
  });
});
