import { describe, expect, it } from 'vitest';
import {
  decodeFloat,
  decodePlain,
  decodeRaw,
  decodeValue,
  ellipsis,
  plain,
  Slice,
  Tuple,
  WholeFloat,
} from '../../conformance/decode.js';

const base64 = (data: ArrayBufferView): string =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');

describe('recorded values', () => {
  it('are tensors as base64 of little-endian numbers', () => {
    const data = base64(Float32Array.of(1.5, -2, 0));
    const raw = decodeRaw({ tensor: [3], dtype: 'float32', data });
    expect(raw).toEqual({ shape: [3], dtype: 'float32', data: Float32Array.of(1.5, -2, 0) });
  });

  it('hold eight bytes for int64, one for bool, none for an empty tensor', () => {
    const long = base64(BigInt64Array.of(-1n, 2n ** 40n));
    expect(decodeRaw({ tensor: [2], dtype: 'int64', data: long }).data).toEqual(
      BigInt64Array.of(-1n, 2n ** 40n),
    );
    expect(
      decodeRaw({ tensor: [2], dtype: 'bool', data: base64(Uint8Array.of(1, 0)) }).data,
    ).toEqual(Uint8Array.of(1, 0));
    expect(decodeRaw({ tensor: [0, 3], dtype: 'float32', data: '' }).data.length).toBe(0);
  });

  it('keep a whole Python float apart from an integer', () => {
    expect(decodeValue({ float: '2.0' })).toEqual(new WholeFloat(2));
    expect(plain(decodeValue({ float: '2.0' }))).toBe(2);
    expect(decodeFloat('-inf')).toBe(-Infinity);
    expect(decodeFloat('nan')).toBeNaN();
  });

  it('are tuples, lists, slices, dtypes and the ellipsis', () => {
    expect(decodeValue({ tuple: [1, { list: [null, true] }] })).toEqual(
      new Tuple([1, [null, true]]),
    );
    expect(decodeValue({ slice: [null, 3, null] })).toEqual(new Slice(undefined, 3, undefined));
    expect(decodeValue({ ellipsis: true })).toBe(ellipsis);
    expect(decodeValue({ dtype_arg: 'int64' })).toBe('int64');
  });

  it('name variables of a program', () => {
    const name = (text: string) => (text === '$x' ? 7 : undefined);
    expect(decodeValue({ list: ['$x', 'mean'] }, name)).toEqual([7, 'mean']);
  });

  it('may be nested arrays, as the arguments of a module are', () => {
    expect(decodePlain([3, { tuple: [1, { float: '2.0' }] }])).toEqual([3, [1, 2]]);
  });
});
