// Values and gradients of nn.functional where a function is bent, bounded, or meets NaN.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';
import { argumentsOf, callsIn, differences, differentiated } from './recorded-calls.js';

const calls = callsIn('edges.jsonl').map((call) => [call.id, call] as const);

describe("at kinks, bounds, NaN and infinities, PyTorch's", () => {
  it.each(calls)('%s', (_, call) => {
    expect(differences(call, differentiated(call, argumentsOf(call)))).toEqual([]);
  });
});

describe('the same under compile', () => {
  it.each(calls.filter((_, i) => i % 5 === 0))('%s', (_, call) => {
    const given = argumentsOf(call);
    const names = Object.keys(given).filter((name) => given[name] instanceof whorl.Tensor);
    const fn = whorl.compile((...tensors: Loose[]) => {
      const kw = { ...given, ...Object.fromEntries(names.map((name, i) => [name, tensors[i]])) };
      const { out, g1 = [] } = differentiated({ ...call, g2: undefined }, kw);
      return [...out!, ...g1.map((g, i) => g ?? whorl.zerosLike(tensors[i]))];
    });
    for (let i = 0; i < 3; i++) {
      const results = fn(...names.map((name) => given[name]));
      const came = { out: results.slice(0, call.out.length), g1: results.slice(call.out.length) };
      expect(differences({ ...call, g2: undefined }, came)).toEqual([]);
    }
  });
});
