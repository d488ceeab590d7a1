// Random networks in training, enough rows for batch tiling, each trained in several ways: the same bits.
// A failure names the seed to run again:
//   WHORL_FUZZ_SEED=17 npx vitest run packages/whorl/test/fuzz/networks.test.ts
// WHORL_FUZZ_COUNT runs more of them.

import { afterAll, describe, expect, it } from 'vitest';
import { type DeviceName, useDevice } from '../../src/engine/device.js';
import { setFusion } from '../../src/engine/realize.js';
import { type Loose, whorl } from '../loose.js';
import { Dice } from '../dice.js';

const { cat, compile, manualSeed, nn, optim, randint, randn, setNumThreads, tensor } = whorl;
const F = nn.functional;

const only = process.env['WHORL_FUZZ_SEED'];
const count = Number(process.env['WHORL_FUZZ_COUNT'] ?? 60);
const seeds = only === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [Number(only)];

type Layer = (x: Loose) => Loose;

/** A layer for rows of `width` numbers, and the width of what it gives. */
type Maker = (dice: Dice, width: number) => { readonly layer: Layer; readonly width: number };

const same =
  (make: (dice: Dice, width: number) => Layer): Maker =>
  (dice, width) => ({ width, layer: make(dice, width) });

/** Modules are collected here while a network is made. */
let modules: Loose[] = [];
const module = (one: Loose): Layer => {
  modules.push(one);
  return (x) => one.forward(x);
};

const makers: readonly Maker[] = [
  (dice, width) => {
    const out = dice.pick([1, 3, 4, 10, 17, 33]);
    return { width: out, layer: module(new nn.Linear(width, out, { bias: dice.below(4) > 0 })) };
  },
  same((dice) =>
    dice.pick<Layer>([F.relu, F.gelu, F.silu, F.elu, (x) => x.tanh(), (x) => x.sigmoid()]),
  ),
  same((_, width) => module(new nn.LayerNorm([width]))),
  same((_, width) => module(new nn.BatchNorm1d(width))),
  same((dice) => module(new nn.Dropout(dice.pick([0.2, 0.5])))),
  same(() => (x) => F.softmax(x, 1)),
  same((_, width) => {
    const inner = module(new nn.Linear(width, width));
    return (x) => x.add(inner(x).relu());
  }),
  same(() => (x) => x.sub(x.mean(0, { keepdim: true }))),
  same(() => (x) => x.mul(x.max(1, { keepdim: true }).values)),
  same(() => (x) => x.flip([1])),
  (_, width) => ({ width: 2 * width, layer: (x) => cat([x, x.square()], 1) }),
  (_, width) => ({ width: 1, layer: (x) => x.view(-1, width, 1).sum(1) }),
  same(() => (x) => x.clamp(-1, 1).mul(0.5)),
  same(() => (x) => x.flip([0])),
];

type LossOf = (out: Loose, labels: Loose, width: number) => Loose;
const losses: readonly LossOf[] = [
  (out, labels, width) => F.crossEntropy(out, labels.remainder(width)),
  (out, labels, width) => F.crossEntropy(out, labels.remainder(width), { labelSmoothing: 0.1 }),
  (out, labels, width) =>
    F.crossEntropy(out, labels.remainder(width), {
      weight: tensor(Array.from({ length: width }, (_, i) => 0.5 + (i % 3))),
    }),
  (out) => out.square().mean(),
  (out, labels) => F.smoothL1Loss(out.sum(1), labels.float()),
  (out, labels) => F.binaryCrossEntropyWithLogits(out.amax(1), labels.lt(2).float()),
];

const optimizers: readonly ((parameters: Loose) => Loose)[] = [
  (p) => new optim.SGD(p, { lr: 0.05, momentum: 0.9 }),
  (p) => new optim.Adam(p, { lr: 0.01, weightDecay: 1e-3 }),
  (p) => new optim.RMSprop(p, { lr: 0.01 }),
];

interface Way {
  readonly device?: DeviceName;
  readonly fuse?: boolean;
  readonly threads?: number;
  readonly compiled?: boolean;
  readonly reads?: boolean;
}

/** Trains three steps; everything that came of it. */
function trained(seed: number, { compiled = false, reads = false }: Way): unknown[] {
  const dice = new Dice(seed);
  manualSeed(seed);
  modules = [];
  const rows = dice.pick([128, 130, 200, 259, 600]);
  let width = dice.pick([2, 3, 8]);
  const x = randn(rows, width);
  const labels = randint(0, 10, [rows]);
  const layers: Layer[] = [];
  const first = makers[0]!(dice, width);
  layers.push(first.layer);
  width = first.width;
  for (let i = dice.below(6); i >= 0; i--) {
    const made = dice.pick(makers)(dice, width);
    if (made.width > 40) continue;
    layers.push(made.layer);
    width = made.width;
  }
  const lossOf = dice.pick(losses);
  const parameters = modules.flatMap((one) => [...one.parameters()]);
  const optimizer = dice.pick(optimizers)(parameters);
  const isClipping = dice.below(4) === 0;
  const step = (input: Loose): Loose[] => {
    const out = layers.reduce((value, layer) => layer(value), input);
    const loss = lossOf(out, labels, width);
    const hits = out.argmax(1).eq(labels).sum();
    if (reads) loss.itemSync();
    optimizer.zeroGrad();
    loss.backward();
    if (isClipping) nn.utils.clipGradNorm_(parameters, 0.5);
    optimizer.step();
    return [loss, hits];
  };
  const run = compiled ? compile(step) : step;
  const seen: unknown[] = [];
  for (let i = 0; i < 3; i++) seen.push(...run(x).map((value: Loose) => value.itemSync()));
  for (const p of parameters) seen.push([...p.detach().dataSync()], [...p.grad.dataSync()]);
  for (const one of modules)
    for (const b of one.buffers()) seen.push([...b.dataSync()].map(Number));
  return seen;
}

const ways: Record<string, Way> = {
  compiled: { compiled: true },
  'read before the gradients': { reads: true },
  'three threads': { threads: 3 },
  unfused: { fuse: false },
  'on the reference device': { device: 'js' },
};

function inWay(seed: number, way: Way): unknown[] {
  useDevice(way.device ?? 'wasm');
  setFusion(way.fuse ?? true);
  if (way.device !== 'js') setNumThreads(way.threads ?? 1);
  try {
    return trained(seed, way);
  } catch (error) {
    throw new Error(`seed ${seed}, ${JSON.stringify(way)}: ${error}`, { cause: error });
  }
}

afterAll(() => {
  setFusion(true);
  useDevice('wasm');
  setNumThreads(1);
});

describe('random networks train alike', () => {
  const fused = new Map<number, unknown[]>();
  it.each(Object.entries(ways))('%s', (name, way) => {
    for (const seed of seeds) {
      if (!fused.has(seed)) fused.set(seed, inWay(seed, {}));
      expect(inWay(seed, way), `seed ${seed}, ${name}`).toEqual(fused.get(seed));
    }
  });
});
