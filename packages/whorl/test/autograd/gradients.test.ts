// A numeric gradient check of every op in the op table: a new op without a sample fails here.

import { describe, expect, it } from 'vitest';
import { derivatives } from '../../src/autograd/derivatives.js';
import type { Node } from '../../src/graph/node.js';
import { type Op, ops } from '../../src/graph/op.js';
import { grad, type Tensor, tensor } from '../../src/index.js';
import { fromNode } from '../../src/tensor/tensor.js';
import { type Sample, samples } from './samples.js';

const step = 1e-5;
const names = Object.keys(ops) as Op[];
const table: Partial<Record<Op, readonly Sample[] | 'none'>> = samples;

/** Distinct values, spread over the range in no simple pattern. */
const spread = (n: number, low: number, high: number, salt: number): number[] =>
  Array.from({ length: n }, (_, i) => {
    const part = ((i + 1) * 0.6180339887 + salt * 0.237) % 1;
    return low + (high - low) * part;
  });

function inputsOf({ shapes, ranges }: Sample): number[][] {
  return shapes.map((shape, i) => {
    const n = shape.reduce((a, c) => a * c, 1);
    return spread(n, ranges[i]!.low, ranges[i]!.high, i);
  });
}

const leaf = (values: readonly number[], shape: readonly number[]): Tensor =>
  tensor(Float64Array.from(values), { shape: [...shape], requiresGrad: true }) as Tensor;

/** Weights that tell the outputs apart. */
const weightsOf = (y: Tensor): Tensor =>
  tensor(
    Float64Array.from({ length: y.numel() }, (_, i) => 0.5 + ((i * 0.37) % 1)),
    {
      shape: [...y.shape],
    },
  ) as Tensor;

type Make = (...inputs: Node[]) => Node;

/** sum(weights * make(inputs)), as a tensor that is not read yet. */
function loss(make: Make, leaves: readonly Tensor[]): Tensor {
  const y = fromNode(make(...leaves.map((t) => t.node)));
  return (y.mul(weightsOf(y)) as Tensor).sum() as Tensor;
}

/** Central differences, element by element. All losses are made first, so that they share a flush. */
function numeric(sample: Sample, make: Make, values: readonly number[][]): number[][] {
  const at = (input: number, element: number, shift: number): Tensor =>
    loss(
      make,
      values.map((v, i) =>
        leaf(
          v.map((n, j) => (i === input && j === element ? n + shift : n)),
          sample.shapes[i]!,
        ),
      ),
    );
  const losses = values.map((v, i) => v.map((_, j) => [at(i, j, step), at(i, j, -step)] as const));
  return losses.map((row) =>
    row.map(([up, down]) => ((up.itemSync() as number) - (down.itemSync() as number)) / (2 * step)),
  );
}

function analytic(sample: Sample, make: Make, values: readonly number[][]): number[][] {
  const leaves = values.map((v, i) => leaf(v, sample.shapes[i]!));
  if (!loss(make, leaves).requiresGrad) return values.map((v) => v.map(() => 0));
  return grad(loss(make, leaves), leaves, { allowUnused: true }).map((g, i) =>
    g === null ? values[i]!.map(() => 0) : [...(g.dataSync() as Float64Array)],
  );
}

function expectClose(got: readonly number[][], wanted: readonly number[][], what: string): void {
  for (const [i, row] of wanted.entries()) {
    for (const [j, value] of row.entries()) {
      const error = Math.abs(got[i]![j]! - value) / (1 + Math.abs(value));
      if (error < 1e-6) continue;
      expect.fail(
        `${what}, input ${i}, element ${j}: ${got[i]![j]} by rule, ${value} by differences`,
      );
    }
  }
}

/**
 * The gradient as a function of the inputs, whose own gradient is the second derivative.
 * The op's result is squared first, so that linear ops have one too.
 */
const firstGradient =
  (make: Make): Make =>
  (...inputs) => {
    const leaves = inputs.map((node) => fromNode(node));
    const squared: Make = (...nodes) => (fromNode(make(...nodes)).square() as Tensor).node;
    const all = grad(loss(squared, leaves), leaves, { createGraph: true, allowUnused: true });
    const used = all.filter((g) => g !== null) as Tensor[];
    return used
      .map((g) => (g.square() as Tensor).sum() as Tensor)
      .reduce((a, c) => a.add(c) as Tensor).node;
  };

describe('the numeric gradient check', () => {
  it('has a sample for every op that has a derivative', () => {
    const none = derivatives.BUFFER;
    const missing = names.filter((op) => {
      const own = table[op];
      // values on two devices are read by waiting: test/devices differentiates through transfers
      if (ops[op].by === 'copy') return false;
      return derivatives[op] === none ? own !== 'none' : own === undefined || own === 'none';
    });
    expect(missing).toEqual([]);
  });

  const differentiable = names.filter((op) => table[op] !== 'none' && table[op] !== undefined);
  it.each(differentiable)('the derivative of %s is what differences say', (op) => {
    for (const sample of table[op] as readonly Sample[]) {
      const values = inputsOf(sample);
      const wanted = numeric(sample, sample.make, values);
      expectClose(analytic(sample, sample.make, values), wanted, `${op} ${sample.name}`);
    }
  });

  it.each(differentiable)('the derivative of %s can be differentiated again', (op) => {
    const sample = (table[op] as readonly Sample[])[0]!;
    const values = inputsOf(sample);
    const make = firstGradient(sample.make);
    const wanted = numeric(sample, make, values);
    expectClose(analytic(sample, make, values), wanted, `${op} ${sample.name}, twice`);
  });
});
