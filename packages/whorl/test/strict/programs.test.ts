// Programs on the strict device: as on the cpu to float32's tolerance, errors with the read, refusals in words.

import { afterEach, describe, expect, it } from 'vitest';
import * as whorl from '../../src/index.js';
import { strict } from './device.js';
import { runPlan } from './run-plan.js';

const { device, nn, optim, setDefaultDevice, tensor } = whorl;

afterEach(() => setDefaultDevice('cpu'));

/** The losses of a network that learns for a few steps. */
async function losses(on: string, compiled: boolean): Promise<number[]> {
  whorl.manualSeed(5);
  const model = new nn.Sequential(new nn.Linear(6, 16), new nn.Tanh(), new nn.Linear(16, 3));
  const x = whorl.randn(200, 6).to(device(on));
  const y = whorl.randint(0, 3, [200]).to(device(on));
  model.to(device(on));
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.02 });
  const step = () => {
    optimizer.zeroGrad();
    const loss = nn.functional.crossEntropy(model.forward(x), y);
    loss.backward();
    optimizer.step();
    return loss;
  };
  const run = compiled ? whorl.compile(step) : step;
  const found: number[] = [];
  for (let i = 0; i < 12; i++) found.push(Number(await run().item()));
  return found;
}

describe('a network on the strict device', () => {
  it.each([false, true])('learns as on the cpu (compiled: %s)', async (compiled) => {
    const [wanted, got] = [await losses('cpu', compiled), await losses('strict', compiled)];
    got.forEach((loss, i) => expect(loss).toBeCloseTo(wanted[i]!, 5));
    expect(got.at(-1)).toBeLessThan(got[0]!);
  });
});

describe('an error in values on the strict device', () => {
  it('is thrown by the read, and leaves a written tensor as it was', async () => {
    setDefaultDevice(strict);
    const x = tensor([1, 2, 3]);
    const index = tensor([0n, 7n]);
    x.indexAdd_(0, index, tensor([1, 1]));
    await expect(x.toArray()).rejects.toThrow(/index/);
    expect(await x.toArray()).toEqual([1, 2, 3]);
  });

  it('is thrown once by whoever reads first, and again by what is made of it', async () => {
    setDefaultDevice(strict);
    const table = tensor([1, 2, 3]);
    const wrong = table.gather(0, tensor([5n])).mul(2);
    const right = table.add(1);
    await expect(right.toArray()).rejects.toThrow(/index/);
    expect(await right.toArray()).toEqual([2, 3, 4]);
    await expect(wrong.toArray()).rejects.toThrow(/index/);
  });
});

describe('two errors in one flush of the strict device, told at once and later', () => {
  it('leave a written tensor as it was, and the rest to be computed again', async () => {
    setDefaultDevice(strict);
    const x = tensor([[-8, -1, 6]]);
    const spoiled = whorl.linalg
      .cholesky(
        tensor([
          [1, 2],
          [2, 1],
        ]),
      )
      .sum();
    const rows = tensor([2n, 2n, 0n, 6n]).add(0).unsqueeze(1).expand(4, 3);
    x.setAt(
      [0],
      tensor([[1, 2, 3]])
        .gather(0, rows)
        .mul(2)
        .sum(0),
    );
    await expect(x.toArray()).rejects.toThrow(/cholesky|index/);
    await expect(x.toArray()).rejects.toThrow(/cholesky|index/);
    expect(await x.toArray()).toEqual([[-8, -1, 6]]);
    await expect(spoiled.item()).rejects.toThrow(/cholesky/);
  });
});

describe('what the strict device refuses', () => {
  it('is said when it is made: float64', () => {
    const sentence =
      "Cannot convert a strict Tensor to float64 dtype as the strict device doesn't support float64. " +
      'Please use float32 instead.';
    expect(() => whorl.zeros(2, { device: strict, dtype: 'float64' })).toThrow(sentence);
    expect(() => tensor([1], { device: strict }).to('float64')).toThrow(sentence);
  });

  it('is an int64 of more than 32 bits, where it comes from outside', () => {
    const large = () => tensor([2n ** 40n], { device: strict });
    expect(large).toThrow('does not fit into the 32 bits');
  });

  it('is to be read at once', () => {
    expect(() => tensor([1], { device: strict }).itemSync()).toThrow('cannot be read at once');
  });
});

describe('a kernel of the strict device', () => {
  it('is one nest, where one number stands in front of a row', () => {
    const number = tensor([[2]]).exp();
    const row = tensor([[[1, 2, 3]]]).mul(number.unsqueeze(2));
    const { kernels } = runPlan([number.node, row.node]);
    expect(kernels.map(({ buffers }) => buffers.length)).toEqual([2, 3]);
  });
});

describe('numbers on the strict device', () => {
  it('an int64 bound beyond 32 bits bounds nothing', async () => {
    const x = tensor([1n, 2n, 300n], { device: strict });
    expect(await x.clamp(null, 2 ** 40).toArray()).toEqual([1, 2, 300]);
  });

  it('four million times 0.1 is right to 1e-6', async () => {
    const sum = whorl.full([4_000_000], 0.1, { device: strict }).mul(1).sum();
    expect(Number(await sum.item()) / 400_000).toBeCloseTo(1, 6);
  });

  it('a running sum stays right over a long row', async () => {
    const sums = whorl.full([100_000], 0.1, { device: strict }).cumsum(0);
    expect(Number(await sums.narrow(0, 99_999, 1).item()) / 10_000).toBeCloseTo(1, 6);
  });

  it('scattered values come over what was there', async () => {
    const x = tensor([1, 2, 3, 4], { device: strict });
    const added = x
      .mul(10)
      .scatterAdd(0, tensor([0n, 0n, 3n], { device: strict }), x.narrow(0, 0, 3));
    expect(await added.toArray()).toEqual([13, 20, 30, 43]);
  });

  it('a sort goes by the host and back', async () => {
    const [values, order] = tensor([3, 1, 2], { device: strict }).mul(2).sort();
    expect(await values.add(1).toArray()).toEqual([3, 5, 7]);
    expect(await order.toArray()).toEqual([1, 2, 0]);
  });
});
