// Schedules made of schedules, on a plateau, and resumed; gradients that are clipped.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { nn, optim, tensor, zeros } = whorl;
const S = optim.lrScheduler;

const sgd = (options: Loose = {}): Loose => {
  const p = new nn.Parameter(zeros(2));
  return new optim.SGD([p], { lr: 0.1, ...options });
};

/** The rates of the first `steps` steps, to 6 digits. */
function rates(optimizer: Loose, scheduler: Loose, steps: number): number[] {
  return Array.from({ length: steps }, () => {
    const { lr } = optimizer.paramGroups[0];
    optimizer.step();
    scheduler.step();
    return Number(lr.toFixed(6));
  });
}

describe('a sequence of schedules', () => {
  it('begins one with warm restarts at its first step', () => {
    const optimizer = sgd();
    const restarts = new S.CosineAnnealingWarmRestarts(optimizer, {
      t0: 4,
      tMult: 2,
      etaMin: 0.002,
    });
    const steps = new S.StepLR(optimizer, 3, 0.5);
    const sequence = new S.SequentialLR(optimizer, [restarts, steps], [6]);
    // recorded from torch 2.15
    expect(rates(optimizer, sequence, 9)).toEqual([
      0.1, 0.085648, 0.051, 0.016352, 0.1, 0.09627, 0.1, 0.1, 0.1,
    ]);
  });

  // [lastEpoch, rates of torch.optim.lr_scheduler.SequentialLR]
  it.each([
    [-1, [0.1, 0.1, 1, 1, 1, 0.5, 0.25]],
    [1, [0.1, 0.1, 1, 0.5, 0.25, 0.125, 0.0625]],
    [2, [0.1, 1, 0.5, 0.25, 0.125, 0.0625, 0.03125]],
  ])('a sequence counts on from lastEpoch %d', (lastEpoch, rates) => {
    const o = new optim.SGD([new nn.Parameter(zeros(1))], { lr: 1 });
    const first = new S.ConstantLR(o, { factor: 0.1, totalIters: 2 });
    const schedulers = [first, new S.ExponentialLR(o, { gamma: 0.5 })];
    const sequence = new S.SequentialLR(o, { schedulers, milestones: [4], lastEpoch });
    const seen = rates.map(() => {
      const rate = o.paramGroups[0].lr;
      o.step();
      sequence.step();
      return rate;
    });
    expect(seen).toEqual(rates);
  });

  it('hands on at its milestones, each schedule from its own start', () => {
    const o = sgd();
    const schedulers = [
      new S.LinearLR(o, { startFactor: 0.5, totalIters: 2 }),
      new S.ExponentialLR(o, { gamma: 0.5 }),
    ];
    const sequence = new S.SequentialLR(o, { schedulers, milestones: [3] });
    expect(rates(o, sequence, 6)).toEqual([0.05, 0.075, 0.1, 0.1, 0.05, 0.025]);
  });

  it('refuses schedules of another optimizer and milestones that do not fit', () => {
    const o = sgd();
    const one = new S.ConstantLR(o);
    const make = (schedulers: Loose, milestones: Loose) => () =>
      new S.SequentialLR(o, { schedulers, milestones });
    expect(make([one, new S.ConstantLR(sgd())], [1])).toThrow(/another optimizer/);
    expect(make([one, one], [])).toThrow(/one scheduler more than milestones/);
  });

  it('all at once multiplies what they do', () => {
    const o = sgd();
    const chain = new S.ChainedScheduler([
      new S.ConstantLR(o, { factor: 0.1, totalIters: 2 }),
      new S.ExponentialLR(o, { gamma: 0.9 }),
    ]);
    expect(rates(o, chain, 4)).toEqual([0.01, 0.009, 0.081, 0.0729]);
  });
});

describe('a schedule', () => {
  it('by a function multiplies the first rate', () => {
    const o = sgd();
    expect(rates(o, new S.LambdaLR(o, (epoch: number) => 1 / (epoch + 1)), 4)).toEqual([
      0.1, 0.05, 0.033333, 0.025,
    ]);
  });

  it('on a plateau waits, falls, and waits again', () => {
    const o = sgd();
    const plateau = new S.ReduceLROnPlateau(o, { patience: 1, cooldown: 1, factor: 0.5 });
    const seen = [1, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9].map((loss) => {
      plateau.step(loss);
      return o.paramGroups[0].lr;
    });
    expect(seen).toEqual([0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025]);
  });

  it('goes on where its state was saved', () => {
    const run = (o: Loose) => new S.CosineAnnealingLR(o, { tMax: 10 });
    const o = sgd();
    const whole = rates(o, run(o), 8);
    const first = sgd();
    const begun = run(first);
    const start = rates(first, begun, 4);
    const second = sgd();
    const resumed = run(second);
    second.loadStateDict(first.stateDict());
    resumed.loadStateDict(begun.stateDict());
    expect([...start, ...rates(second, resumed, 4)]).toEqual(whole);
  });

  it('of cycles turns the momentum against the rate, or the first beta', () => {
    const o = new optim.AdamW([new nn.Parameter(zeros(1))]);
    const cycle = new S.OneCycleLR(o, { maxLr: 1, totalSteps: 4, pctStart: 0.5 });
    expect(o.paramGroups[0].betas).toEqual([0.95, 0.999]);
    rates(o, cycle, 1);
    expect(o.paramGroups[0].betas[0]).toBeCloseTo(0.85, 10);
    expect(
      () =>
        new S.CyclicLR(new optim.Adagrad([new nn.Parameter(zeros(1))]), {
          baseLr: 0.1,
          maxLr: 1,
        }),
    ).toThrow(/momentum or betas/);
  });

  it('says what it must be given', () => {
    expect(() => new S.StepLR(sgd(), {})).toThrow(/"stepSize" must be given/);
    expect(() => new S.StepLR(sgd(), { stepsize: 1 })).toThrow(/unknown option "stepsize"/);
    expect(() => new S.OneCycleLR(sgd(), { maxLr: 1 })).toThrow(/give totalSteps/);
  });
});

describe('warm restarts', () => {
  // step(epoch), and the rate and lastEpoch after it: PyTorch's
  const course: [number | undefined, number, number][] = [
    [2.25, 0.04622093550927424, 2],
    [undefined, 0.01758386744638546, 3],
    [undefined, 0.09978331270024887, 4],
    [7.5, 0.06377906449072579, 7],
    [undefined, 0.04622093550927424, 8],
    [undefined, 0.029999339514117915, 9],
    [undefined, 0.01758386744638546, 10],
    [undefined, 0.01086466238185463, 11],
    [undefined, 0.09978331270024887, 12],
    [3, 0.023180194846605363, 3],
    [undefined, 0.1, 4],
  ];

  it.each([course.length, 1, 4, 7])(
    'go on from a fraction of an epoch, loaded after %i steps',
    (n) => {
      const make = () => {
        const o = new optim.SGD([new nn.Parameter(zeros(1))], { lr: 0.1 });
        return new S.CosineAnnealingWarmRestarts(o, { t0: 4, tMult: 2, etaMin: 0.01 });
      };
      let schedule = make();
      course.forEach(([epoch, rate, lastEpoch], i) => {
        if (i === n) {
          const state = JSON.parse(JSON.stringify(schedule.stateDict()));
          schedule = make();
          schedule.loadStateDict(state);
        }
        schedule.step(epoch);
        expect(schedule.getLastLr()[0]).toBeCloseTo(rate, 12);
        expect(schedule.lastEpoch).toBe(lastEpoch);
      });
    },
  );
});

describe('clipping', () => {
  const withGradient = (): Loose => {
    const p = new nn.Parameter(zeros(2));
    p.grad = tensor([3, 4], { dtype: 'float32' });
    return p;
  };

  it('scales all gradients to a common norm and gives the norm before it', () => {
    const p = withGradient();
    expect(nn.utils.clipGradNorm_([p], 1).itemSync()).toBe(5);
    expect(p.grad.pow(2).sum().sqrt().itemSync()).toBeCloseTo(1, 5);
  });

  it('takes what can be walked over once, as parameters() is', () => {
    const once = function* (p: Loose) {
      yield p;
    };
    const p = withGradient();
    expect(nn.utils.clipGradNorm_(once(p), 1).itemSync()).toBe(5);
    expect(p.grad.pow(2).sum().sqrt().itemSync()).toBeCloseTo(1, 5);
    nn.utils.clipGradValue_(once(p), 0.5);
    expect(p.grad.amax().itemSync()).toBe(0.5);
  });

  it('leaves smaller gradients as they are', () => {
    const p = withGradient();
    nn.utils.clipGradNorm_([p], 10);
    expect(p.grad.toArraySync()).toEqual([3, 4]);
  });

  it('throws at what is not finite, where asked', () => {
    const p = withGradient();
    p.grad = tensor([NaN, 1]);
    const clip = () => nn.utils.clipGradNorm_([p], 1, { errorIfNonfinite: true });
    expect(clip).toThrow(/non-finite/);
  });

  it('limits single numbers', () => {
    const p = withGradient();
    nn.utils.clipGradValue_(p, 3.5);
    expect(p.grad.toArraySync()).toEqual([3, 3.5]);
  });
});
