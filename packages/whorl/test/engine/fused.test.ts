// Fused, unfused and on either device: the same bits.

import { afterAll, describe, expect, it } from 'vitest';
import { type DeviceName, useDevice } from '../devices/default.js';
import { download, upload } from '../../src/engine/devices/host.js';
import { realize } from '../../src/engine/flush/realize.js';
import * as b from '../nodes.js';
import type { TypedArray } from '../../src/graph/dtype.js';
import type { Node, Shape } from '../../src/graph/node.js';
import { sizeOf } from '../../src/graph/node.js';
import { Dice } from '../dice.js';

function leaf(dice: Dice, shape: Shape): Node {
  const values = Float32Array.from({ length: sizeOf(shape) }, () => (dice.next() - 0.5) * 4);
  return upload(values, 'float32', shape);
}

type Grow = (dice: Dice, a: Node, pool: readonly Node[]) => Node | null;
const sameShape = (dice: Dice, a: Node, pool: readonly Node[]): Node => {
  const others = pool.filter((other) => other !== a && b.sameShape(other.shape, a.shape));
  return others.length > 0 ? dice.pick(others) : leaf(dice, a.shape);
};
const axisOf = (dice: Dice, a: Node): number => dice.below(a.shape.length);
const small = (node: Node): Node => b.unary('TANH', node);
const index = (dice: Dice, shape: Shape, size: number): Node =>
  upload(
    Int32Array.from({ length: sizeOf(shape) }, () => dice.below(size)),
    'int32',
    shape,
  );

const grow: Grow[] = [
  (dice, a) =>
    b.unary(dice.pick(['NEG', 'ABS', 'EXP', 'TANH', 'SIGMOID', 'SIN', 'FLOOR'] as const), small(a)),
  (dice, a, pool) =>
    b.binary(dice.pick(['ADD', 'SUB', 'MUL', 'MAX', 'MIN'] as const), a, sameShape(dice, a, pool)),
  (dice, a, pool) => b.where(b.lt(a, sameShape(dice, a, pool)), a, b.withNumber('MUL', a, 0.25)),
  (dice, a) => b.withNumber(dice.pick(['ADD', 'MUL', 'DIV'] as const), a, dice.next() + 0.5),
  (dice, a) =>
    b.permute(
      a,
      dice.pick([[...a.shape.keys()].reverse(), [...a.shape.keys()].sort(() => dice.next() - 0.5)]),
    ),
  (dice, a) => (a.shape.length === 0 ? null : b.flip(a, [axisOf(dice, a)])),
  (dice, a) => {
    if (a.shape.length === 0) return null;
    const axis = axisOf(dice, a);
    return small(b.reduceKeep(a, dice.pick(['sum', 'max', 'min'] as const), [axis]));
  },
  (dice, a) => {
    if (a.shape.length === 0) return null;
    const axis = axisOf(dice, a);
    return b.sub(a, b.expand(small(b.reduceKeep(a, 'sum', [axis])), a.shape));
  },
  (dice, a) =>
    a.shape.length === 0
      ? null
      : b.withNumber(
          'MUL',
          b.reduce(
            a,
            'sum',
            a.shape.length > 1 ? dice.pick([[0], [a.shape.length - 1], [...a.shape.keys()]]) : [0],
          ),
          0.1,
        ),
  (dice, a) => {
    if (a.shape.length === 0) return null;
    const zeros = a.shape.map(() => 0);
    const axis = axisOf(dice, a);
    return b.pad(
      a,
      zeros.map((_, i) => (i === axis ? 2 : 0)),
      zeros.map((_, i) => (i === axis ? 1 : 0)),
      0.5,
    );
  },
  (dice, a) => {
    const axis = a.shape.findIndex((n) => n > 2);
    return axis < 0 ? null : b.narrow(a, axis, dice.below(a.shape[axis]! - 1), 2);
  },
  (_, a) => b.reshape(a, [sizeOf(a.shape)]),
  (_, a) => (sizeOf(a.shape) % 6 === 0 ? b.reshape(a, [sizeOf(a.shape) / 6, 2, 3]) : null),
  (dice, a) => {
    const axis = a.shape.findIndex((n) => n > 3);
    if (axis < 0) return null;
    const step = dice.pick([1, 2, 3]);
    return b.fold(
      b.withNumber('MUL', b.window(a, axis, 3, step), 0.5),
      axis,
      3,
      step,
      a.shape[axis]!,
    );
  },
  (dice, a) =>
    a.shape.length === 0 ? null : b.scan(b.withNumber('MUL', a, 0.1), 'sum', axisOf(dice, a)),
  (dice, a) => {
    const axis = a.shape.findIndex((n) => n > 2);
    if (axis < 0) return null;
    const value = leaf(
      dice,
      a.shape.map((n, i) => (i === axis ? 2 : n)),
    );
    return b.splice(
      a,
      value,
      { op: 'SHRINK', steps: a.shape.map(() => 1) },
      a.shape.map((_, i) => (i === axis ? 1 : 0)),
    );
  },
  (dice, a) => {
    if (a.shape.length === 0) return null;
    const axis = axisOf(dice, a);
    const at = a.shape.map((n, i) => (i === axis ? 3 : n));
    return b.gather(a, index(dice, at, a.shape[axis]!), axis);
  },
  (dice, a) => {
    if (a.shape.length === 0) return null;
    const axis = axisOf(dice, a);
    const at = a.shape.map((n, i) => (i === axis ? 4 : n));
    return b.scatter(
      a,
      index(dice, at, a.shape[axis]!),
      leaf(dice, at),
      axis,
      dice.pick(['sum', 'set'] as const),
    );
  },
  (dice, a) =>
    a.shape.length !== 2
      ? null
      : small(b.contract(a, leaf(dice, [a.shape[1]!, dice.pick([1, 3, 7, 20])]))),
];

/** Some roots of a random graph. */
function program(seed: number): Node[] {
  const dice = new Dice(seed);
  const shapes: Shape[] = [[6, 5], [70], [3, 2, 4], [12, 33], [40, 72], [1, 90], []];
  const pool: Node[] = [leaf(dice, dice.pick(shapes)), leaf(dice, dice.pick(shapes))];
  const length = 4 + dice.below(22);
  for (let i = 0; i < length; i++) {
    const recent = pool.slice(-5);
    const node = dice.pick(grow)(dice, dice.pick(recent), pool);
    if (node !== null && sizeOf(node.shape) < 20_000) pool.push(node);
  }
  return [pool[pool.length - 1]!, dice.pick(pool), dice.pick(pool)].filter(
    (node) => node.buffer === null,
  );
}

function run(seed: number, device: DeviceName, fuse: boolean): TypedArray[] {
  useDevice(device);
  const roots = program(seed);
  realize(roots, { fuse });
  return roots.map((node) => download(node));
}

function difference(a: readonly TypedArray[], c: readonly TypedArray[]): string | null {
  for (let r = 0; r < a.length; r++) {
    for (let i = 0; i < a[r]!.length; i++) {
      if (!Object.is(a[r]![i], c[r]![i]))
        return `root ${r}, element ${i}: ${a[r]![i]} and ${c[r]![i]}`;
    }
  }
  return null;
}

afterAll(() => {
  useDevice('cpu');
});

const programs = Number(process.env.WHORL_FUZZ ?? 150);

describe('random programs', () => {
  it('have the same bits fused and unfused, and on both devices', () => {
    const first = Number(process.env.WHORL_SEED ?? 1);
    for (let seed = first; seed < first + programs; seed++) {
      const plain = run(seed, 'reference', false);
      for (const [device, fuse] of [
        ['reference', true],
        ['cpu', true],
        ['cpu', false],
      ] as const) {
        const found = difference(plain, run(seed, device, fuse));
        if (found !== null)
          expect.fail(`seed ${seed}, ${device}, ${fuse ? 'fused' : 'unfused'}: ${found}`);
      }
    }
  });
});

describe('programs that were wrong once', () => {
  it('the edges of a fold, whose turns differ when they are unrolled', () => {
    const made = (device: DeviceName, fuse: boolean): TypedArray[] => {
      useDevice(device);
      const dice = new Dice(5);
      const [a, c] = [leaf(dice, [90, 1]), leaf(dice, [1, 7])];
      const x = small(b.mul(b.expand(a, [90, 7]), b.expand(c, [90, 7])));
      const folded = b.fold(b.withNumber('MUL', b.window(x, 0, 3, 1), 0.5), 0, 3, 1, 90);
      realize([folded], { fuse });
      return [download(folded)];
    };
    expect(difference(made('reference', false), made('cpu', true))).toBeNull();
  });
});
