// Where a derivative is a convention (ties, bounds, NaN, the origin), it is PyTorch's: kinks.json holds its answers.

import { describe, expect, it } from 'vitest';
import { nn, type Tensor, tensor } from '../../src/index.js';
import recorded from './kinks.json' with { type: 'json' };

interface Row {
  readonly name: string;
  readonly inputs: readonly (readonly (number | string)[])[];
  readonly value: readonly (number | string)[];
  readonly grads: readonly (readonly (number | string)[])[];
}
type Any = Tensor & Record<string, (...args: unknown[]) => Tensor>;

const F = nn.functional;
const classes = tensor([0n, 1n, 1n]);
const ignoring = { ignoreIndex: 1, reduction: 'none' } as const;

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
  'var over dim 0, correction 4': (x) => x.var!(0, undefined, { correction: 4 }),
  'F.silu': (x) => F.silu(x),
  'F.softshrink': (x) => F.softshrink(x),
  'F.mseLoss': (x, y) => F.mseLoss(x, y, { reduction: 'none' }),
  'F.smoothL1Loss': (x, y) => F.smoothL1Loss(x, y, { reduction: 'none' }),
  'F.huberLoss': (x, y) => F.huberLoss(x, y, { reduction: 'none' }),
  'F.binaryCrossEntropy': (x, y) => F.binaryCrossEntropy(x, y, { reduction: 'none' }),
  'F.nllLoss, class 1 ignored': (x) => F.nllLoss(x.reshape(3, 2), classes, ignoring),
  'F.nllLoss, class 1 ignored, weights': (x) =>
    F.nllLoss(x.reshape(3, 2), classes, { ...ignoring, weight: tensor([0, 1]) }),
  cumprod: (x) => x.cumprod!(0),
  'cumprod, negated': (x) => x.cumprod!(0).neg() as Tensor,
  'max, negated': (x) => x.max!().neg() as Tensor,
  'pow, negated': (x, y) => x.pow!(y).neg() as Tensor,
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
