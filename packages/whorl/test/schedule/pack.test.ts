// Small independent kernels in one launch: when, and that nothing else is different.

import { afterEach, describe, expect, it } from 'vitest';
import { observeFlushes } from '../../src/engine/observe/record.js';
import { setFusion } from '../../src/engine/flush/options.js';
import { type Loose, whorl } from '../loose.js';

const { manualSeed, nn, optim, randn, tensor } = whorl;

afterEach(() => setFusion(true));

/** The kernels that `run` launches, by how many outer loops each has. */
function launchesOf(run: () => void): number[] {
  const found: number[] = [];
  const stop = observeFlushes(({ kernels }) => {
    for (const { kernel } of kernels)
      found.push(kernel!.body.filter((stmt) => stmt.kind === 'loop').length);
  });
  try {
    run();
  } finally {
    stop();
  }
  return found;
}

const stored = (...shape: number[]): Loose => {
  const x = randn(...shape);
  x.dataSync();
  return x;
};

describe('independent updates', () => {
  it('of small tensors of any shapes are one kernel with a loop for each', () => {
    const all = [stored(100, 2), stored(100), stored(4, 5, 6)];
    for (const x of all) x.mul_(2).add_(1);
    expect(launchesOf(() => all[0].dataSync())).toEqual([3]);
    expect(launchesOf(() => all[2].dataSync())).toEqual([]);
  });

  it('of which one reads what another stores are nests in that order', () => {
    const [x, y, z] = [stored(6), stored(6), stored(3)];
    const z0 = z.dataSync().slice();
    x.mul_(2);
    const row = x.view(2, 3).at(1);
    y.add_(1);
    z.add_(row);
    expect(launchesOf(() => z.dataSync())).toEqual([3]);
    expect([...z.dataSync()]).toEqual([...z0].map((v, i) => Math.fround(v + row.dataSync()[i])));
  });

  it('that are much work stay apart', () => {
    const [x, y] = [stored(2200, 2000), stored(2000, 2200)];
    for (const t of [x, y]) t.mul_(2).add_(1);
    expect(launchesOf(() => x.dataSync())).toEqual([1, 1]);
  });

  it('of which one ends in an error in values do not fail together', () => {
    const [x, n] = [stored(4), tensor([1, 2, 3], { dtype: 'int32' })];
    const quotient = n.div(n.sub(2), { roundingMode: 'floor' });
    x.add_(1);
    const before = x.detach();
    expect(() => quotient.dataSync()).toThrow(/by zero/);
    expect(before.dataSync()).toHaveLength(4);
  });
});

describe('an optimizer', () => {
  function train(): { launches: number[]; weights: number[][] } {
    manualSeed(3);
    const model = new nn.Sequential(new nn.Linear(5, 7), new nn.Tanh(), new nn.Linear(7, 3));
    const optimizer = new optim.Adam(model.parameters(), { lr: 0.01, weightDecay: 0.1 });
    const x = stored(40, 5);
    let launches: number[] = [];
    for (let i = 0; i < 4; i++) {
      optimizer.zeroGrad();
      model.forward(x).square().mean().backward();
      for (const p of model.parameters()) p.grad.dataSync();
      launches = launchesOf(() => optimizer.step());
    }
    return { launches, weights: [...model.parameters()].map((p: Loose) => [...p.dataSync()]) };
  }

  it('updates all parameters in one kernel, to the same bits as one by one', () => {
    const together = train();
    expect(together.launches).toEqual([4]);
    setFusion(false);
    const apart = train();
    expect(apart.launches.length).toBeGreaterThan(4);
    expect(together.weights).toEqual(apart.weights);
  });
});

describe('a loop over all elements at once', () => {
  it('is made where only elements at the same place meet, not where one is broadcast', () => {
    const [x, y, row] = [stored(3, 4), stored(3, 4), stored(4)];
    const depths: number[] = [];
    const stop = observeFlushes(({ kernels }) => {
      const [outer] = kernels[0]!.kernel!.body;
      depths.push(outer!.kind === 'loop' && outer.body[0]!.kind === 'loop' ? 2 : 1);
    });
    x.mul(y).add(2).dataSync();
    x.mul(row).dataSync();
    x.view(4, 3).t().mul(y).dataSync();
    stop();
    expect(depths).toEqual([1, 2, 2]);
  });
});
