// Any number of threads gives the same bits; errors in values are found; the process ends by itself.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../../../scripts/packages.mjs';
import { bundle } from '../../../../scripts/readme-example.mjs';
import { driver, useDevice } from '../devices/default.js';
import { observeFlushes } from '../../src/engine/observe/record.js';
import { blocksOf } from '../../src/ir/parallel.js';
import { optimise } from '../../src/optimise/index.js';
import { type WasmDriver, wasmTarget } from '../../src/runtime/index.js';
import { type Loose, whorl } from '../loose.js';

const { getNumThreads, manualSeed, nn, optim, rand, randint, randn, setNumThreads } = whorl;
const F = nn.functional;

useDevice('cpu');
afterAll(() => setNumThreads(1));

const team = () => (driver() as WasmDriver).team;
const takenByOthers = (): number =>
  (team().team?.taken ?? []).slice(1).reduce((sum, count) => sum + count, 0);

/** Workers take a moment to start: until each of them ran a block. */
async function allAtWork(): Promise<void> {
  const x = randn(300, 300);
  for (let i = 0; i < 2000; i++) {
    x.matmul(x).dataSync();
    if (team().team!.taken.every((count) => count > 0)) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error(`some never ran a block: ${String(team().team!.taken)}`);
}

/** Each is made of kernels with more than 100 us of work. */
const programs: Record<string, () => Loose> = {
  matmul: () => randn(300, 300).matmul(randn(300, 300)),
  'transposed matmuls': () => randn(300, 200).t().matmul(randn(200, 300).t().contiguous().t().t()),
  'batched matmul': () => randn(9, 100, 100).matmul(randn(9, 100, 100)),
  'a linear layer': () => F.linear(randn(1999, 64), randn(48, 64), randn(48)).relu(),
  pointwise: () => randn(700_001).exp().add(1).log(),
  'pointwise in float64': () => rand(300_000).double().sin().mul(3).tanh(),
  'row reductions': () => randn(3000, 200).softmax(1).sum(1),
  'column reductions': () => randn(500, 900).mul(2).sum(0),
  'reductions with their arguments': () => randn(2000, 300).argmax(1),
  'layer norm': () => F.layerNorm(randn(2000, 128), [128]),
  padding: () => F.pad(randn(4, 500, 300), [3, 2, 1, 4]).mul(2),
  windows: () => F.maxPool2d(randn(8, 8, 200, 200), 3, 2, 1),
  convolution: () => F.conv2d(randn(4, 3, 40, 40), randn(16, 3, 3, 3), randn(16), 1, 1),
  'in place': () => {
    const x = randn(900, 900);
    x.dataSync();
    x.mul_(3).add_(1);
    return x;
  },
};

function run(program: () => Loose): { data: string; blocks: number } {
  manualSeed(7);
  let blocks = 0;
  const stop = observeFlushes((record) => {
    for (const { kernel } of record.kernels) {
      if (kernel !== null) blocks = Math.max(blocks, blocksOf(optimise(kernel, wasmTarget)));
    }
  });
  try {
    const { buffer } = program().dataSync();
    return { data: Buffer.from(buffer).toString('base64'), blocks };
  } finally {
    stop();
  }
}

describe('the bits', () => {
  const expected = Object.fromEntries(
    Object.entries(programs).map(([name, program]) => [name, run(program)]),
  );

  it.each(Object.keys(programs))('of %s come from blocks', (name) => {
    expect(expected[name]!.blocks).toBeGreaterThan(1);
  });

  describe.each([2, 3, 5])('with %i threads', (threads) => {
    let before = 0;
    beforeAll(async () => {
      setNumThreads(threads);
      await allAtWork();
      before = takenByOthers();
    });
    afterAll(() => {
      expect(takenByOthers()).toBeGreaterThan(before);
      setNumThreads(1);
    });

    it.each(Object.keys(programs))('of %s are the same', (name) => {
      expect(getNumThreads()).toBe(threads);
      expect(run(programs[name]!).data === expected[name]!.data).toBe(true);
    });
  });

  it('of a whole training are the same', async () => {
    const losses = (): number[] => {
      manualSeed(3);
      const model = new nn.Sequential(
        new nn.Linear(64, 256),
        new nn.Tanh(),
        new nn.Linear(256, 10),
      );
      const optimizer = new optim.Adam(model.parameters(), { lr: 1e-2 });
      const [x, y] = [randn(512, 64), randint(0, 10, [512])];
      return Array.from({ length: 12 }, () => {
        optimizer.zeroGrad();
        const loss = F.crossEntropy(model.forward(x), y);
        loss.backward();
        optimizer.step();
        return loss.itemSync();
      });
    };
    const alone = losses();
    setNumThreads(3);
    await allAtWork();
    const before = takenByOthers();
    for (let i = 0; i < 5; i++) expect(losses()).toEqual(alone);
    expect(takenByOthers()).toBeGreaterThan(before);
    setNumThreads(1);
  });
});

describe('errors in values', () => {
  it('that a worker meets are thrown by the read', async () => {
    setNumThreads(3);
    await allAtWork();
    const table = randn(50, 64);
    const index = randint(0, 50, [20_000]);
    index.dataSync();
    const gathered = (last: number): Loose => {
      const all = whorl.cat([index, whorl.tensor([last], { dtype: 'int64' })]);
      return F.embedding(all, table);
    };
    expect(() => gathered(50).dataSync()).toThrow(/index out of range/);
    expect(gathered(49).dataSync().length).toBe(20_001 * 64);
    setNumThreads(1);
  });
});

describe('setNumThreads', () => {
  afterEach(() => {
    useDevice('cpu');
    setNumThreads(1);
  });

  it.each([0, -1, 1.5, NaN, '2', undefined])('refuses %s', (count) => {
    expect(() => setNumThreads(count)).toThrow(/setNumThreads expects a positive integer, got/);
  });

  it('refuses more threads than there are blocks', () => {
    expect(() => setNumThreads(65)).toThrow('at most 64 threads share a kernel, got 65');
  });

  it('is of the cpu, whatever the default device is', () => {
    useDevice('reference');
    setNumThreads(2);
    expect(getNumThreads()).toBe(2);
    useDevice('cpu');
    expect(getNumThreads()).toBe(2);
  });
});

describe('a process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'whorl-threads-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs a program in a process of its own, for at most 20 seconds. */
  async function output(program: string, env: Record<string, string> = {}): Promise<string> {
    const whole = `import { randn, setNumThreads, getNumThreads } from 'whorl';\n${program}`;
    const file = join(folder, 'program.mjs');
    writeFileSync(
      file,
      await bundle(whole, { folder: root, whorl: `${root}/packages/whorl/src/index.ts` }),
    );
    const options = { timeout: 20_000, env: { ...process.env, ...env } };
    const { stdout } = await promisify(execFile)(process.execPath, [file], options);
    return stdout.trim();
  }
  const work = `
    const a = randn(300, 300);
    for (let i = 0; i < 50; i++) a.matmul(a).dataSync();`;

  it('that used threads ends by itself, right after work and a while later', async () => {
    expect(await output(`setNumThreads(3);${work} console.log('done');`)).toBe('done');
    const later = `await new Promise((resolve) => setTimeout(resolve, 300)); console.log('later');`;
    expect(await output(`setNumThreads(3);${work}${later}`)).toBe('later');
  });

  it('is told how many by WHORL_THREADS', async () => {
    const show = `${work} console.log(getNumThreads());`;
    expect(await output(show, { WHORL_THREADS: '2' })).toBe('2');
    await expect(output(show, { WHORL_THREADS: 'all' })).rejects.toThrow(
      'WHORL_THREADS must be an integer from 1 to 64, not "all"',
    );
  });
});
