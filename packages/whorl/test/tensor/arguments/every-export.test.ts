// Everything that is exported, called and constructed with odd values in the place of each of its first arguments: lists
// that are none, with holes, gone through already. It answers, or says in a sentence of its own what it takes; what
// JavaScript itself says of the inside of a function helps nobody.

import { describe, expect, it } from 'vitest';
import { whorl } from '../../loose.js';

type Call = (...args: unknown[]) => unknown;

const { nn, ones, optim, tensor } = whorl;
function* none() {}
const spent = () => {
  const it = none();
  it.next();
  return it;
};

const odd: Record<string, () => unknown> = {
  'a generator': () => none(),
  'a spent generator': spent,
  'a Set': () => new Set([1, 2]),
  'the values of a Map': () => new Map([['a', ones(2)]]).values(),
  'a typed array': () => new Float32Array([1, 2]),
  'a frozen list': () => Object.freeze([1, 2]),
  'a list with holes': () => new Array(2),
  'an array-like': () => ({ length: 1, 0: 1 }),
  'an empty list': () => [],
  'a nested list': () => [[1], [2]],
  'a record': () => ({ a: 1 }),
  'a date': () => new Date(0),
  undefined: () => undefined,
  'a list of undefined': () => [undefined],
  'a list of null': () => [null],
  'a string': () => 'abc',
  'a list of strings': () => ['abc'],
  NaN: () => Number.NaN,
  '-0': () => -0,
  'a bigint': () => 2n,
  'a list of bigints': () => [2n],
  'a boolean': () => true,
  'a 0-d tensor': () => tensor(1),
  'a tensor of one element': () => tensor([1]),
  'a tensor of bools': () => tensor([true, false]),
  'a function': () => () => undefined,
  'a Promise': () => Promise.resolve(1),
  'a Module': () => new nn.ReLU(),
};

const first: unknown[][] = [[], [ones(2, 2)], [[ones(2)]], [[1, 2, 3]], [2], [2, 2]];
const inner =
  /Cannot (read|convert|mix|destructure|access|set)|is not (iterable|a function|a constructor|an object|an entry)|is not defined|Invalid array length|undefined \(reading|object null|Class extends|Method .* called on/;

/** What switches the library itself over, and what is made by its subclasses alone. */
const left =
  /^(Tensor|FloatTensor|Module|Layer|Optimizer|LRScheduler|setDebug|setPrintOptions|setNumThreads|setRelaxedFma|setGradEnabled|setRngState)$/;

function callsOf(space: string, owner: Record<string, unknown>): [string, Call][] {
  return Object.entries(owner).flatMap(([name, value]): [string, Call][] => {
    if (typeof value !== 'function' || left.test(name)) return [];
    const isClass = /^[A-Z]/.test(name);
    const call: Call = isClass
      ? (...args) => new (value as new (...args: unknown[]) => unknown)(...args)
      : (value as Call);
    return [[`${space}${name}`, call]];
  });
}

const calls = [
  ...callsOf('', whorl),
  ...callsOf('nn.', nn),
  ...callsOf('F.', nn.functional),
  ...callsOf('init.', nn.init),
  ...callsOf('utils.', nn.utils),
  ...callsOf('optim.', optim),
  ...callsOf('lrScheduler.', optim.lrScheduler),
  ...callsOf('linalg.', whorl.linalg),
  ...callsOf('special.', whorl.special),
  ...callsOf('datasets.', whorl.datasets),
];

describe('every export', () => {
  it('is in the list', () => {
    expect(calls.length).toBeGreaterThan(350);
  });

  it.each(Object.keys(odd))('answers %s, or says in a sentence what it takes', async (name) => {
    const found = new Set<string>();
    for (const [called, call] of calls) {
      const owner = called.includes('lrScheduler') ? [[new optim.SGD([ones(1)], 0.1)]] : first;
      for (const places of owner) {
        try {
          const result = call(...places, odd[name]!());
          if (result instanceof Promise) await result;
        } catch (error) {
          const { message } = error as Error;
          if (inner.test(message)) found.add(`${called}(${places.length}): ${message}`);
        }
      }
    }
    expect([...found]).toEqual([]);
  });
});
