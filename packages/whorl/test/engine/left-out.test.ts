// What `npm run bench -- --only ladder` leaves out changes which kernels run, and no bit.

import { afterEach, describe, expect, it } from 'vitest';
import { leaveOut } from '../../src/engine/flush/options.js';
import { observeFlushes } from '../../src/engine/observe/record.js';
import { compile, datasets, manualSeed, nn, optim, type Tensor } from '../../src/index.js';
import type { Technique } from '../../src/schedule/schedule.js';

const none = new Set<Technique>();
afterEach(() => leaveOut(none));

/** Losses of four steps, and the kernels of the last one. */
function trained(without: ReadonlySet<Technique>, isCompiled: boolean) {
  leaveOut(without);
  manualSeed(1);
  const { X, Y } = datasets.spiral({ classes: 3, samplesPerClass: 50 });
  const model = new nn.Sequential(new nn.Linear(2, 16), new nn.ReLU(), new nn.Linear(16, 3));
  const criterion = new nn.CrossEntropyLoss();
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-2 });
  const written = (): Tensor => {
    const loss = criterion.forward(model.forward(X), Y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss;
  };
  const step = isCompiled ? compile(written) : written;
  const losses: number[] = [];
  let kernels: string[] = [];
  for (let i = 0; i < 4; i++) {
    kernels = [];
    const stop = observeFlushes((record) => {
      kernels.push(...record.kernels.map(({ name }) => name));
    });
    losses.push(step().itemSync() as number);
    stop();
  }
  return { losses, kernels };
}

const isTiled = (name: string): boolean => name.startsWith('batch_');

describe.each([
  ['as written', false],
  ['compiled', true],
])('a step %s', (_, isCompiled) => {
  it('has the same bits without tiles of rows', () => {
    const [whole, less] = [trained(none, isCompiled), trained(new Set(['rows']), isCompiled)];
    expect(less.losses).toEqual(whole.losses);
    expect(whole.kernels.filter(isTiled).length).toBeGreaterThan(0);
    expect(less.kernels.filter(isTiled)).toEqual([]);
  });

  it('has the same bits, and more kernels, without packs of small ones', () => {
    const [whole, less] = [trained(none, isCompiled), trained(new Set(['packs']), isCompiled)];
    expect(less.losses).toEqual(whole.losses);
    expect(less.kernels.length).toBeGreaterThan(whole.kernels.length);
  });
});
