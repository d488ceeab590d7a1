// A compiled function as one module: the bits of launching one by one, how often the device is called, memory.

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { setWholePrograms } from '../../src/capture/replaying/launches.js';
import { driver, useDevice } from '../devices/default.js';
import { setRelaxedFma } from '../../src/engine/devices/relaxed-fma.js';
import { type FlushRecord, observeFlushes } from '../../src/engine/observe/record.js';
import { hasRelaxedFma } from '../../src/render/index.js';
import type { WasmDriver } from '../../src/runtime/index.js';
import { type Loose, whorl } from '../loose.js';

const { compile, manualSeed, nn, ones, optim, randint, randn, scalar, setNumThreads, tensor } =
  whorl;

useDevice('cpu');
afterEach(() => {
  vi.restoreAllMocks();
  setWholePrograms(true);
});

const device = (): WasmDriver => driver() as WasmDriver;
const values = (t: Loose): number[] => [...t.dataSync()];

/** A step that launches several kernels, draws, counts, sorts in between and may fail. */
function training(points: number, hidden: number): { step: () => Loose[]; state: () => Loose[] } {
  manualSeed(5);
  const model = new nn.Sequential(
    new nn.Linear(16, hidden),
    new nn.Tanh(),
    new nn.Dropout(0.2),
    new nn.Linear(hidden, 3),
  );
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-2 });
  const schedule = new optim.lrScheduler.ExponentialLR(optimizer, { gamma: 0.9 });
  const [x, y] = [randn(points, 16), randint(0, 3, [points])];
  const epoch = compile((x: Loose, y: Loose) => {
    const logits = model.forward(x);
    const each = nn.functional.crossEntropy(logits, y, { reduction: 'none' });
    const [sorted] = each.detach().sort();
    optimizer.zeroGrad();
    each.mean().backward();
    optimizer.step();
    return [each.mean(), sorted.cumsum(0)];
  });
  const step = () => {
    const read = epoch(x, y);
    schedule.step();
    return read;
  };
  return { step, state: () => [...model.parameters()] };
}

function trajectory(points: number, hidden: number): string[] {
  const { step, state } = training(points, hidden);
  const texts: string[] = [];
  for (let i = 0; i < 8; i++) texts.push(step().map(textOf).join());
  return [...texts, ...state().map(textOf)];
}

const textOf = (t: Loose): string => Buffer.from(t.dataSync().buffer).toString('base64');

/** What the device is asked for meanwhile. */
function observed(run: () => void): FlushRecord[] {
  const records: FlushRecord[] = [];
  const stop = observeFlushes((record) => records.push(record));
  run();
  stop();
  return records;
}

describe('the bits', () => {
  it.each([
    [40, 8],
    [3000, 64],
  ])('are those of launching one by one: %i points, %i hidden', (points, hidden) => {
    const whole = trajectory(points, hidden);
    setWholePrograms(false);
    expect(whole).toEqual(trajectory(points, hidden));
  });

  it('are those of the js device', () => {
    const whole = trajectory(40, 8);
    useDevice('reference');
    const other = trajectory(40, 8);
    useDevice('cpu');
    expect(whole).toEqual(other);
  });
});

describe('a replay', () => {
  it('is one call, however many kernels there are, and launches nothing else', () => {
    const model = new nn.Sequential(new nn.Linear(2, 8), new nn.ReLU(), new nn.Linear(8, 3));
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
    const x = randn(300, 2);
    const step = compile(() => {
      optimizer.zeroGrad();
      const loss = model.forward(x).softmax(0).square().sum();
      loss.backward();
      optimizer.step();
      return loss;
    });
    for (let i = 0; i < 3; i++) step();
    const launch = vi.spyOn(device(), 'launch');
    const [record] = observed(() => step());
    expect(record!.kernels.length).toBeGreaterThan(1);
    expect(record!.calls).toBe(1);
    expect(launch).not.toHaveBeenCalled();
  });

  it('is two calls where a routine in JavaScript stands between kernels', () => {
    const f = compile((x: Loose) => {
      const [sorted] = x.mul(2).sort();
      return sorted.add(1);
    });
    for (let i = 0; i < 3; i++) f(ones(3));
    const x = tensor([3, 1, 2]);
    const [record] = observed(() => expect(values(f(x))).toEqual([3, 5, 7]));
    expect(record!.calls).toBe(2);
  });

  it('is as many calls as kernels where they are launched one by one', () => {
    setWholePrograms(false);
    const f = compile((x: Loose) => [x.sum(), x.add(1)]);
    for (let i = 0; i < 3; i++) f(ones(3));
    const [record] = observed(() => f(ones(3)));
    expect(record!.calls).toBe(record!.kernels.length);
  });

  it('writes no address and no number again that is the same', () => {
    const w = ones(4);
    const rate = scalar(0.5);
    const f = compile((x: Loose) => {
      w.add_(x.mul(rate));
    });
    const x = ones(4);
    for (let i = 0; i < 3; i++) f(x);
    const views = ['setUint32', 'setFloat32'] as const;
    const spies = views.map((name) => vi.spyOn(DataView.prototype, name));
    f(x);
    expect(spies.map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
    rate.value = 2;
    f(x);
    expect(spies.map(({ mock }) => mock.calls.length)).toEqual([0, 1]);
    const other = ones(4);
    other.dataSync();
    for (const { mock } of spies) mock.calls.length = 0;
    f(other);
    expect(spies.map(({ mock }) => mock.calls.length)).toEqual([1, 0]);
    expect(values(w)).toEqual([7, 7, 7, 7]);
  });

  it('calls a kernel that is launched twice as one function', () => {
    const spy = vi.spyOn(device(), 'loadProgram');
    const squared = (x: Loose) => x.matmul(x);
    const f = compile((x: Loose) => squared(squared(x)));
    const x = randn(200, 200);
    expect(textOf(f(x))).toBe(textOf(squared(squared(x))));
    const { launches } = spy.mock.calls[0]![0];
    expect(launches.map(({ kernel }) => kernel)).toEqual([0, 0]);
    expect(launches[1]!.offset).toBeGreaterThan(launches[0]!.offset);
  });
});

describe('an error in values', () => {
  it('ends the call at its kernel: what comes behind does not run', () => {
    const table = tensor([[1], [2], [3]]);
    const count = tensor([0]);
    const f = compile((first: Loose, second: Loose, by: Loose) => {
      const a = table.indexSelect(0, first).square().sum();
      const b = ones(7, 7).mul(a).matmul(ones(7, 5)).indexSelect(1, second).sum();
      const c = tensor([8, 9], { dtype: 'int64' }).floorDivide(by).sum();
      count.add_(1);
      return [a, b, c];
    });
    const int = (...list: number[]) => tensor(list, { dtype: 'int64' });
    const run = (a: number, b: number, c: number) => f(int(0, a), int(1, b), int(1, c));
    for (let i = 0; i < 3; i++) run(2, 4, 2);
    expect(() => run(3, 4, 2)).toThrow(/index out of range.*size 3 of the tensor \[3, 1\]/);
    expect(() => run(2, 5, 2)).toThrow(/index out of range.*size 5 of the tensor \[7, 5\]/);
    expect(() => run(2, 4, 0)).toThrow(/integer division or modulo by zero.*\[2\] of int64/);
    expect(values(count)).toEqual([3]);
    expect(run(2, 4, 2).map(values)).toEqual([[10], [980], [12n]]);
    expect(values(count)).toEqual([4]);
  });
});

describe('kernels of another kind', () => {
  it('another device takes over: the function is recorded there', () => {
    const f = compile((x: Loose) => x.add(1).mul(2));
    for (let i = 0; i < 3; i++) f(ones(2));
    useDevice('reference');
    for (let i = 0; i < 3; i++) expect(values(f(ones(2)))).toEqual([4, 4]);
    useDevice('cpu');
    for (let i = 0; i < 3; i++) expect(values(f(ones(2)))).toEqual([4, 4]);
  });

  it('are used as soon as they are chosen, where the engine has them', () => {
    const [a, b] = [randn(64, 64), randn(64, 64)];
    const f = compile((a: Loose, b: Loose) => a.matmul(b));
    for (let i = 0; i < 3; i++) f(a, b);
    const load = vi.spyOn(device(), 'loadProgram');
    if (hasRelaxedFma()) setRelaxedFma(true);
    const relaxed = [textOf(f(a, b)), textOf(a.matmul(b))];
    setRelaxedFma(false);
    expect(relaxed[0]).toBe(relaxed[1]);
    expect(textOf(f(a, b))).toBe(textOf(a.matmul(b)));
    expect(load).toHaveBeenCalledTimes(hasRelaxedFma() ? 2 : 0);
  });
});

describe('memory', () => {
  it('of a program, its arguments too, goes back with the compiled function', () => {
    device().reclaim();
    const before = device().memory();
    (() => {
      const x = randn(500, 40);
      const f = compile((x: Loose) => [x.softmax(0).matmul(x.t()).square().sum(), x.exp()]);
      for (let i = 0; i < 4; i++) f(x);
      expect(device().memory().buffers).toBeGreaterThan(before.buffers + 3);
    })();
    device().reclaim();
    expect(device().memory().buffers).toBe(before.buffers);
  });
});

describe('threads', () => {
  const team = () => device().team.team!;
  const others = (): number =>
    team()
      .taken.slice(1)
      .reduce((sum, count) => sum + count, 0);

  async function untilShared(step: () => unknown): Promise<void> {
    for (let i = 0; i < 2000; i++) {
      step();
      if (others() > 0) return;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    throw new Error('no other thread ever took a block');
  }

  let one: string[] = [];
  beforeAll(() => {
    one = trajectory(3000, 64);
  });
  afterAll(() => setNumThreads(1));

  it.each([2, 3])('%i of them share the blocks of a program, with the same bits', async (count) => {
    setNumThreads(count);
    const { step } = training(3000, 64);
    for (let i = 0; i < 3; i++) step();
    const launch = vi.spyOn(device(), 'launch');
    await untilShared(step);
    expect(launch).not.toHaveBeenCalled();
    expect(trajectory(3000, 64)).toEqual(one);
    setNumThreads(1);
  });

  it('can be another number at each call', async () => {
    const x = randn(300, 300);
    const f = compile((x: Loose) => x.matmul(x));
    const expected = textOf(f(x));
    for (const count of [2, 1, 3, 1]) {
      setNumThreads(count);
      for (let i = 0; i < 3; i++) expect(textOf(f(x))).toBe(expected);
      if (count > 1) await untilShared(() => f(x));
      expect(textOf(f(x))).toBe(expected);
    }
  });

  it('that are killed are an error at the next call; then one computes', async () => {
    setNumThreads(2);
    const x = randn(300, 300);
    const f = compile((x: Loose) => x.matmul(x));
    const expected = textOf(f(x));
    await untilShared(() => f(x));
    team().members[0]!.end();
    const next = async (): Promise<void> => {
      for (let i = 0; i < 1000; i++) {
        f(x);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    await expect(next()).rejects.toThrow(/worker 1 of 1 ended/);
    expect(device().threads).toBe(1);
    expect(textOf(f(x))).toBe(expected);
  });

  it('find an error in values of a kernel with blocks', async () => {
    setNumThreads(2);
    const table = randn(1000, 300);
    const w = ones(3);
    const f = compile((index: Loose) => {
      w.mul_(2);
      return table.indexSelect(0, index).exp().log().tanh();
    });
    const good = randint(0, 1000, [2000]);
    const bad = good.clone();
    bad.setAt([1500], 1000);
    await untilShared(() => f(good));
    const before = values(w);
    expect(() => f(bad)).toThrow(/index out of range.*\[1000, 300\]/);
    expect(values(w)).toEqual(before);
    setNumThreads(1);
  });
});
