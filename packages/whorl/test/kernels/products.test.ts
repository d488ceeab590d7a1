// Matrix products and convolutions with what surrounds them: the same bits on both devices, and the
// loops that make them fast.

import { afterAll, describe, expect, it } from 'vitest';
import { type DeviceName, useDevice } from '../devices/default.js';
import { observeFlushes } from '../../src/engine/observe/record.js';
import type { Kernel, Stmt } from '../../src/ir/loop.js';
import { optimise } from '../../src/optimise/index.js';
import { wasmTarget } from '../../src/runtime/index.js';
import { type Loose, whorl } from '../loose.js';
import { randomSource } from '../render/run.js';

const { manualSeed, nn, randn } = whorl;
const F = nn.functional;

afterAll(() => {
  useDevice('cpu');
});

type Program = () => Loose[];

function bits(device: DeviceName, program: Program): string[] {
  useDevice(device);
  manualSeed(3);
  return program().map((x) => new Int32Array(x.dataSync().slice().buffer).join());
}

const expectSame = (program: Program, what: string): void => {
  expect(bits('cpu', program), what).toEqual(bits('reference', program));
};

const random = randomSource(21);
const size = (most: number): number => 1 + Math.floor(most * random());
const either = (): boolean => random() < 0.5;
const matrix = (rows: number, columns: number): Loose =>
  either() ? randn(rows, columns) : randn(columns, rows).t();

/** The program's gradients after its result. */
const withGradients = (make: () => Loose, leaves: readonly Loose[]): Loose[] => {
  const result = make();
  result.square().sum().backward();
  return [result, ...leaves.map(({ grad }) => grad)];
};
const leaf = (...shape: number[]): Loose => randn(...shape).requiresGrad_();

describe('bits on both devices', () => {
  it('of products with a bias, an activation and a mask behind them', () => {
    for (let n = 0; n < 12; n++) {
      const [m, k, c] = [size(60), size(300), size(60)];
      const at = [either(), either()];
      const form = (rows: number, columns: number, i: number): Loose =>
        at[i] ? randn(columns, rows).t() : randn(rows, columns);
      expectSame(() => {
        const [a, b, bias] = [form(m, k, 0), form(k, c, 1), randn(c)];
        const out = a.matmul(b).add(bias);
        return [out.relu(), out.tanh().mul(out.gt(0)), a.matmul(b).sum(0)];
      }, `${m} x ${k} x ${c} ${at}`);
    }
  });

  it('of batches of products, and their gradients', () => {
    for (const [batch, m, k, c] of [
      [3, 17, 70, 9],
      [5, 32, 64, 40],
      [2, 50, 130, 33],
    ] as const)
      expectSame(() => {
        const [a, b] = [leaf(batch, m, k), leaf(batch, c, k)];
        return withGradients(() => a.bmm(b.transpose(1, 2)), [a, b]);
      }, `${batch} of ${m} x ${k} x ${c}`);
  });

  it('of linear layers and their gradients', () => {
    for (let n = 0; n < 6; n++) {
      const [batch, inputs, outputs] = [size(70), size(200), size(50)];
      expectSame(() => {
        const [x, w, b] = [leaf(batch, inputs), leaf(outputs, inputs), leaf(outputs)];
        return withGradients(() => F.linear(x, w, b).relu(), [x, w, b]);
      }, `${batch} x ${inputs} x ${outputs}`);
    }
  });

  it('of convolutions and pools and their gradients', () => {
    for (const [channels, outputs, side, kernel, options] of [
      [1, 6, 14, 5, { padding: 2 }],
      [6, 16, 12, 5, {}],
      [8, 8, 9, 3, { stride: 2, padding: 1 }],
      [16, 16, 16, 3, { padding: 1 }],
      [4, 6, 10, 3, { groups: 2, dilation: 2 }],
    ] as const)
      expectSame(
        () => {
          const groups = 'groups' in options ? options.groups : 1;
          const x = leaf(5, channels, side, side);
          const [w, b] = [leaf(outputs, channels / groups, kernel, kernel), leaf(outputs)];
          const pooled = () => F.maxPool2d(F.conv2d(x, w, b, options).relu(), 2);
          return withGradients(pooled, [x, w, b]);
        },
        `${channels} to ${outputs}, ${side} x ${side}, ${kernel} ${JSON.stringify(options)}`,
      );
  });
});

/** The kernels of a program that add up products, as they run. */
function sumsOf(program: () => void): Kernel[] {
  const kernels: Kernel[] = [];
  const stop = observeFlushes((record) => {
    for (const { kernel } of record.kernels)
      if (kernel !== null) kernels.push(optimise(kernel, wasmTarget));
  });
  try {
    program();
  } finally {
    stop();
  }
  return kernels.filter(({ body }) => tileOf(body).sums > 0);
}

/** The innermost loop with most sums: how many, and in how many turns. */
function tileOf(stmts: readonly Stmt[]): { sums: number; turns: number } {
  let best = { sums: 0, turns: 0 };
  for (const stmt of stmts) {
    if (stmt.kind !== 'loop') continue;
    const isInnermost = stmt.body.every(({ kind }) => kind === 'assign');
    const own = isInnermost
      ? { sums: stmt.body.length, turns: stmt.range.extent }
      : tileOf(stmt.body);
    if (own.sums > best.sums) best = own;
  }
  return best;
}

it('a convolution and its gradients run as tiles of eight sums over long runs', () => {
  useDevice('cpu');
  manualSeed(1);
  const [x, w] = [leaf(4, 32, 16, 16), leaf(32, 32, 3, 3)];
  for (const t of [x, w]) t.dataSync();
  const kernels = sumsOf(() => {
    F.conv2d(x, w, null, { padding: 1 }).square().sum().backward();
    x.grad.sum().itemSync();
    w.grad.sum().itemSync();
  });
  const tiles = kernels.map(({ body }) => tileOf(body)).filter(({ sums }) => sums >= 8);
  expect(tiles).toHaveLength(3);
  for (const { turns } of tiles) expect(turns).toBeGreaterThanOrEqual(32);
});

it('a gradient is stored by the kernel that sums it, and copied by none', () => {
  useDevice('cpu');
  const model = new nn.Linear(64, 48);
  const optimizer = new whorl.optim.Adam(model.parameters());
  const x = matrix(32, 64);
  const step = (): void => {
    optimizer.zeroGrad();
    model.forward(x).square().sum().backward();
    optimizer.step();
  };
  step();
  model.weight.dataSync();
  const stores: string[] = [];
  const stop = observeFlushes(({ kernels }) => {
    const large = kernels.filter(({ bytesWritten }) => bytesWritten >= 64 * 48 * 4);
    for (const kernel of large) stores.push(...kernel.stores.map((store) => store.split(' ')[1]!));
  });
  step();
  model.weight.dataSync();
  stop();
  expect(stores).toContain('REDUCE');
  expect(stores).not.toContain('PERMUTE');
});
