// What embeddings do to their table and its gradient: PyTorch's numbers.

import { describe, expect, it } from 'vitest';
import { nn, tensor } from '../../src/index.js';

const { embedding, embeddingBag } = nn.functional;
const rows = [
  [3, 4],
  [1, 0],
  [6, 8],
];
const index = tensor([0n, 0n, 1n]);

describe('embeddings', () => {
  it('scale rows that are asked for and too long, in the table itself', async () => {
    const table = tensor(rows);
    const found = (await embedding(index, table, { maxNorm: 1 }).toArray()) as number[][];
    expect(found[0]).toEqual([0.6000000238418579, 0.800000011920929]);
    expect(await table.at(2).toArray()).toEqual([6, 8]);
    expect(await table.at(0).toArray()).toEqual(found[0]);
  });

  it('take another norm', async () => {
    const given = { maxNorm: 3.5, normType: 1 };
    const found = (await embedding(index, tensor(rows), given).toArray()) as number[][];
    expect(found[0]).toEqual([1.5, 2]);
    expect(found[2]).toEqual([1, 0]);
  });

  it('divide gradients by how often a row is asked for', async () => {
    const table = tensor(rows, { requiresGrad: true });
    embedding(index, table, { scaleGradByFreq: true }).sum().backward();
    expect(await table.grad!.toArray()).toEqual([
      [1, 1],
      [1, 1],
      [0, 0],
    ]);
  });

  it('do the same in bags', async () => {
    const table = tensor(rows, { requiresGrad: true });
    const given = { scaleGradByFreq: true, mode: 'mean' } as const;
    embeddingBag(tensor([0n, 0n, 1n, 2n]), table, tensor([0n, 2n]), given)
      .sum()
      .backward();
    expect(await table.grad!.toArray()).toEqual([
      [0.5, 0.5],
      [0.5, 0.5],
      [0.5, 0.5],
    ]);
    const scaled = tensor(rows);
    embeddingBag(index.reshape(1, 3), scaled, null, { maxNorm: 0.5 });
    expect(await scaled.at(1).toArray()).toEqual([0.4999999403953552, 0]);
  });

  it('have all of it as a layer, and take rows that are given', async () => {
    const layer = new nn.Embedding(3, 2, { paddingIdx: 2, maxNorm: 1, scaleGradByFreq: true });
    expect(String(layer)).toBe(
      'Embedding(3, 2, padding_idx=2, max_norm=1.0, scale_grad_by_freq=True)',
    );
    const given = nn.Embedding.fromPretrained(tensor(rows));
    expect(given.weight.requiresGrad).toBe(false);
    expect(await given.forward(tensor([2n])).toArray()).toEqual([[6, 8]]);
    expect(nn.Embedding.fromPretrained(tensor(rows), false).weight.requiresGrad).toBe(true);
  });

  it('refuse sparse gradients', () => {
    expect(() => new nn.Embedding(3, 2, { sparse: true })).toThrow(
      'sparse gradients are not offered',
    );
  });
});
