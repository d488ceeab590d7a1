// Every option that a signature declares is looked at by the function: none is taken and forgotten.

import { expect, it } from 'vitest';
import '../../../src/engine/devices/reference.js';
import { type Parameter, readSignature } from '../../../src/tensor/arguments/signature.js';
import { signatures } from '../../../src/tensor/define.js';
import { Dice } from '../../dice.js';
import { whorl } from '../../loose.js';

const { nn, ones, tensor, Tensor } = whorl;

/** Hints, which change no result: what is made is sorted and stable anyway, dense, and of one algorithm. */
const hints = new Set(['sparseGrad', 'driver', 'stable', 'assumeUnique', 'sorted']);
/** Handed on by the binding in an object of their own, which shows nothing; or hard to call by chance. */
const left =
  /^(meshgrid|zeros|ones|empty|rand|randn|newZeros|newOnes|nonzeroStatic|linalg.solveTriangular|init.sparse_|F.nllLoss|F.crossEntropy|F.embeddingBag|F.maxUnpool\dd)$/;

const tensors: unknown[] = [
  tensor([
    [2, 0.5],
    [0.5, 2],
  ]),
  tensor(
    [
      [1, 0],
      [0, 1],
    ],
    { dtype: 'int64' },
  ),
  ones(2, 2).gt(0),
  ones(1, 2, 4, 4),
  ones(1, 2, 4),
  ones(1, 1, 4, 4, 4),
  ones(4),
  tensor([0, 1, 2], { dtype: 'int64' }),
  tensor(1),
  tensor([0, 1], { dtype: 'int64' }),
];
const words = [
  'mean',
  'sum',
  'constant',
  'fro',
  'relu',
  'linear',
  'nearest',
  'bilinear',
  'a',
  'zeros',
];
const lists = [[ones(2, 2)], [ones(2, 2), ones(2, 2)], [1], [2, 2], [0]];
const samples = [
  ...tensors,
  ...lists,
  1,
  2,
  0.5,
  true,
  false,
  'float32',
  ...words,
  new whorl.Generator(),
  whorl.device('reference'),
];

function functionOf(name: string, kind: string): ((...args: unknown[]) => unknown) | undefined {
  if (kind === 'method') return (self, ...args) => Tensor.prototype[name].apply(self, args);
  const [space, own] = name.includes('.') ? name.split('.') : ['', name];
  const { linalg, special } = whorl;
  const places: Record<string, typeof whorl> = {
    F: nn.functional,
    init: nn.init,
    linalg,
    special,
    '': whorl,
  };
  const found = places[space!]?.[own!];
  return found && ((_, ...args) => found(...args));
}

/** Reads that are not the binding's own. */
function watched(options: object, never: Set<string>): object {
  return new Proxy(options, {
    get(target, key) {
      const reader = new Error().stack?.split('\n')[2] ?? '';
      if (!reader.includes('arguments/bind')) never.delete(String(key));
      return Reflect.get(target, key);
    },
  });
}

it('every option is read', async () => {
  const dice = new Dice(1);
  const fitting = ({ kind }: Parameter) => dice.pick(samples.filter((value) => kind.fits(value)));
  const unread: string[] = [];
  for (const [name, row] of signatures) {
    const { front, options } = readSignature(row.text);
    const call = functionOf(name, row.kind);
    const never = new Set(options.map((p) => p.key).filter((key) => !hints.has(key)));
    if (call === undefined || left.test(name)) continue;
    for (let i = 0; i < 600 && never.size > 0; i++) {
      // some exclude each other
      const some = options.filter(() => i % 2 === 0 || dice.below(3) > 0);
      const own = Object.fromEntries(some.map((p) => [p.key, fitting(p)]));
      try {
        await call(dice.pick(tensors), ...front.map(fitting), watched(own, never));
      } catch {
        // what was read before counts
      }
    }
    unread.push(...[...never].map((key) => `${name}: ${key}`));
  }
  expect(unread).toEqual([]);
}, 60_000);
