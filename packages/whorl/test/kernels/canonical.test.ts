// Ten programs that everybody writes: how many kernels they take, and what the small ones look like at each stop.
// A number that grows is a fusion that was lost. The snapshots are meant to be read in a diff.

import { describe, expect, it } from 'vitest';
import { type FlushRecord, observeFlushes } from '../../src/engine/observe/record.js';
import { describeKernel } from '../../src/ir/print.js';
import { type Loose, whorl } from '../loose.js';

const { manualSeed, nn, optim, rand, randint, randn, slice, zeros } = whorl;
const F = nn.functional;

/** The flushes that `program` causes. What it starts from is computed before. */
function flushesOf(program: () => void): FlushRecord[] {
  const records: FlushRecord[] = [];
  const stop = observeFlushes((record) => records.push(record));
  try {
    program();
  } finally {
    stop();
  }
  return records;
}

const kernelsOf = (records: readonly FlushRecord[]) => records.flatMap((r) => r.kernels);

/** Prepares inputs, then gives the program that is counted. */
type Program = () => () => void;

const read = (x: Loose): void => {
  x.dataSync();
};
const input = (...shape: number[]): Loose => {
  const x = randn(...shape);
  read(x);
  return x;
};

/** A network in the middle of its training: gradients set to null, the optimizer's state made. */
function trained(optimizer: (parameters: Loose) => Loose): () => void {
  manualSeed(1);
  const model = new nn.Sequential(new nn.Linear(2, 100), new nn.ReLU(), new nn.Linear(100, 4));
  const o = optimizer(model.parameters());
  const criterion = new nn.CrossEntropyLoss();
  const [x, y] = [input(64, 2), randint(0, 4, [64])];
  const step = () => {
    const logits = model.forward(x);
    const loss = criterion.forward(logits, y);
    const accuracy = logits.argmax(1).eq(y).mean();
    loss.itemSync();
    accuracy.itemSync();
    o.zeroGrad();
    loss.backward();
    o.step();
  };
  step();
  step();
  return step;
}

const small: Record<string, readonly [kernels: number, program: Program]> = {
  'a chain of elementwise operations': [
    1,
    () => {
      const x = input(3, 4);
      return () => read(x.mul(2).add(1).abs().sqrt().relu());
    },
  ],
  'a sum of squares': [
    1,
    () => {
      const x = input(3, 4);
      return () => read(x.square().sum());
    },
  ],
  softmax: [
    1,
    () => {
      const x = input(3, 4);
      return () => read(x.softmax(1));
    },
  ],
  'a linear layer with relu': [
    1,
    () => {
      const [x, w, b] = [input(3, 2), input(4, 2), input(4)];
      return () => read(F.linear(x, w, b).relu());
    },
  ],
  'the mean difference of neighbours': [
    1,
    () => {
      const x = input(8);
      return () =>
        read(
          x
            .at(slice(1, null))
            .sub(x.at(slice(0, -1)))
            .mean(),
        );
    },
  ],
  'an update written by hand': [
    1,
    () => {
      const [w, g] = [input(4), input(4)];
      return () => {
        w.sub_(g.mul(0.1));
        read(w);
      };
    },
  ],
};

const large: Record<string, readonly [kernels: number, program: Program]> = {
  'layer norm': [
    1,
    () => {
      const x = input(16, 32);
      return () => {
        const mean = x.mean(1, { keepdim: true });
        const centred = x.sub(mean);
        const variance = centred.square().mean(1, { keepdim: true });
        read(centred.div(variance.add(1e-5).sqrt()));
      };
    },
  ],
  'cross-entropy of logits': [
    1,
    () => {
      const [x, y] = [input(16, 4), randint(0, 4, [16])];
      return () => read(F.crossEntropy(x, y));
    },
  ],
  'the spiral step with SGD': [
    5,
    () => trained((p) => new optim.SGD(p, { lr: 1e-3, momentum: 0.9 })),
  ],
  'the spiral step with Adam': [
    5,
    () => trained((p) => new optim.Adam(p, { lr: 1e-3, weightDecay: 1e-5 })),
  ],
  // numbers go straight into memory that nothing else reads
  'a hundred element writes': [
    0,
    () => {
      const x = zeros(100, 2);
      read(x);
      return () => {
        for (let i = 0; i < 100; i++) x.setAt([i, 1], i);
        read(x);
      };
    },
  ],
};

describe('kernels of', () => {
  it.each(Object.entries(small))('%s', (_, [kernels, program]) => {
    const records = flushesOf(program());
    const found = kernelsOf(records);
    const text = [
      ...records.flatMap((r) => r.graph),
      ...found.map((k) => (k.kernel === null ? k.name : describeKernel(k.kernel))),
    ].join('\n');
    expect(found.length, text).toBe(kernels);
    expect(text).toMatchSnapshot();
  });

  it.each(Object.entries(large))('%s', (_, [kernels, program]) => {
    const found = kernelsOf(flushesOf(program()));
    const text = found.map((k) => `${k.name}: ${k.stores.join(', ')}`).join('\n');
    expect(found.length, text).toBe(kernels);
    expect(text).toMatchSnapshot();
  });
});

describe('the same program again', () => {
  it('is found in the cache of structures, whatever its constants and slices are', () => {
    const x = input(10);
    const program = (i: number) =>
      read(
        x
          .mul(i + 0.5)
          .at(slice(i, i + 4))
          .sum(),
      );
    program(0);
    const records = flushesOf(() => {
      for (let i = 1; i < 5; i++) program(i);
    });
    expect(records.map((r) => r.isKnown)).toEqual([true, true, true, true]);
  });

  it('reads and writes no more bytes than its operands have', () => {
    const [x, y] = [rand(1000), rand(1000)];
    read(x);
    read(y);
    const [kernel] = kernelsOf(flushesOf(() => read(x.mul(y).add(1).exp())));
    expect([kernel!.bytesRead, kernel!.bytesWritten]).toEqual([8000, 4000]);
  });
});
