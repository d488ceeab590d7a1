// compile() with WHORL_CHECK=1 or { check: 'always' }: every call is traced again, and compared with its recording.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { setChecking } from '../../src/engine/observe/check.js';
import { textOfProgram } from '../../src/capture/replaying/program-text.js';
import { Replay } from '../../src/capture/replaying/replay.js';
import { type Loose, whorl } from '../loose.js';

const { compile, manualSeed, nn, ones, optim, randint, randn, tensor } = whorl;

afterEach(() => {
  setChecking(false);
  vi.restoreAllMocks();
});

const values = (t: Loose): number[] => [...t.dataSync()];

/** A step with draws, counts, a schedule, a sort and gradients that are clipped. */
function trajectory(options?: Loose): unknown[] {
  manualSeed(4);
  const model = new nn.Sequential(
    new nn.Linear(4, 8),
    new nn.BatchNorm1d(8),
    new nn.Dropout(0.2),
    new nn.Linear(8, 3),
  );
  const o = new optim.Adam(model.parameters(), { lr: 0.1, amsgrad: true });
  const s = new optim.lrScheduler.ExponentialLR(o, { gamma: 0.9 });
  const step = compile((x: Loose, y: Loose) => {
    o.zeroGrad();
    const loss = nn.functional.crossEntropy(model.forward(x), y);
    loss.backward();
    nn.utils.clipGradNorm_(model.parameters(), 1);
    o.step();
    s.step();
    return [loss, x.sort(0)[0]];
  }, options);
  const results = Array.from({ length: 30 }, () =>
    step(randn(6, 4), randint(0, 3, [6])).map(values),
  );
  return [results, [...model.parameters()].map((p: Loose) => values(p.detach()))];
}

describe('comparing at every call', () => {
  it('changes no bit', () => {
    const usual = trajectory();
    expect(trajectory({ check: 'always' })).toEqual(usual);
    setChecking(true);
    expect(trajectory()).toEqual(usual);
  });

  it('finds a number that changes at any call', () => {
    for (const [options, all] of [
      [{ check: 'always' }, false],
      [{}, true],
    ] as const) {
      setChecking(all);
      let k = 1;
      const f = compile((x: Loose) => x.mul(k), options);
      for (let i = 0; i < 75; i++) f(ones(1));
      k = 2;
      expect(() => f(ones(1))).toThrow('changed from 1 to 2 since');
    }
  });

  it('runs the function once a call, and not for long otherwise', () => {
    const body = vi.fn((x: Loose) => x.mul(2));
    const f = compile(body, { check: 'always' });
    for (let i = 0; i < 50; i++) expect(values(f(tensor([i])))).toEqual([2 * i]);
    expect(body).toHaveBeenCalledTimes(50);
  });
});

it('the text of a program tells its kernels, what they are bound to, and where results go', () => {
  const text = textOfProgram(programOf((x: Loose) => x.mul(3).sum()));
  expect(text).toMatch(/MUL/);
  expect(text).toMatch(/gives \d+ \[\] itself/);
  expect(textOfProgram(programOf((x: Loose) => x.mul(4).sum()))).not.toBe(text);
});

function programOf(f: Loose): Loose {
  const run = vi.spyOn(Replay.prototype, 'run');
  compile(f)(ones(5));
  const { program } = run.mock.contexts.at(-1) as Replay;
  run.mockRestore();
  return program;
}
