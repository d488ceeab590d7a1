// What a DataLoader makes of a data set: dtypes, structures, promises, refusals.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { collate, DataLoader, randomSplit, Subset, Tensor, TensorDataset, tensor } = whorl;

const batches = (...args: Loose) => [...new DataLoader(...args)];
/** Tensors as dtype and values, all else as it is. */
const shown = (value: Loose): Loose => {
  if (value instanceof Tensor) return `${value.dtype} ${JSON.stringify(value.toArraySync())}`;
  if (Array.isArray(value)) return value.map(shown);
  if (value instanceof Map) return new Map([...value].map(([k, v]) => [k, shown(v)]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, shown(v)]));
};

describe('the dtype of a batch', () => {
  it.each([
    ['numbers', [1, 2, 2.5, 3], ['float32 [1,2]', 'float32 [2.5,3]']],
    ['whole numbers', [1, 2, 3], ['float32 [1,2]', 'float32 [3]']],
    ['bigints', [1n, 2n, 3n], ['int64 [1,2]', 'int64 [3]']],
    ['booleans', [true, false], ['bool [true,false]']],
  ])('is that of every other batch: %s', (_, data, wanted) => {
    expect(batches(data, { batchSize: 2 }).map(shown)).toEqual(wanted);
    const dataset = { length: data.length, get: (i: number) => data[i] };
    expect(batches(dataset, { batchSize: 2 }).map(shown)).toEqual(wanted);
  });

  it.each([
    [
      'pairs',
      [
        [1, 2n],
        [0.5, 3n],
      ],
      ['float32 [1,0.5]', 'int64 [2,3]'],
    ],
    [
      'pairs in pairs',
      [
        [1, [2, true]],
        [3, [4, false]],
      ],
      ['float32 [1,3]', ['float32 [2,4]', 'bool [true,false]']],
    ],
    [
      'records',
      [
        { x: 1, name: 'a' },
        { x: 2, name: 'b' },
      ],
      { x: 'float32 [1,2]', name: ['a', 'b'] },
    ],
    ['Maps', [new Map([['x', 1]]), new Map([['x', 2]])], new Map([['x', 'float32 [1,2]']])],
    ['strings', ['a', 'b'], ['a', 'b']],
    ['typed arrays', [new Int32Array([1, 2]), new Int32Array([3, 4])], 'int32 [[1,2],[3,4]]'],
    ['tensors', [tensor([1n]), tensor([2n])], 'int64 [[1],[2]]'],
  ])('is that of its part, in %s', (_, items, wanted) => {
    expect(shown(collate(items))).toEqual(wanted);
  });
});

describe('collate refuses', () => {
  it.each([
    [
      'lists of two lengths',
      [[1, 2], [3]],
      'each element in list of batch should be of equal size',
    ],
    ['two kinds', [1, 'a'], 'item 1 of the batch is a string, the first is a number'],
    ['null', [null], 'found null'],
    ['undefined beside numbers', [1, undefined], 'item 1 of the batch is a undefined'],
    ['a missing field', [{ a: 1 }, { b: 1 }], 'item 1 of the batch has no "a"'],
    ['a promise', [Promise.resolve(1)], 'found Promise'],
    ['nothing', [], 'the batch is empty'],
  ])('%s', (_, items, message) => {
    expect(() => collate(items)).toThrow(message);
  });
});

describe('a data set', () => {
  it('may be a list, which may grow, or one tensor', () => {
    const list = [1, 2];
    const loader = new DataLoader(list, { batchSize: 2 });
    list.push(3);
    expect([loader.length, loader.dataset === list]).toEqual([2, true]);
    const rows = batches(tensor([[1], [2], [3]]), { batchSize: 2 });
    expect(rows.map(shown)).toEqual(['float32 [[1],[2]]', 'float32 [[3]]']);
  });

  it('may be split, and be a part of another', () => {
    const parts = randomSplit([1, 2, 3, 4], [0.5, 0.5]);
    const seen = parts.flatMap((part: Loose) => batches(part).map((b: Loose) => b.itemSync()));
    expect(seen.sort()).toEqual([1, 2, 3, 4]);
    const set = new TensorDataset(tensor([1, 2, 3]), tensor([4n, 5n, 6n]));
    expect(shown(batches(new Subset(set, [2, 0]), { batchSize: 2 })[0])).toEqual([
      'float32 [3,1]',
      'int64 [6,4]',
    ]);
  });

  it.each([
    [5, 'DataLoader: a data set has a length and get(index), or is an array; got 5'],
    [{ getItem: 1, size: 2 }, 'got { getItem, size }'],
  ])('that is none is refused: %#', (dataset, message) => {
    expect(() => new DataLoader(dataset)).toThrow(message);
  });
});

describe('items that are promises', () => {
  const files = (get: (i: number) => Loose) => ({ length: 3, get });

  it('are read with for await, in their order', async () => {
    const order: number[] = [];
    let release = () => {};
    const second = new Promise<void>((resolve) => {
      release = resolve;
    });
    const get = async (i: number) => {
      if (i === 0) await second;
      else release();
      order.push(i);
      return [tensor([i]), BigInt(i)];
    };
    const seen = [];
    for await (const batch of new DataLoader(files(get), { batchSize: 2 })) seen.push(shown(batch));
    expect(seen).toEqual([
      ['float32 [[0],[1]]', 'int64 [0,1]'],
      ['float32 [[2]]', 'int64 [2]'],
    ]);
    expect(order).toEqual([1, 0, 2]);
  });

  it('are awaited before collateFn, which may be asynchronous itself', async () => {
    const collateFn = async (items: number[]) => items.join('+');
    const loader = new DataLoader(
      files(async (i) => i),
      { batchSize: 3, collateFn },
    );
    for await (const batch of loader) expect(batch).toBe('0+1+2');
  });

  it('are refused by for, with what to write', () => {
    expect(() => batches(files(async (i) => i))).toThrow('for await (const batch of loader)');
  });

  it('give the draws of for, shuffled too', async () => {
    const loader = (seed: number) =>
      new DataLoader([0, 1, 2, 3, 4, 5], {
        shuffle: true,
        generator: new whorl.Generator().manualSeed(seed),
      });
    const seen = [];
    for await (const batch of loader(3)) seen.push(batch.itemSync());
    expect(seen).toEqual([...loader(3)].map((b: Loose) => b.itemSync()));
  });
});

describe('options', () => {
  it("are PyTorch's, also by position; those of worker processes are taken and ignored", () => {
    const set = [1, 2, 3];
    expect(batches(set, 2).length).toBe(2);
    expect(batches(set, 2, false, null, null, 0, null, false, true).length).toBe(1);
    expect(batches(set, { batchSize: 2, numWorkers: 4, pinMemory: true }).length).toBe(2);
    expect(() => new DataLoader(set, 'all')).toThrow(
      "argument 'batchSize' (position 2) must be an integer",
    );
    expect(() => new DataLoader(set, { workers: 2 })).toThrow('unknown option "workers"');
  });
});
