// WHORL_CHECK: what comes out of a cache is made again and compared.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demandSame, setChecking } from '../../src/engine/observe/check.js';
import { observeFlushes } from '../../src/engine/observe/record.js';
import { leaveOut, setFusion, setInPlace } from '../../src/engine/flush/options.js';
import type { Stmt } from '../../src/ir/loop.js';
import * as whorl from '../../src/index.js';
import type { Loose } from '../loose.js';

const w = whorl as unknown as Loose;
const { arange, constantPadNd, manualSeed, nn, ones, optim, randn, tensor, zeros } = w;

beforeEach(() => setChecking(true));
afterEach(() => setChecking(false));

it('what would be made differently now is an error that shows both', () => {
  expect(() => demandSame('a kernel', 'a', 'a')).not.toThrow();
  expect(() => demandSame('a kernel', 'old text', 'new text')).toThrow(
    /a kernel.*\n.*\nold text\n.*\nnew text/,
  );
});

it('a kernel that is another one than the graph says is found', () => {
  const sum = (x: Loose): number => x.mul(3).add(0.125).sum().itemSync();
  let body: Stmt[] = [];
  const stop = observeFlushes(({ kernels }) => {
    body = kernels[0]!.kernel!.body as Stmt[];
  });
  sum(arange(11).float());
  stop();
  sum(arange(11).float());
  const last = body.pop()!;
  expect(() => sum(arange(11).float())).toThrow(/WHORL_CHECK: how a kernel is written/);
  body.push(last);
  expect(sum(arange(11).float())).toBe(166.375);
});

describe('equal structures are planned alike:', () => {
  const programs: Record<string, (i: number) => void> = {
    'a training': (i) => {
      manualSeed(i);
      const model = new nn.Sequential(new nn.Linear(6, 20), new nn.ReLU(), new nn.Linear(20, 3));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01, amsgrad: i % 2 === 0 });
      for (let step = 0; step < 3; step++) {
        const labels = tensor(Array.from({ length: 80 }, (_, row) => (row + i) % 3)).long();
        optimizer.zeroGrad();
        const loss = nn.functional.crossEntropy(model.forward(randn(80, 6)), labels);
        loss.backward();
        optimizer.step();
        if (step !== i) loss.itemSync();
      }
    },
    'what is stored, made by this or that': (i) => {
      const x = [zeros(4), ones(4), tensor([1, 2, 3, 4]), arange(4).float(), zeros(4).add(1)][i]!;
      x.dataSync();
      x.clone().dataSync();
      x.reshape(2, 2).dataSync();
      x.reshape(2, 2).clone().dataSync();
    },
    'windows with more or less room': (i) => {
      const x = constantPadNd(arange(1, 6).float(), [1, i * i], 9);
      x.narrow(0, i + 1, 3)
        .mul(2)
        .dataSync();
    },
    'writes with and without readers of the old value': (i) => {
      const x = arange(6).float().add(1);
      x.dataSync();
      const reader = i % 2 === 0 ? x.mul(2) : null;
      if (i > 2) x.t().dataSync();
      x.narrow(0, i, 2).copy_(ones(2).mul(i));
      x.add_(1);
      x.sum().itemSync();
      reader?.dataSync();
    },
    'gradients wanted of this or that': (i) => {
      const [a, b] = [randn(40, 8), ones(8, 8).mul(2)];
      if (i % 2 === 0) a.requiresGrad_();
      if (i !== 2) b.requiresGrad_();
      const divisor = b.mul(1.5);
      if (i > 1) divisor.dataSync();
      const y = a.matmul(divisor).exp().remainder(a.matmul(divisor).add(30));
      y.sum().dataSync();
      if (y.requiresGrad) y.sum().backward();
    },
    'values made in this or that order': (i) => {
      const parts = [0, 1, 2].map(
        (k) => () =>
          randn(30, 3)
            .mul(k + 2)
            .cumsum(0),
      );
      const order = [
        [0, 1, 2],
        [2, 1, 0],
        [1, 2, 0],
        [1, 0, 2],
        [2, 0, 1],
      ][i]!;
      const made: Loose[] = [];
      for (const k of order) made[k] = parts[k]!();
      made[0].add(made[1]).add(made[2]).sum().itemSync();
    },
  };
  const settings: Record<string, () => void> = {
    'as always': () => {},
    'without fusion': () => setFusion(false),
    'nothing in place': () => setInPlace(false),
    'without tiles of rows': () => leaveOut(new Set(['rows'])),
  };
  afterEach(() => {
    setFusion(true);
    setInPlace(true);
    leaveOut(new Set());
  });
  const cases = Object.keys(programs).flatMap((name) =>
    Object.keys(settings).map((setting) => [name, setting] as const),
  );
  it.each(cases)('%s, %s', (name, setting) => {
    settings[setting]!();
    for (const i of [0, 1, 2, 3, 4, 0, 1]) programs[name]!(i);
  });
});
