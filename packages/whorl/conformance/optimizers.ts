// Runs optimizers (20 steps of a small network) and learning-rate schedules.
// in:  a line of modules/optimizer.*.jsonl or scheduler.*.jsonl     out: a case
import { moveBeside } from './placing.js';
import type { Tensor } from '../src/index.js';
import { near } from './compare.js';
import { repeated } from './compiled.js';
import { decodeTensor, type RecordedTensor } from './decode.js';
import { free } from './library.js';
import {
  expectState,
  type Layer,
  loadState,
  makeOptimizer,
  makeScheduler,
  makeSequential,
  type State,
} from './network.js';
import { type Case, Mismatch } from './outcome.js';
import { type Tolerance, training as tolerances } from './tolerances.js';

export interface OptimizerLine {
  optimizer: string;
  kwargs: Record<string, unknown>;
  state_before: State;
  x: RecordedTensor;
  y: RecordedTensor;
  losses: number[];
  state_after_step: Record<string, State>;
}

export interface SchedulerLine {
  scheduler: string;
  base_lr: number;
  momentum: number;
  kwargs: Record<string, unknown>;
  lrs: number[];
}

export function expectNear(
  what: string,
  actual: number,
  expected: number,
  tolerance: Tolerance,
): void {
  if (near(actual, expected, tolerance)) return;
  throw new Mismatch(`${what}: expected ${expected}, came ${actual}`);
}

export const numberOf = async (value: unknown): Promise<number> =>
  typeof value === 'number' ? value : Number((await (value as Tensor).data())[0]);

/** The network that the lines of optimizer.* name. */
const small: Layer[] = [
  ['Linear', [3, 5], {}],
  ['Tanh', [], {}],
  ['Linear', [5, 2], {}],
];

async function runOptimizer(id: string, line: OptimizerLine): Promise<void> {
  const network = makeSequential(small);
  loadState(network, line.state_before);
  moveBeside(network);
  const optimizer = makeOptimizer(line.optimizer, network.parameters(), line.kwargs);
  const [x, y] = [decodeTensor(line.x), decodeTensor(line.y)];
  const step = repeated(id, (x: Tensor, y: Tensor) => {
    optimizer.zeroGrad();
    const loss = (network.forward(x) as Tensor).sub(y).pow(2).mean();
    loss.backward();
    optimizer.step();
    return loss;
  });
  for (const [i, expected] of line.losses.entries()) {
    const loss = step(x, y);
    expectNear(`loss ${i + 1}`, await numberOf(loss), expected, tolerances.loss);
    const state = line.state_after_step[i + 1];
    if (state !== undefined) await expectState(`step ${i + 1}`, network, state, tolerances.state);
  }
}

async function runScheduler(line: SchedulerLine): Promise<void> {
  const parameter = free('zeros')([1]) as Tensor;
  parameter.requiresGrad_(true);
  const optimizer = makeOptimizer('SGD', [parameter], {
    lr: line.base_lr,
    momentum: line.momentum,
  });
  const scheduler = makeScheduler(line.scheduler, optimizer, line.kwargs);
  for (const [i, expected] of line.lrs.entries()) {
    expectNear(`rate ${i}`, optimizer.paramGroups[0]!.lr, expected, tolerances.rate);
    await optimizer.step();
    scheduler.step();
  }
}

export function optimizerCase(line: OptimizerLine, number: number): Case {
  const id = `optimizer/${line.optimizer}#${number}`;
  return { kind: 'optimizer', id, name: line.optimizer, run: () => runOptimizer(id, line) };
}

export function schedulerCase(line: SchedulerLine, number: number): Case {
  const id = `scheduler/${line.scheduler}#${number}`;
  return { kind: 'scheduler', id, name: line.scheduler, run: () => runScheduler(line) };
}
