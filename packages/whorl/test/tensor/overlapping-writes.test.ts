// Writes where memory is shown twice, or is both read and written: what PyTorch refuses, and what it leaves.
// The numbers are PyTorch's.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';
import { refusal } from './view-program.js';

const { slice, tensor } = whorl;
const overlap =
  'some elements of the input tensor and the written-to tensor refer to a single memory location';

describe('a copy between views of one memory', () => {
  it.each<[string, (x: Loose) => void]>([
    ['x[1:] = x[:-1]', (x) => x.setAt([slice(1, null)], x.at(slice(0, -1)))],
    ['x[:-1] = x[1:]', (x) => x.at(slice(0, -1)).copy_(x.at(slice(1, null)))],
    [
      'a square and its turn',
      (x) =>
        x
          .at(slice(0, 9))
          .view(3, 3)
          .copy_(x.at(slice(0, 9)).view(3, 3).t()),
    ],
    ['a row and its element', (x) => x.view(3, 4).at(1).copy_(x.view(3, 4).at(1, 0))],
    ['all and a row', (x) => x.view(3, 4).copy_(x.view(3, 4).at(1))],
    ['x -= x[3]', (x) => x.sub_(x.at(3))],
  ])('%s is refused', (_, write) => {
    const x = whorl.arange(12).float();
    expect(() => void write(x)).toThrow(overlap);
    expect(x.toArraySync()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it.each<[string, (x: Loose) => void, number[]]>([
    [
      'x[1] = x[1, 0]',
      (x) => x.view(3, 4).setAt([1], x.view(3, 4).at(1, 0)),
      [0, 1, 2, 3, 4, 4, 4, 4, 8, 9, 10, 11],
    ],
    [
      'x[1] = x[1, 2]',
      (x) => x.view(3, 4).setAt([1], x.view(3, 4).at(1, 2)),
      [0, 1, 2, 3, 6, 6, 6, 6, 8, 9, 10, 11],
    ],
    [
      'x[:] = x[1]',
      (x) => x.view(3, 4).setAt([slice()], x.view(3, 4).at(1)),
      [4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7],
    ],
    [
      'x[0:8:2] = x[2:10:2]',
      (x) => x.setAt([slice(0, 8, 2)], x.at(slice(2, 10, 2))),
      [2, 1, 4, 3, 6, 5, 8, 7, 8, 9, 10, 11],
    ],
    ['x[:] = x[3], expanded', (x) => x.copy_(x.at(3).expand(12)), Array(12).fill(3)],
    ['x.copy_(x)', (x) => x.copy_(x), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
    [
      'a repeated row to itself',
      (x) => x.expand(2, 12).copy_(x.expand(2, 12)),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    ],
  ])('%s is not', (_, write, wanted) => {
    const x = whorl.arange(12).float();
    write(x);
    expect(x.toArraySync()).toEqual(wanted);
  });
});

describe('what fills may come to a place twice', () => {
  const eye = () => whorl.eye(3).gt(0);
  const rows = () => tensor([0n, 2n]);
  const all = (v: number) => [
    [v, v, v],
    [v, v, v],
    [v, v, v],
  ];
  const fives = [
    [5, 5, 5],
    [2, 2, 2],
    [5, 5, 5],
  ];
  // what PyTorch leaves of [[1], [2], [3]] expanded to [3, 3], and of the windows of three in 0..4
  it.each<[string, (x: Loose) => void, number[][] | null, number[][] | null]>([
    ['fill_', (x) => x.fill_(7), all(7), all(7)],
    ['zero_', (x) => x.zero_(), all(0), all(0)],
    [
      'maskedFill_',
      (x) => x.maskedFill_(eye(), 9),
      all(9),
      [
        [9, 1, 9],
        [1, 9, 3],
        [9, 3, 9],
      ],
    ],
    [
      'x[0] = 5',
      (x) => x.setAt([0], 5),
      [
        [5, 5, 5],
        [2, 2, 2],
        [3, 3, 3],
      ],
      [
        [5, 5, 5],
        [5, 5, 3],
        [5, 3, 4],
      ],
    ],
    ['x[[0, 2]] = 5', (x) => x.setAt([rows()], 5), fives, all(5)],
    [
      'x[mask] = 5',
      (x) => x.setAt([eye()], 5),
      all(5),
      [
        [5, 1, 5],
        [1, 5, 3],
        [5, 3, 5],
      ],
    ],
    [
      'x[mask] = v',
      (x) => x.setAt([eye()], tensor([7, 8, 9])),
      [
        [7, 7, 7],
        [8, 8, 8],
        [9, 9, 9],
      ],
      [
        [7, 1, 8],
        [1, 8, 3],
        [8, 3, 9],
      ],
    ],
    ['indexPut_', (x) => x.indexPut_([rows()], tensor(5)), fives, all(5)],
    [
      'indexPut_, added',
      (x) => x.indexPut_([rows()], tensor(5), true),
      [
        [16, 16, 16],
        [2, 2, 2],
        [18, 18, 18],
      ],
      [
        [5, 6, 12],
        [6, 12, 8],
        [12, 8, 9],
      ],
    ],
    ['indexFill_', (x) => x.indexFill_(0, rows(), 5), fives, all(5)],
    ['copy_', (x) => x.copy_(whorl.ones(3, 3)), null, all(1)],
    [
      'x[0] = v',
      (x) => x.setAt([0], tensor([7, 8, 9])),
      null,
      [
        [7, 8, 9],
        [8, 9, 3],
        [9, 3, 4],
      ],
    ],
    ['fill_ by a tensor', (x) => x.fill_(tensor(7)), null, all(7)],
    ['add_', (x) => x.add_(1), null, null],
  ])('%s', (_, write, expanded, windows) => {
    const columns = () => tensor([[1], [2], [3]]).expand(3, 3);
    const parts = () => whorl.arange(5).float().unfold(0, 3, 1);
    for (const [make, wanted] of [
      [columns, expanded],
      [parts, windows],
    ] as const) {
      const x = make();
      if (wanted === null) expect(() => void write(x)).toThrow(refusal);
      else write(x);
      expect(x.toArraySync()).toEqual(wanted ?? make().toArraySync());
    }
  });
});
