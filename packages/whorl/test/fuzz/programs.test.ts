// Random programs, each run five ways: fused, compiled, unfused, with nothing written in place, and loop by loop on
// the reference device.
// Values, gradients and refusals must be the same to the last bit. A failure names the seed to run again:
//   WHORL_FUZZ_SEED=17 npx vitest run packages/whorl/test/fuzz
// WHORL_FUZZ_COUNT runs more of them.

import { afterAll, describe, expect, it } from 'vitest';
import { type DeviceName, useDevice } from '../../src/engine/device.js';
import { setFusion, setInPlace } from '../../src/engine/realize.js';
import { run } from './program.js';

const only = process.env['WHORL_FUZZ_SEED'];
const count = Number(process.env['WHORL_FUZZ_COUNT'] ?? 200);
const batch = 25;
const seeds = only === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [Number(only)];

/** What is different from one way to the next. */
interface Way {
  readonly device: DeviceName;
  readonly fuse?: boolean;
  readonly inPlace?: boolean;
  readonly compiled?: boolean;
}

const ways: readonly [name: string, way: Way][] = [
  ['wasm fused', { device: 'wasm' }],
  ['wasm compiled', { device: 'wasm', compiled: true }],
  ['wasm unfused', { device: 'wasm', fuse: false }],
  ['wasm, nothing in place', { device: 'wasm', inPlace: false }],
  ['js fused', { device: 'js' }],
];

/** All programs of a batch one way after the other: switching devices forgets what was compiled. */
function results(batchSeeds: readonly number[]) {
  return ways.map(([name, { device, fuse = true, inPlace = true, compiled = false }]) => {
    useDevice(device);
    setFusion(fuse);
    setInPlace(inPlace);
    return batchSeeds.map((seed) => {
      try {
        return run(seed, compiled);
      } catch (error) {
        throw new Error(`seed ${seed}, ${name}: ${error}`);
      }
    });
  });
}

afterAll(() => {
  useDevice('wasm');
  setFusion(true);
  setInPlace(true);
});

describe('random programs', () => {
  const batches = Array.from({ length: Math.ceil(seeds.length / batch) }, (_, i) =>
    seeds.slice(i * batch, (i + 1) * batch),
  );

  it.each(batches.map((b) => [b[0]!, b[b.length - 1]!, b] as const))(
    'of seeds %i to %i give the same bits fused, unfused, compiled and on the reference device',
    (_, __, some) => {
      const [fused, ...others] = results(some);
      for (const [i, seed] of some.entries()) {
        for (const [j, other] of others.entries()) {
          const where = `seed ${seed}: wasm fused against ${ways[j + 1]![0]}`;
          expect(other[i]!.refusals, where).toEqual(fused![i]!.refusals);
          expect(other[i]!.bits.length, where).toBe(fused![i]!.bits.length);
          const at = other[i]!.bits.findIndex((bits, k) => bits !== fused![i]!.bits[k]);
          expect(at, `${where}, first difference`).toBe(-1);
        }
      }
    },
  );

  it('are mostly not refused, and see gradients', () => {
    useDevice('wasm');
    setFusion(true);
    setInPlace(true);
    const all = seeds.slice(0, 40).map((seed) => run(seed));
    if (only === undefined)
      expect(all.filter((r) => r.refusals.length === 0).length).toBeGreaterThan(8);
  });
});
