// Every op of the graph, as nodes to be computed and compared with the oracle.
// in:  how a node is compared, the float types that a device has     out: tests

import { describe, it } from 'vitest';
import { upload } from '../../src/engine/devices/host.js';
import { arrayOf, type DType, isFloating, type TypedArray } from '../../src/graph/dtype.js';
import { type Node, type Shape, sizeOf } from '../../src/graph/node.js';
import * as b from '../nodes.js';

let state = 1;
const random = (): number => {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return (state >>> 8) / 2 ** 24;
};

export function data(shape: Shape, dtype: DType = 'float32', scale = 4): Node {
  const array = new arrayOf[dtype](sizeOf(shape)) as TypedArray;
  for (let i = 0; i < array.length; i++) {
    const value = (random() - 0.5) * scale;
    const whole = Math.floor(random() * 7) - (dtype === 'uint8' || dtype === 'bool' ? 0 : 3);
    if (dtype === 'int64') (array as BigInt64Array)[i] = BigInt(whole);
    else array[i] = isFloating(dtype) ? value : dtype === 'bool' ? whole & 1 : whole;
  }
  return upload(array, dtype, shape);
}

export const indices = (shape: Shape, size: number, dtype: DType = 'int64'): Node => {
  const values = Array.from({ length: sizeOf(shape) }, () => Math.floor(random() * size));
  return dtype === 'int64'
    ? upload(BigInt64Array.from(values, BigInt), dtype, shape)
    : upload(Int32Array.from(values), dtype, shape);
};

/** Throws where a value is off by more than `tolerance`; elementary functions may be, by a few ulps. */
export type Check = (node: Node, tolerance?: number) => void;

export function describeOps(check: Check, floats: readonly DType[]): void {
  const integers: DType[] = ['int32', 'int64', 'uint8'];
  const all: DType[] = [...floats, ...integers, 'bool'];
  const shape = [3, 5];
  const nonzero = (dtype: DType): Node => {
    const a = data(shape, dtype);
    return b.where(b.withNumber('EQ', a, 0), b.constant(2, dtype, shape), a);
  };

  describe('pointwise ops', () => {
    const cases: [string, readonly DType[]][] = [
      ['NEG', [...floats, ...integers]],
      ['ABS', [...floats, ...integers]],
      ['RECIP', floats],
      ['FLOOR', [...floats, 'int32']],
      ['CEIL', floats],
      ['TRUNC', floats],
      ['ROUND', floats],
      ['NOT', ['bool', 'int32']],
    ];
    for (const [op, dtypes] of cases) {
      it.each(dtypes)(`${op} of %s`, (dtype) => check(b.unary(op as never, data(shape, dtype))));
    }

    it.each(['SQRT', 'EXP', 'LOG', 'SIN', 'TANH', 'SIGMOID', 'ATAN'])('%s', (op) => {
      for (const dtype of floats)
        check(b.unary(op as never, b.unary('ABS', data(shape, dtype))), 1e-5);
    });

    it.each(['ADD', 'SUB', 'MUL', 'MAX', 'MIN', 'LT', 'LE', 'EQ'])('%s', (op) => {
      for (const dtype of [...floats, ...integers])
        check(b.binary(op as never, data(shape, dtype), data(shape, dtype)));
    });

    it.each(['IDIV', 'MOD', 'FMOD'])('%s', (op) => {
      for (const dtype of [...floats, ...integers])
        check(b.binary(op as never, data(shape, dtype), nonzero(dtype)));
    });

    it.each(['AND', 'OR', 'XOR', 'MAX', 'MIN', 'EQ'])('%s of bool', (op) =>
      check(b.binary(op as never, data(shape, 'bool'), data(shape, 'bool'))),
    );

    it('DIV, POW, ATAN2, SHL, SHR', () => {
      check(b.div(data(shape), data(shape)));
      check(b.binary('POW', b.unary('ABS', data(shape)), data(shape)), 1e-5);
      check(b.binary('ATAN2', data(shape), data(shape)), 1e-5);
      for (const op of ['SHL', 'SHR'] as const)
        check(
          b.binary(
            op,
            data(shape, 'int32'),
            data(shape, 'uint8').dtype === 'uint8'
              ? b.cast(data(shape, 'uint8'), 'int32')
              : data(shape),
          ),
        );
    });

    it('CHECK', () => {
      for (const dtype of floats) {
        const a = data(shape, dtype);
        check(b.checked(a, b.lt(a, b.constantLike(a, 1e9)), 'too large'));
      }
    });

    it('FLUSH', () => {
      for (const dtype of floats) check(b.withoutSmall(data(shape, dtype), [1]));
    });

    it('CAST between all dtypes', () => {
      for (const from of all) for (const to of all) check(b.cast(data(shape, from), to));
    });

    it('WHERE, CONST, IOTA, ALIAS', () => {
      check(b.where(data(shape, 'bool'), data(shape), data(shape)));
      for (const dtype of all) check(b.constant(1, dtype, shape));
      for (const dtype of ['int32', 'int64', 'float32'] as const) check(b.iota(7, dtype));
      check(b.alias(b.neg(data(shape))));
    });
  });

  describe('movement ops', () => {
    const a = (): Node => b.neg(data([4, 6, 5]));
    const moves: [string, () => Node][] = [
      ['RESHAPE that merges', () => b.reshape(a(), [24, 5])],
      ['RESHAPE that mixes', () => b.reshape(a(), [8, 15])],
      ['RESHAPE after PERMUTE', () => b.reshape(b.permute(a(), [2, 0, 1]), [10, 3, 4])],
      ['PERMUTE', () => b.permute(a(), [2, 0, 1])],
      ['EXPAND', () => b.expand(b.neg(data([4, 1, 5])), [4, 3, 5])],
      ['PAD', () => b.pad(a(), [1, 0, 2], [0, 3, 1], 7)],
      ['PAD of PAD', () => b.pad(b.pad(a(), [1, 0, 2], [0, 3, 1], 7), [1, 1, 1], [0, 0, 0], -1)],
      ['SHRINK', () => b.shrink(a(), [1, 2, 0], [1, 2, 3], [2, 2, 2])],
      ['SHRINK of one element', () => b.shrink(a(), [3, 5, 4], [1, 1, 1], [1, 1, 1])],
      ['FLIP', () => b.flip(a(), [0, 2])],
      ['DIAGONAL', () => b.diagonal(a(), 0, 2, [1, 0], 3)],
      ['WINDOW', () => b.window(a(), 1, 3, 2)],
      ['FOLD of overlapping windows', () => b.fold(b.window(a(), 1, 3, 1), 1, 3, 1, 6)],
      ['FOLD of separate windows', () => b.fold(b.window(a(), 1, 2, 3), 1, 2, 3, 6)],
      ['FOLD with a rest', () => b.fold(b.window(a(), 1, 3, 2), 1, 3, 2, 6)],
      [
        'FLIP of RESHAPE of PAD',
        () => b.flip(b.reshape(b.pad(a(), [0, 0, 1], [0, 0, 0]), [12, 12]), [1]),
      ],
    ];
    it.each(moves)('%s', (_, make) => check(make()));
  });

  describe('writes into a part', () => {
    const base = (): Node => b.neg(data([6, 7]));
    const writes: [string, () => Node][] = [
      ['a slice', () => b.splice(base(), data([2, 3]), { op: 'SHRINK', steps: [1, 1] }, [1, 2])],
      [
        'a stepped slice',
        () => b.splice(base(), data([3, 2]), { op: 'SHRINK', steps: [2, 3] }, [1, 2]),
      ],
      ['whole rows', () => b.splice(base(), data([2, 7]), { op: 'SHRINK', steps: [3, 1] }, [1, 0])],
      [
        'one element',
        () => b.splice(base(), data([1, 1]), { op: 'SHRINK', steps: [1, 1] }, [5, 6]),
      ],
      ['a diagonal', () => b.splice(base(), data([4]), { op: 'DIAGONAL', a: 0, b: 1 }, [1, 2])],
      [
        'windows',
        () => b.splice(base(), data([6, 2, 3]), { op: 'WINDOW', axis: 1, size: 3, step: 3 }, []),
      ],
    ];
    it.each(writes)('%s', (_, make) => check(make()));
  });

  describe('reductions', () => {
    const kinds = ['sum', 'prod', 'max', 'min'] as const;
    const shapes: [Shape, number[]][] = [
      [[5], [0]],
      [[200], [0]],
      [[5000], [0]],
      [[3, 1000], [1]],
      [[1000, 3], [0]],
      [
        [40, 7, 9],
        [0, 2],
      ],
      [
        [40, 7, 9],
        [0, 1, 2],
      ],
      [
        [16, 8, 48],
        [1, 2],
      ],
      [
        [2, 9, 100, 3],
        [1, 3],
      ],
      [[70, 64], [0]],
      [
        [1, 65],
        [0, 1],
      ],
      [[4, 0, 3], [1]],
      [
        [9, 250, 250],
        [1, 2],
      ],
      // on either side of where float64 begins
      [[65_536], [0]],
      [[65_543], [0]],
      [
        [2, 65_700],
        [0, 1],
      ],
      [[262_150, 2], [0]],
    ];
    it.each(shapes)('of %j over %j keep their order', (from, axes) => {
      for (const order of ['serial', 'lanes'] as const) {
        check(b.reduce(b.neg(data(from)), 'sum', axes, order));
      }
    });

    it.each(kinds)('%s of every dtype', (kind) => {
      for (const dtype of [...floats, 'int32', 'int64', 'uint8'] as const) {
        check(b.reduce(data([4, 90], dtype, 2), kind, [1]));
      }
    });

    it('max and min of bool', () => {
      for (const kind of ['max', 'min'] as const) check(b.reduce(data([5, 3], 'bool'), kind, [1]));
    });

    it('NaN wins', () => {
      const a = upload(Float32Array.of(1, Number.NaN, 2), 'float32', [3]);
      for (const kind of ['max', 'min', 'sum'] as const) check(b.reduce(a, kind, [0]));
    });

    it.each(kinds)('running %s', (kind) => {
      for (const axis of [0, 1, 2]) check(b.scan(b.neg(data([3, 6, 4])), kind, axis));
    });

    it('a product summed', () => {
      check(b.contract(data([2, 5, 70]), data([2, 70, 6])));
      check(b.contract(data([3, 2]), data([2, 4])));
    });
  });

  describe('indexed ops', () => {
    it('GATHER', () => {
      check(b.gather(data([5, 6]), indices([5, 3], 6), 1));
      check(b.gather(b.neg(data([5, 6])), indices([2, 6], 5, 'int32'), 0));
      check(b.gather(data([5, 1]), indices([5, 3], 1), 1));
    });

    it.each(['set', 'sum', 'prod', 'max', 'min'] as const)('SCATTER %s', (kind) => {
      check(b.scatter(b.neg(data([5, 6])), indices([4, 9], 6), data([4, 9]), 1, kind));
    });

    it('HOST', () => {
      const routine = {
        key: 'test.reverse',
        run: (out: TypedArray, [a]: readonly TypedArray[]) => {
          out.set((a as Float32Array).slice().reverse() as never);
        },
      };
      check(b.neg(b.host(routine, 'float32', [6], [b.neg(data([6]))])));
    });
  });

  describe('empty and 0-d tensors', () => {
    it('are computed', () => {
      check(b.neg(data([])));
      check(b.neg(data([0, 3])));
      check(b.pad(data([0, 3]), [2, 0], [0, 0], 4));
      check(b.reduce(data([0]), 'sum', [0]));
      check(b.splice(b.neg(data([4])), data([0]), { op: 'SHRINK', steps: [1] }, [2]));
      const none = b.add(indices([0], 1), b.constant(1, 'int64', [0]));
      check(b.scatter(data([3]), none, data([0]), 0, 'sum'));
    });
  });
}
