// Attention, interpolation, grids, pools and norms in the forms that PyTorch has a say about.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';
import { argumentsOf, callsIn, differences, differentiated } from './recorded-calls.js';

const { compile, nn, ones, tensor, zeros } = whorl;
const F = nn.functional;
const calls = callsIn('forms.jsonl').map((call) => [call.id, call] as const);

describe("PyTorch's results and gradients", () => {
  it.each(calls)('%s', (_, call) => {
    expect(differences(call, differentiated(call, argumentsOf(call)))).toEqual([]);
  });
});

describe('an empty batch', () => {
  it.each([
    [() => new nn.BatchNorm1d(2), [0, 2]],
    [() => new nn.BatchNorm1d(2, { momentum: null }), [0, 2, 3]],
    [() => new nn.BatchNorm2d(2), [0, 2, 3, 3]],
  ])('leaves running statistics alone', (make, shape) => {
    const norm = make();
    expect(norm.forward(zeros(shape)).shape).toEqual(shape);
    expect(norm.running_mean.toArraySync()).toEqual([0, 0]);
    expect(norm.running_var.toArraySync()).toEqual([1, 1]);
  });

  it('has no statistics for an instance norm that tracks them', () => {
    const norm = new nn.InstanceNorm1d(2, { trackRunningStats: true });
    expect(() => norm.forward(zeros(0, 2, 3))).toThrow(/no sample/);
  });

  it('one value per channel has no variance to train with', () => {
    expect(() => new nn.BatchNorm1d(2).forward(ones(1, 2))).toThrow(
      /expected more than 1 value per channel when training/i,
    );
  });
});

describe('an index out of range', () => {
  const weight = ones(5, 3);
  const at = (...values: number[]) => tensor(values.map(BigInt));

  it.each([
    ['embedding', () => F.embedding(at(1, 7), weight), /7 of the index \[2\] is out of bounds/],
    ['crossEntropy', () => F.crossEntropy(ones(2, 3), at(0, 3)), /3 of the index \[2\]/],
    ['nllLoss, one ignored', () => F.nllLoss(ones(2, 3), at(-100, 4)), /4 of the index \[2\]/],
    ['embeddingBag', () => F.embeddingBag(tensor([[1n, 7n]]), weight), /7 of the index \[1, 2\]/],
    ['an empty table', () => F.embedding(at(1), zeros(0, 3)), /dimension 0 .* has no element/],
  ])('of %s is named as it was given', (_, make, message) => {
    expect(() => make().dataSync()).toThrow(message);
  });

  it('a compiled function names no value of another call', () => {
    const row = compile((index: Loose) => F.embedding(index, weight).sum());
    for (const i of [1, 2, 3]) row(at(i)).itemSync();
    expect(() => row(at(9)).itemSync()).toThrow(/an element of the index \[1\] is out of bounds/);
  });
});

describe('sizes that broadcast', () => {
  it('are told once for a pair of them', () => {
    const told: string[] = [];
    const { warn } = console;
    console.warn = (text: string) => told.push(text);
    try {
      for (let i = 0; i < 3; i++) F.mseLoss(ones(7, 1), ones(7)).itemSync();
    } finally {
      console.warn = warn;
    }
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/mseLoss: using a target size \(\[7\]\) that is different/);
  });
});
