// Random chains of views with writes of all kinds, beside a model that is nothing but memory and strides.
// A failure names the seed to run again:
//   WHORL_FUZZ_SEED=17 npx vitest run packages/whorl/test/tensor/writes-through-views.test.ts
// WHORL_FUZZ_COUNT runs more of them.

import { describe, expect, it } from 'vitest';
import { Dice } from '../dice.js';
import { type Loose, whorl } from '../loose.js';
import { Memory } from './strided-memory.js';
import { plain, Program, sizeOf } from './view-program.js';

const { compile, tensor } = whorl;
const only = process.env['WHORL_FUZZ_SEED'];
const count = Number(process.env['WHORL_FUZZ_COUNT'] ?? 240);
const seeds = only === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [Number(only)];

function begun(seed: number) {
  const dice = new Dice(seed * 7919);
  for (let i = 0; i < 5; i++) dice.next();
  const shape = Array.from({ length: 1 + dice.below(3) }, () => 1 + dice.below(4));
  const start = Array.from({ length: sizeOf(shape) }, () => dice.below(19) - 9);
  return { dice, shape, start };
}

describe('random views and writes', () => {
  it.each(seeds)(
    'seed %i: values, strides and refusals are those of memory and strides',
    (seed) => {
      const { dice, shape, start } = begun(seed);
      const dtype = dice.pick(['float32', 'float64', 'int32', 'int64']);
      const base = tensor(start, { dtype, shape });
      const program = new Program(
        dice,
        new Memory(start),
        dice.below(2) === 0 ? base : base.mul(1),
        true,
      );
      program.run(dtype);
      program.compareAll();
    },
  );

  it.each(seeds.filter((seed) => only !== undefined || seed % 3 === 0))(
    'seed %i: the gradient, too',
    (seed) => {
      const { dice, shape, start } = begun(seed);
      const x = tensor(start, { shape, requiresGrad: true });
      const base = x.mul(1);
      const program = new Program(dice, new Memory(start), base, dice.below(2) === 0);
      program.run('float32');
      const weights = tensor(
        start.map((_, i) => i + 1),
        { shape },
      );
      const loss = base.mul(weights).sum();
      if (loss.requiresGrad) loss.backward();
      const gradient =
        x.grad === null ? start.map(() => 0) : x.grad.flatten().toArraySync().map(plain);
      expect(gradient, program.steps).toEqual(program.memory.gradient());
      program.compareAll();
    },
  );

  it.each(seeds.filter((seed) => only !== undefined || seed % 8 === 0))(
    'seed %i: compiled, too',
    (seed) => {
      const { shape, start } = begun(seed);
      const run = compile((x: Loose) => {
        const { dice } = begun(seed);
        const program = new Program(dice, new Memory(start), x.mul(1), false);
        program.run('float32');
        return program.pool.map(({ tensor: t }) => t.clone());
      });
      const { dice } = begun(seed);
      const program = new Program(dice, new Memory(start), tensor(start, { shape }).mul(1), false);
      program.run('float32');
      const wanted = program.pool.map(({ view }) => program.memory.read(view));
      for (let call = 0; call < 3; call++) {
        const shown = run(tensor(start, { shape })).map((t: Loose) =>
          [t.toArraySync()].flat(5).map(plain),
        );
        expect(shown, program.steps).toEqual(wanted);
      }
    },
  );
});
