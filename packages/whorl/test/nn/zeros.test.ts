// Signs of zero, in results of losses, reductions and bounded values.

import { describe, expect, it } from 'vitest';
import { argumentsOf, callsIn, made, values } from './recorded-calls.js';

const calls = callsIn('zeros.jsonl').map((call) => [call.id, call] as const);

describe("zeros with PyTorch's signs", () => {
  it.each(calls)('%s', (_, call) => {
    const result = made(call.fn, argumentsOf(call));
    const results = Array.isArray(result) ? result : [result];
    const came = results.map((t) => Array.from(t.detach().contiguous().dataSync(), Number));
    expect(came).toEqual(call.out.map(values));
  });
});
