// Loop nests and conditions: the WebAssembly renderer gives the JavaScript renderer's bits.

import { describe, it } from 'vitest';
import type { DType } from '../../src/graph/dtype.js';
import { dtypes } from '../../src/graph/dtype.js';
import type { Kernel, LoopMode, Stmt } from '../../src/ir/loop.js';
import { agree, modes } from './agree.js';
import {
  add,
  assign,
  at,
  binary,
  check,
  constant,
  input,
  inside,
  kernel,
  letIn,
  load,
  local,
  loop,
  mul,
  output,
  peek,
  poke,
  range,
  scratch,
  store,
  varIn,
  vector,
  when,
} from './loops.js';

function matmul(m: number, k: number, n: number, mode: LoopMode): Kernel {
  const i = range('i', m),
    j = range('j', n),
    r = range('k', k);
  const acc = local('acc');
  const product = mul(load(0, at([k, i], [1, r])), load(1, at([n, r], [1, j])));
  return kernel(
    [input('float32', m * k), input('float32', k * n), output('float32', m * n)],
    [
      loop(i, [
        loop(
          j,
          [
            varIn(acc, constant('float32', 0)),
            loop(r, [assign(acc, add(acc, product))]),
            store(2, at([n, i], [1, j]), acc),
          ],
          mode,
        ),
      ]),
    ],
  );
}

describe('loop nests', () => {
  it.each(modes)('a matmul with its columns run %s', (mode) => {
    for (const n of [1, 3, 4, 5, 8, 11]) agree(matmul(3, 7, n, mode), [], 0);
  });

  it('a matmul so large that its inner part is a function of its own', () => {
    agree(matmul(40, 300, 300, 'serial'), [], 0);
  });

  it.each(modes)('a softmax of rows run %s', (mode) => {
    const [rows, columns] = [6, 9];
    const i = range('i', rows),
      a = range('a', columns),
      c = range('c', columns);
    const top = local('top'),
      sum = local('sum');
    const own = (r = a) => load(0, at([columns, i], [1, r]));
    agree(
      kernel(
        [input('float32', rows * columns), output('float32', rows * columns)],
        [
          loop(
            i,
            [
              varIn(top, constant('float32', -Infinity)),
              loop(a, [assign(top, binary('max', top, own()))]),
              varIn(sum, constant('float32', 0)),
              loop(a, [assign(sum, add(sum, binary('sub', own(), top)))]),
              loop(c, [
                store(1, at([columns, i], [1, c]), binary('div', binary('sub', own(c), top), sum)),
              ]),
            ],
            mode,
          ),
        ],
      ),
      [],
      0.02,
    );
  });

  it.each(dtypes)('strided, reversed and gathered %s', (dtype) => {
    const i = range('i', 11);
    const index = load(1, at([1, i]), 'int32');
    const position = binary('and', index, constant('int32', 15));
    const named = local('position', 'int32');
    const value = { kind: 'value', value: named, hi: 15 } as const;
    const copies = [
      at([3, i], 1),
      at([-1, i], 10),
      at([1, value]),
      at([2, value], 3),
      at([1, { kind: 'mod', of: at([1, i]), by: 4 }]),
      at([1, { kind: 'div', of: at([1, i]), by: 4 }]),
      at([1, { kind: 'mod', of: at([5, i]), by: 3 }]),
      at([1, { kind: 'div', of: at([1, i], 2), by: 5 }]),
      at([1, { kind: 'param', slot: 0, hi: 63 }], [1, i]),
      at(4),
    ];
    for (const place of copies) {
      agree(
        kernel(
          [input(dtype, 40), input('int32', 11), output(dtype, 11)],
          [vector(i, [letIn(named, position), store(2, at([1, i]), load(0, place, dtype))])],
          ['int32'],
        ),
        [2],
      );
    }
    for (const place of [at([3, i]), at([-2, i], 20), at([1, value])]) {
      agree(
        kernel(
          [input(dtype, 11), input('int32', 11), output(dtype, 40)],
          [vector(i, [letIn(named, position), store(2, place, load(0, at([1, i]), dtype))])],
        ),
      );
    }
  });

  it('16 lanes in scratch memory, halved', () => {
    const lanes = scratch('lanes', 16);
    const rows = range('i', 5),
      lane = range('lane', 16),
      k = range('k', 6);
    const sum = local('sum');
    const halves = [8, 4, 2].map((half): Stmt => {
      const h = range('h', half);
      return vector(h, [
        poke(lanes, at([1, h]), add(peek(lanes, at([1, h])), peek(lanes, at([1, h], half)))),
      ]);
    });
    agree(
      kernel(
        [input('float32', 5 * 96), output('float32', 5)],
        [
          loop(rows, [
            vector(lane, [
              varIn(sum, constant('float32', 0)),
              loop(k, [assign(sum, add(sum, load(0, at([96, rows], [16, k], [1, lane]))))]),
              poke(lanes, at([1, lane]), sum),
            ]),
            ...halves,
            store(1, at([1, rows]), add(peek(lanes, at(0)), peek(lanes, at(1)))),
          ]),
        ],
      ),
      [],
      0,
    );
  });

  it('a written buffer is read again in another loop, after the write', () => {
    const i = range('i', 9),
      j = range('j', 9);
    const twice = local('twice');
    agree(
      kernel(
        [input('float32', 9), output('float32', 9), output('float32', 9)],
        [
          vector(i, [store(1, at([1, i]), mul(load(0, at([1, i])), constant('float32', 2)))]),
          vector(j, [
            letIn(twice, add(load(1, at([1, j])), load(1, at([-1, j], 8)))),
            store(1, at([1, j]), constant('float32', 1)),
            store(2, at([1, j]), twice),
          ]),
        ],
      ),
    );
  });
});

describe('conditions', () => {
  it('an if that lanes disagree about runs them one by one', () => {
    const i = range('i', 14),
      k = range('k', 3);
    for (const dtype of dtypes) {
      const acc = local('acc', dtype);
      const one = constant(dtype, dtype === 'int64' ? 1n : 1);
      agree(
        kernel(
          [input(dtype, 14), input('bool', 14), output(dtype, 14)],
          [
            vector(i, [
              varIn(acc, load(0, at([1, i]), dtype)),
              when(load(1, at([1, i]), 'bool'), [
                loop(k, [assign(acc, add(acc, load(0, at([1, i]), dtype)))]),
                when(inside(at([1, i]), 2, 9), [assign(acc, one)]),
              ]),
              store(2, at([1, i]), acc),
            ]),
          ],
        ),
      );
    }
  });

  it('an if on a parameter branches', () => {
    const i = range('i', 8);
    const acc = local('acc');
    const run = kernel(
      [input('float32', 8), output('float32', 8)],
      [
        vector(i, [
          varIn(acc, load(0, at([1, i]))),
          when(binary('lt', { kind: 'param', dtype: 'float64', slot: 0 }, constant('float64', 1)), [
            assign(acc, mul(acc, { kind: 'param', dtype: 'float32', slot: 1 })),
          ]),
          store(1, at([1, i]), acc),
        ]),
      ],
      ['float64', 'float32', 'int64'],
    );
    agree(run, [0.5, 1.1, 3n]);
    agree(run, [1.5, 1.1, 3n]);
  });

  it('a failed check leaves its code, and the kernel goes on', () => {
    const i = range('i', 10);
    const value = load(0, at([1, i]), 'int32');
    for (const limit of [-2000, 3000]) {
      agree(
        kernel(
          [input('int32', 10), output('int32', 10)],
          [
            vector(i, [
              check(binary('lt', constant('int32', limit), value), 5),
              store(1, at([1, i]), value),
            ]),
          ],
        ),
        [],
        0,
      );
    }
  });
});

describe('programs', () => {
  const numeric: readonly DType[] = ['float32', 'int32', 'int64', 'float64', 'uint8'];
  it.each(numeric)('an accumulator of %s in registers', (dtype) => {
    const i = range('i', 13),
      k = range('k', 5);
    const acc = local('acc', dtype);
    agree(
      kernel(
        [input(dtype, 65), output(dtype, 13)],
        [
          vector(i, [
            varIn(acc, constant(dtype, dtype === 'int64' ? 2n : 2)),
            loop(k, [assign(acc, add(acc, load(0, at([1, i], [13, k]), dtype)))]),
            store(1, at([1, i]), binary('max', acc, load(0, at([1, i]), dtype))),
          ]),
        ],
      ),
    );
  });
});
