// Where a derivative is a convention (ties, bounds, NaN, the origin), it is PyTorch's: kinks.json holds its answers.

import { describe, expect, it } from 'vitest';
import { type Tensor, tensor } from '../../src/index.js';
import recorded from './kinks.json' with { type: 'json' };

interface Row {
  readonly name: string;
  readonly inputs: readonly (readonly (number | string)[])[];
  readonly value: readonly (number | string)[];
  readonly grads: readonly (readonly (number | string)[])[];
}
type Any = Tensor & Record<string, (...args: unknown[]) => Tensor>;

const calls: Record<string, (x: Any, ...others: Any[]) => Tensor> = {
  'clamp(-1, 1)': (x) => x.clamp!(-1, 1),
  'clamp(1, 1)': (x) => x.clamp!(1, 1),
  'clamp(1, -1)': (x) => x.clamp!(1, -1),
  'clampMin(-1)': (x) => x.clampMin!(-1),
  'clampMax(1)': (x) => x.clampMax!(1),
  'clamp(-1)': (x) => x.clamp!(-1),
  'clamp(low)': (x, low) => x.clamp!(low),
  'clamp(low, high)': (x, low, high) => x.clamp!(low, high),
  'norm(Infinity)': (x) => x.norm!(Infinity),
  'norm(-Infinity)': (x) => x.norm!(-Infinity),
  'norm(1)': (x) => x.norm!(1),
  'norm(2)': (x) => x.norm!(2),
  'norm(3)': (x) => x.norm!(3),
};

const numbers = (row: readonly (number | string)[]): number[] => row.map(Number);

function answers({ name, inputs }: Row): number[][] {
  const leaves = inputs.map((v) => tensor(numbers(v), { requiresGrad: true }) as unknown as Any);
  const call = calls[name] ?? ((x: Any, ...rest: Any[]) => x[name]!(...rest));
  const y = call(leaves[0]!, ...leaves.slice(1));
  y.sum().backward();
  return [y, ...leaves.map((x) => x.grad!)].map((t) => [
    ...t.detach().reshape(-1).dataSync(),
  ]) as number[][];
}

describe('values and gradients at kinks are those of PyTorch', () => {
  for (const row of recorded as readonly Row[]) {
    it(`${row.name} of ${JSON.stringify(row.inputs[0])}`, () => {
      const [value, ...grads] = answers(row);
      const close = (got: number[], wanted: readonly (number | string)[]) => {
        // signs of zeros, NaN and infinities exactly; the rest to float32's last bits
        const rounded = (v: number) =>
          Number.isFinite(v) && v !== 0 ? Number(v.toPrecision(6)) : v;
        expect(got.map(rounded)).toEqual(numbers(wanted).map(rounded));
      };
      close(value!, row.value);
      row.grads.forEach((wanted, i) => close(grads[i]!, wanted));
    });
  }
});

it('floorDivide has no derivative, div with floor has one of zeros', () => {
  const x = tensor([5], { requiresGrad: true });
  expect(() => x.floorDivide(2).sum().backward()).toThrow(/derivative for floorDivide/);
  x.div(2, { roundingMode: 'floor' }).sum().backward();
  expect([...x.grad!.dataSync()]).toEqual([0]);
});
