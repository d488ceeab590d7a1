// A device that is only read by waiting, and says with the read what failed: programs have the same meaning there.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StrictDriver } from '../strict/driver.js';
import { strict } from '../strict/device.js';
import { strictTarget } from '../strict/target.js';
import { addDevice } from '../../src/engine/devices/context.js';
import { Device } from '../../src/graph/device.js';
import { callOf, renderJs } from '../../src/render/index.js';
import { type Loose, whorl } from '../loose.js';

const { arange, compile, linalg, manualSeed, nn, ones, optim, randn, tensor } = whorl;

beforeAll(() => whorl.setDefaultDevice(strict));
afterAll(() => whorl.setDefaultDevice(null));

const outside = /index out of range/;

/** The step of a small network, and its losses as they are read after all steps. */
async function losses(on: string, compiled: boolean): Promise<number[]> {
  manualSeed(1);
  const model = new nn.Sequential(
    new nn.Linear(2, 8),
    new nn.ReLU(),
    new nn.Dropout(0.3),
    new nn.Linear(8, 2),
  ).to(on);
  // parameters were made on the default device: what is recorded must have arrived
  for (const p of model.parameters()) await p.data();
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.05 });
  const x = randn(16, 2, { device: on });
  const y = arange(16, { device: on }).remainder(2);
  const criterion = new nn.CrossEntropyLoss();
  const step = () => {
    optimizer.zeroGrad();
    const loss = criterion.forward(model.forward(x), y);
    loss.backward();
    optimizer.step();
    return loss;
  };
  const run = compiled ? compile(step) : step;
  const kept = Array.from({ length: 6 }, () => run());
  return Promise.all(kept.map((loss: Loose) => loss.item()));
}

describe('training', () => {
  it.each([false, true])('has the losses of the cpu (compiled: %s)', async (compiled) => {
    const [late, own] = [await losses('strict', compiled), await losses('cpu', compiled)];
    late.forEach((loss, i) => expect(loss).toBeCloseTo(own[i]!, 5));
  });
});

describe('reading', () => {
  const x = () => tensor([3, 1, 2]);

  it('is by waiting alone, and says so', async () => {
    for (const read of [
      () => x().dataSync(),
      () => x().sum().itemSync(),
      () => x().toArraySync(),
      () => JSON.stringify(x()),
      () => x().setAt(x().gt(1), 0),
    ]) {
      expect(read).toThrow(/cannot be read at once: await item\(\), data\(\) or toArray\(\)/);
    }
    expect(await x().add(1).toArray()).toEqual([4, 2, 3]);
    expect(await x().sum().item()).toBe(6);
    expect(`${x()}`).toContain('tensor(...');
  });

  it('on another device what comes from there is by waiting, too', async () => {
    const there = x().mul(2).cpu();
    expect(() => there.add(1).dataSync()).toThrow(
      /comes from a device that is only read by waiting/,
    );
    expect(await there.add(1).toArray()).toEqual([7, 3, 5]);
    expect(there.add(1).toArraySync()).toEqual([7, 3, 5]);
  });

  it('gives the value of the call, whatever is written meanwhile', async () => {
    const y = x();
    const before = y.toArray();
    y.add_(10);
    y.setAt(0, -1);
    expect(await before).toEqual([3, 1, 2]);
    expect(await y.toArray()).toEqual([-1, 11, 12]);
  });

  it('waits for routines of the host in the middle', async () => {
    const [values, order] = x().neg().sort();
    expect(await values.mul(2).toArray()).toEqual([-6, -4, -2]);
    expect(await order.toArray()).toEqual([0, 2, 1]);
    const medians = Array.from({ length: 4 }, (_, i) => x().add(i).sort()[0].at(1).mul(2));
    expect(await Promise.all(medians.map((m: Loose) => m.item()))).toEqual([4, 6, 8, 10]);
  });

  it('of results whose size depends on values is from copies', async () => {
    const found = await x().gt(1).nonzero();
    expect([found.device, await found.toArray()]).toEqual([strict, [[0], [2]]]);
    expect(await (await x().at(x().gt(1))).toArray()).toEqual([3, 2]);
    expect(await (await tensor([1, 2, 1]).unique()).toArray()).toEqual([1, 2]);
    expect(await x().equal(x())).toBe(true);
  });
});

describe('errors in values', () => {
  const far = () => tensor([7], { dtype: 'int64' }).add(0);

  it('are thrown by the next read, and by those of what is made of them', async () => {
    const x = tensor([1, 2, 3]);
    const [good, bad] = [x.mul(5), x.at(far())];
    await expect(bad.data()).rejects.toThrow(outside);
    await expect(bad.add(1).data()).rejects.toThrow(outside);
    expect(await good.toArray()).toEqual([5, 10, 15]);
    expect(await x.add(1).toArray()).toEqual([2, 3, 4]);
  });

  it('undo the step that they are a part of', async () => {
    const table = tensor([1, 2, 3]).requiresGrad_();
    const optimizer = new optim.SGD([table], { lr: 0.5, momentum: 0.5 });
    const outcomes: string[] = [];
    for (const rows of [
      [0, 1],
      [0, 9],
      [0, 1],
    ]) {
      const index = tensor(rows, { dtype: 'int64' }).add(0);
      optimizer.zeroGrad();
      const loss = table.at(index).sum();
      loss.backward();
      optimizer.step();
      outcomes.push(
        await loss.item().then(
          () => 'fine',
          (e: Error) => (outside.test(e.message) ? 'refused' : e.message),
        ),
      );
    }
    expect(outcomes).toEqual(['fine', 'refused', 'fine']);
    expect(await table.detach().toArray()).toEqual([-0.25, 0.75, 3]);
  });

  it('leave a write that a kernel stored beside them', async () => {
    const x = tensor([1, 2, 3]);
    x.zero_();
    const bad = tensor([1, 2, 3])
      .gather(0, tensor([1, 9, 0], { dtype: 'int64' }).add(0))
      .mul(x);
    await expect(x.data()).rejects.toThrow(outside);
    expect(await x.toArray()).toEqual([0, 0, 0]);
    expect(await x.add_(1).toArray()).toEqual([1, 1, 1]);
    await expect(bad.data()).rejects.toThrow(outside);
  });

  it('that another error hid are still undone when they come out', async () => {
    const x = tensor([1, 2, 3]);
    const index = tensor([7], { dtype: 'int64' }).mul(3).sum().reshape(1);
    // one kernel stores both: that of x has no index then, and says nothing
    const bad = tensor([1, 2, 3]).at(far()).mul(index);
    x.add_(x.at(index));
    await expect(bad.data()).rejects.toThrow(outside);
    x.mul_(2);
    await expect(x.data()).rejects.toThrow(outside);
    expect(await x.toArray()).toEqual([1, 2, 3]);
    expect(await index.toArray()).toEqual([21]);
  });

  it('are told to one reader: another, at the same time, has its value', async () => {
    const x = tensor([1, 2, 3]);
    x.zero_();
    const bad = x.at(far()).add(x);
    const [first, ...others] = await Promise.allSettled([x.data(), x.toArray(), x.cpu().toArray()]);
    expect(first.status).toBe('rejected');
    expect(others.map((one: Loose) => one.value)).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    await expect(bad.data()).rejects.toThrow(outside);
  });

  it('are told to one reader: a routine beside it goes on', async () => {
    const x = tensor([5, 1, 2]).add(1);
    const bad = x.at(far()).mul(x);
    const reads = [x.toArray(), x.add(1).sort()[0].toArray()];
    const [first, sorted] = await Promise.allSettled(reads);
    expect([first!.status, sorted!.status]).toEqual(['rejected', 'fulfilled']);
    expect((sorted as Loose).value).toEqual([3, 4, 7]);
    await expect(bad.data()).rejects.toThrow(outside);
  });

  it('are known to a routine between two kernels', async () => {
    const table = ones(3, 2).requiresGrad_();
    table
      .at(tensor([1], { dtype: 'int64' }).add(0))
      .sum()
      .backward();
    // nobody has asked yet how this one went
    new optim.SGD([table], { lr: 1 }).step();
    const index = tensor([2, 9, 0], { dtype: 'int64' }).add(0);
    const sorted = tensor([1, 2, 3]).gather(0, index).sort()[0];
    await expect(sorted.data()).rejects.toThrow(outside);
    await expect(sorted.add(1).data()).rejects.toThrow(outside);
    expect(await table.detach().sum().item()).toBe(4);
  });

  it('known at once and later undo a step once', async () => {
    const [table, scale] = [ones(3, 2).requiresGrad_(), ones(2).requiresGrad_()];
    const optimizer = new optim.Adam([table, scale], { lr: 0.5 });
    const step = (row: number, corner: number) => {
      const matrix = tensor([
        [corner, 0],
        [0, 1],
      ]);
      optimizer.zeroGrad();
      scale.mul(linalg.cholesky(matrix).sum()).sum().backward();
      // computed after that, by a kernel that follows a routine
      const index = tensor([row], { dtype: 'int64' }).sort()[0];
      table.at(index).square().sum().backward();
      optimizer.step();
    };
    const values = () => Promise.all([table, scale].map((p: Loose) => p.detach().toArray()));
    const counts = () => [0, 1].map((i) => Number(optimizer.stateDict().state[i].step));
    step(0, 1);
    step(1, 1);
    const before = await values();
    expect(counts()).toEqual([2, 2]);
    step(7, -1);
    for (let turn = 0; turn < 4; turn++) await values().catch(() => {});
    expect(await values()).toEqual(before);
    expect(counts()).toEqual([2, 2]);
  });

  it('of a routine are thrown as well', async () => {
    const [bad, good] = [
      linalg.cholesky(
        tensor([
          [1, 2],
          [2, 1],
        ]),
      ),
      linalg.cholesky(
        tensor([
          [4, 0],
          [0, 4],
        ]),
      ),
    ];
    await expect(bad.data()).rejects.toThrow(/not positive-definite/);
    expect(await good.toArray()).toEqual([
      [2, 0],
      [0, 2],
    ]);
  });

  it('leave what a compiled function replaces', async () => {
    const total = tensor([0]);
    const add = compile((i: Loose) => {
      total.add_(tensor([10, 20]).at(i));
      return total.mul(1);
    });
    const at = (i: number) => tensor([i], { dtype: 'int64' });
    expect(await add(at(0)).toArray()).toEqual([10]);
    await expect(add(at(5)).data()).rejects.toThrow(outside);
    expect(await total.toArray()).toEqual([10]);
    expect(await add(at(1)).toArray()).toEqual([30]);
  });
});

describe('compile', () => {
  it('refuses what runs in JavaScript between kernels', () => {
    const sorted = compile((x: Loose) => x.sort()[0]);
    expect(() => sorted(ones(3))).toThrow(/compile: the function sorts, or does something else/);
  });
});

describe('a device that is lost in the middle of a step', () => {
  it('says so to who reads, and loses nothing of other devices', async () => {
    const driver = new StrictDriver(7);
    const render = (kernel: Parameters<typeof renderJs>[0]) => ({
      code: renderJs(kernel),
      call: callOf(kernel),
    });
    const fragile = new Device('fragile');
    addDevice(fragile, () => ({ driver, target: strictTarget, render, renderProgram: null }));
    const here = tensor([1, 2], { device: 'cpu', requiresGrad: true });
    const model = new nn.Linear(2, 2).to(fragile);
    const optimizer = new optim.SGD([...model.parameters(), here], { lr: 0.1 });
    model.forward(here.to(fragile).reshape(1, 2)).sum().backward();
    driver.lose();
    try {
      optimizer.step();
    } catch (error) {
      expect((error as Error).message).toMatch(/lost/);
    }
    await expect(model.weight.data()).rejects.toThrow(/lost/);
    await expect(here.to(fragile).data()).rejects.toThrow(/lost/);
    expect(await ones(2, { device: 'cpu' }).add(1).toArray()).toEqual([2, 2]);
    // the step came to nothing
    expect(here.grad).toBeNull();
    expect(await here.detach().toArray()).toEqual([1, 2]);
  });
});
