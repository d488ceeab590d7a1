// What each technique of the engine is worth: the same work with one of them left out.
// in:  the exercise's step, the perceptron's, a product     out: milliseconds, and ratios to all of them

import { root } from '../../scripts/packages.mjs';
import { type Contestant, identity, type Timed, type Work } from '../work.js';
import { whorlMatmul } from './matmul.js';
import { whorlMlp } from './mlp.js';
import { whorlCompiledSeedStep, whorlSeedStep } from './seed-step.js';
import type { Way } from './ways.js';

type Contexts = typeof import('../../packages/whorl/src/engine/devices/context.js');
type Defaults = typeof import('../../packages/whorl/src/engine/devices/default.js');
type Flushes = typeof import('../../packages/whorl/src/engine/flush/options.js');
type Optimiser = typeof import('../../packages/whorl/src/optimise/index.js');
type Renderers = typeof import('../../packages/whorl/src/render/index.js');
type Pass = import('../../packages/whorl/src/optimise/index.js').Pass;

const inside = <M>(file: string): Promise<M> => import(`${root}/packages/whorl/dist/${file}.js`);

type Technique = import('../../packages/whorl/src/schedule/schedule.js').Technique;

/** What is left out; `fusion` makes every operation a kernel of its own. */
type Part = Pass | Technique | 'fusion' | 'inPlace';

async function leaveOut(parts: readonly Part[]): Promise<void> {
  const { contextOf } = await inside<Contexts>('engine/devices/context');
  const { defaultDevice } = await inside<Defaults>('engine/devices/default');
  const flushes = await inside<Flushes>('engine/flush/options');
  const { optimise } = await inside<Optimiser>('optimise/index');
  const { callOf, renderWasm } = await inside<Renderers>('render/index');
  const without = new Set<Part>(parts);
  flushes.setFusion(!without.has('fusion'));
  flushes.setInPlace(!without.has('inPlace'));
  flushes.leaveOut(without as Set<Technique>);
  const { target } = contextOf(defaultDevice());
  const shared = typeof SharedArrayBuffer !== 'undefined';
  const memory = { shared, status: 0, scratchBytes: target.scratchBytes };
  // Before the first kernel is made: the device's own way, less what is left out.
  Object.assign(contextOf(defaultDevice()).opened, {
    render: (kernel: Parameters<typeof optimise>[0]) => {
      const better = optimise(kernel, target, without as Set<Pass>);
      return { code: renderWasm(better, memory), call: callOf(better) };
    },
  });
}

const without =
  (prepare: () => Promise<Timed>, ...parts: Part[]): Contestant =>
  async () => {
    await leaveOut(parts);
    return prepare();
  };

/** Tiles and packing are made for lanes, packing for tiles: without the first, without the rest. */
const rungs = (prepare: () => Promise<Timed>) => ({
  whorl: prepare,
  'without-packing': without(prepare, 'panels'),
  'without-tiles': without(prepare, 'tiles', 'panels'),
  'without-unrolling': without(prepare, 'unroll'),
  'without-lanes': without(prepare, 'lanes', 'tiles', 'panels'),
  'without-fused-loops': without(prepare, 'fuseLoops'),
  'without-rows': without(prepare, 'rows'),
  'without-packs': without(prepare, 'packs'),
  'without-in-place': without(prepare, 'inPlace'),
  'without-fusion': without(prepare, 'fusion'),
  'without-any': without(prepare, 'fusion', 'fuseLoops', 'lanes', 'unroll', 'tiles', 'panels'),
});

/** What is a choice of the user's, on top of everything above; and what rows and packs are worth there. */
const choices = (prepare: (way: Way) => () => Promise<Timed>) => {
  const compiled = prepare({ compiled: true });
  return {
    compiled,
    'compiled-without-rows': without(compiled, 'rows'),
    'compiled-without-packs': without(compiled, 'packs'),
    'compiled-2-threads': prepare({ compiled: true, threads: 2 }),
    'compiled-relaxed': prepare({ compiled: true, relaxed: true }),
  };
};

const rung = (name: string, says: string, contestants: Work['contestants']): Work => ({
  name: `ladder-${name}`,
  says: `${says}, with parts of the engine left out`,
  unit: 'ms',
  better: 'lower',
  fromMs: identity,
  warmUp: 3,
  isAside: true,
  reference: 'whorl',
  looksInside: true,
  contestants,
});

export const ladder: readonly Work[] = [
  rung('seed-step', 'an epoch of the exercise', {
    ...rungs(whorlSeedStep()),
    ...choices(whorlCompiledSeedStep),
  }),
  rung('mlp', "the MLP's step", { ...rungs(whorlMlp()), ...choices(whorlMlp) }),
  rung('matmul', 'A B, 512 x 512', {
    ...rungs(whorlMatmul('AB')),
    'with-2-threads': whorlMatmul('AB', { threads: 2 }),
    'with-relaxed': whorlMatmul('AB', { relaxed: true }),
  }),
];
