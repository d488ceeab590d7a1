// Where a recording puts what it computes: over the value that it replaces, where no reader is left.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';
import { Replay } from '../../src/capture/replaying/replay.js';

const { compile, manualSeed, nn, ones, optim, randint, randn, scalarTensor, tensor } = whorl;

/** How the results of the recordings made by `body` are placed. */
function placed(body: () => void): { copies: number; own: number; updates: number } {
  const seen = new Set<Replay>();
  const run = Replay.prototype.run;
  Replay.prototype.run = function watched(this: Replay, ...args) {
    seen.add(this);
    return run.apply(this, args);
  };
  try {
    body();
  } finally {
    Replay.prototype.run = run;
  }
  const { outputs, updates } = [...seen].at(-1)!.program;
  const changed = outputs.slice(0, updates);
  const copies = changed.filter(({ isCopy }) => isCopy).length;
  return { copies, own: updates - copies, updates };
}

describe('a compiled step writes in place', () => {
  it('every parameter and all of the state of Adam', () => {
    manualSeed(1);
    const model = new nn.Sequential(
      new nn.Linear(20, 30),
      new nn.ReLU(),
      new nn.Linear(30, 25),
      new nn.Tanh(),
      new nn.Linear(25, 4),
    );
    const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3, weightDecay: 1e-4 });
    const criterion = new nn.CrossEntropyLoss();
    const step = compile((x: Loose, y: Loose) => {
      optimizer.zeroGrad();
      criterion.forward(model.forward(x), y).backward();
      optimizer.step();
    });
    const count = placed(() => step(randn(64, 20), randint(0, 4, [64])));
    expect(count).toEqual({ copies: 0, own: 18, updates: 18 });
  });

  it('constants, which are what a kernel would have stored, at the ends of a dtype too', () => {
    const edges: [Loose, string][] = [
      [2 ** 63, 'int64'],
      [-(2 ** 64), 'int64'],
      [2 ** 31, 'int32'],
      [300, 'uint8'],
      [1e300, 'float32'],
      [2, 'bool'],
    ];
    for (const [value, dtype] of edges) {
      const made = () => scalarTensor(value, { dtype });
      const x = made();
      compile(() => void x.copy_(x.clone()))();
      expect([...x.dataSync()]).toEqual([...made().dataSync()]);
    }
  });

  it('but not what is read at other places while it is written', () => {
    const x = tensor([1, 2, 3, 4]);
    const shift = compile(() => {
      x.copy_(x.flip(0).add(x));
    });
    expect(placed(() => shift())).toEqual({ copies: 1, own: 0, updates: 1 });
    expect([...x.dataSync()]).toEqual([5, 5, 5, 5]);
    const add = compile(() => {
      x.add_(ones(4));
    });
    expect(placed(() => add())).toEqual({ copies: 0, own: 1, updates: 1 });
  });
});
