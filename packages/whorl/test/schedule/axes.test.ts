// What the planner knows of an index without its arithmetic is true of the number.

import { describe, expect, it } from 'vitest';
import { Dice } from '../dice.js';
import { indicesOf, numbers } from '../graph/numbers.js';
import * as b from '../nodes.js';
import { Node, type Shape } from '../../src/graph/node.js';
import { type Axis, ownPlace, sourcePlaces } from '../../src/schedule/axes.js';

const data = (shape: Shape): Node => new Node('BUFFER', 'float32', shape, [], null);

/** Few lists, so that different views start at one place. */
const starts = [[0, 1, 0], [1, 1, 1], [0, 1], [1, 0], [1], [0]] as const;

function moved(dice: Dice, a: Node): Node {
  const rank = a.shape.length;
  const axis = dice.below(rank);
  switch (dice.below(7)) {
    case 0:
      return b.reshape(a, dice.pick([[a.size], [a.size, 1], ...halves(a.size), [1, a.size]]));
    case 1:
      return b.permute(a, [...a.shape.keys()].reverse());
    case 2:
      return b.expand(b.reshape(a, [...a.shape, 1]), [...a.shape, 2]);
    case 3: {
      const list = dice.pick(starts.filter((own) => own.length === rank));
      const fits = a.shape.every((n, i) => n > list![i]! + 1);
      if (!fits) return a;
      return b.shrink(
        a,
        list!,
        a.shape.map(() => 1),
        a.shape.map((n) => n - 1),
      );
    }
    case 4:
      return b.flip(a, [axis]);
    case 5:
      return rank < 3 && a.shape[axis]! > 2 ? b.window(a, axis, 2, dice.pick([1, 2])) : a;
    default:
      return rank > 1 ? b.diagonal(a, 0, 1, [0, 0], Math.min(a.shape[0]!, a.shape[1]!)) : a;
  }
}

const halves = (n: number): number[][] =>
  n % 2 === 0
    ? [
        [2, n / 2],
        [n / 2, 2],
      ]
    : [];

/** The indices at which a chain of movements reads its leaf. */
function atLeaf(root: Node): { readonly axes: readonly Axis[]; readonly values: number[][] } {
  let place = ownPlace(root.shape);
  let values: (readonly number[])[] = indicesOf(root.shape);
  for (let node = root; node.op !== 'BUFFER'; node = node.sources[0]!) {
    const from = node;
    [place] = sourcePlaces(from, place, 0) as [typeof place];
    values = values.map((index) => b.sourcePlace(numbers, from, index).index);
  }
  return { axes: place.axes, values: place.axes.map((_, i) => values.map((own) => own[i]!)) };
}

describe('an index of the planner', () => {
  const dice = new Dice(5);
  const chains = Array.from({ length: 3000 }, () => {
    let node = data(dice.pick([[4, 6], [6], [3, 4, 2], [5, 5], [1, 8]]));
    for (let i = 1 + dice.below(4); i > 0; i--) if (node.shape.length < 4) node = moved(dice, node);
    return node;
  }).filter((node) => node.size > 0);

  it('has one value wherever it has one key', () => {
    const known = new Map<string, string>();
    let met = 0;
    for (const root of chains) {
      const { axes, values } = atLeaf(root);
      axes.forEach(({ key }, i) => {
        const under = `${root.shape} ${key}`;
        const before = known.get(under);
        if (before !== undefined) {
          met++;
          expect(`${values[i]}`, under).toBe(before);
        }
        known.set(under, `${values[i]}`);
      });
    }
    expect(met).toBeGreaterThan(1000);
  });

  it('does not change in loops inside of its level', () => {
    for (const root of chains) {
      const { axes, values } = atLeaf(root);
      const points = indicesOf(root.shape);
      axes.forEach(({ key, level }, i) => {
        const known = new Map<string, number>();
        points.forEach((point, at) => {
          const outer = `${point.slice(0, level)}`;
          expect(known.get(outer) ?? values[i]![at], key).toBe(values[i]![at]);
          known.set(outer, values[i]![at]!);
        });
      });
    }
  });
});
