// Loops of 10,000 steps: what tensors take does not grow with the number of steps, whether values are read
// or not. And chains of 100,000 operations, which nothing may walk by recursion.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { manualSeed, memory, nn, noGrad, optim, randint, randn, tensor, zeros } = whorl;

const steps = 10_000;
const warm = 1_000;
const MiB = 2 ** 20;
/** What may lie about until it is collected. */
const slack = 8 * MiB;

/** A training step as a person writes it; gives the loss and an accuracy. */
function training(): () => { loss: Loose; accuracy: Loose } {
  manualSeed(1);
  const model = new nn.Sequential(new nn.Linear(2, 8), new nn.ReLU(), new nn.Linear(8, 3));
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
  const criterion = new nn.CrossEntropyLoss();
  const [x, y] = [randn(128, 2), randint(0, 3, [128])];
  return () => {
    const logits = model.forward(x);
    const loss = criterion.forward(logits, y);
    const accuracy = logits.argmax(1).eq(y).mean();
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return { loss, accuracy };
  };
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of JavaScript objects that are still referred to. */
function heap(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

/** The most that was in use at any time after the warm-up, over what was in use at its end. */
class Watch {
  private base = Infinity;
  private most = 0;
  private heap = 0;

  at(step: number): void {
    if (step === warm) {
      this.base = memory().used;
      this.heap = heap();
    }
    if (step >= warm) this.most = Math.max(this.most, memory().used);
  }

  /** `kept`: what the loop itself holds on to, in JavaScript's heap. */
  expectFlat(allowed: number, kept = 0): void {
    expect(this.base).toBeLessThan(Infinity);
    expect(this.most - this.base).toBeLessThan(allowed);
    expect(heap() - this.heap).toBeLessThan(4 * MiB + kept);
  }
}

describe('10,000 training steps', () => {
  it('with both values read in every one take no more than 1,000', async () => {
    const [step, watch] = [training(), new Watch()];
    let last = Number.NaN;
    for (let i = 0; i < steps; i++) {
      const { loss, accuracy } = step();
      last = (await loss.item()) + 0 * (await accuracy.item());
      watch.at(i);
    }
    expect(last).toBeLessThan(1.2);
    watch.expectFlat(slack);
  });

  it('in a synchronous loop that never reads take no more than 1,000', () => {
    const [step, watch] = [training(), new Watch()];
    for (let i = 0; i < steps; i++) {
      step();
      watch.at(i);
    }
    watch.expectFlat(4 * slack);
  });

  it('whose losses are kept and read at the end take no more than those losses', async () => {
    const [step, watch] = [training(), new Watch()];
    const losses: Loose[] = [];
    for (let i = 0; i < steps; i++) {
      losses.push(step().loss);
      watch.at(i);
    }
    const loss = 1024;
    watch.expectFlat(4 * slack, loss * (steps - warm));
    const values = await Promise.all(losses.map((loss) => loss.item()));
    expect(values.every(Number.isFinite)).toBe(true);
    expect(values[steps - 1]).toBeLessThan(values[0]);
  });
});

describe('a synchronous loop without an optimizer', () => {
  it('that overwrites one tensor stays at one', () => {
    const [x, watch] = [zeros(1000), new Watch()];
    for (let i = 0; i < steps; i++) {
      x.add_(1);
      if (i % 100 === 0) x.at(0).itemSync();
      watch.at(i);
    }
    expect(x.at(999).itemSync()).toBe(steps);
    watch.expectFlat(slack);
  });

  it('that replaces a variable stays bounded, and gives the right value', () => {
    const watch = new Watch();
    let x = zeros(1000);
    for (let i = 0; i < steps; i++) {
      x = x.mul(0.5).add(1);
      if (i % 50 === 0) x.dataSync();
      watch.at(i);
    }
    expect(x.at(0).itemSync()).toBe(2);
    watch.expectFlat(4 * slack);
  });

  it('that makes a graph in every step and drops it stays bounded', () => {
    const w = tensor([0.5, -0.25], { requiresGrad: true });
    const watch = new Watch();
    for (let i = 0; i < steps / 2; i++) {
      w.exp().mul(w).sum().backward();
      noGrad(() => w.sub_(w.grad.mul(1e-3)));
      w.grad = null;
      watch.at(i);
    }
    expect(Number.isFinite(w.sum().itemSync())).toBe(true);
    watch.expectFlat(slack);
  });
});

describe('lengths that are never the same', () => {
  it('1,000 of them, each its own graph, stay bounded', () => {
    const x = whorl.ones(1000);
    const before = memory().used;
    for (let i = 1; i <= 1000; i++) expect(x.narrow(0, 0, i).sum().itemSync()).toBe(i);
    expect(memory().used - before).toBeLessThan(slack);
  });
});

describe('a chain of 100,000 operations', () => {
  const length = 100_000;

  it('is computed without overflowing a stack', () => {
    let x = tensor([0, 1]);
    for (let i = 0; i < length; i++) x = x.add(1);
    expect(x.toArraySync()).toEqual([length, length + 1]);
  });

  it('is differentiated without overflowing a stack', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    let y = x;
    for (let i = 0; i < length; i++) y = i % 2 === 0 ? y.mul(2) : y.mul(0.5);
    y.sum().backward();
    expect(x.grad.toArraySync()).toEqual([1, 1]);
  });
});
