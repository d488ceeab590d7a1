// Runs the exercise: spirals, two networks, a printed line for each epoch.
// in:  run.json and its two text files     out: three cases: the data and each network
import type { Tensor } from '../src/index.js';
import { compareTensor, readRaw } from './compare.js';
import type { RecordedTensor } from './decode.js';
import { construct, find, free } from './library.js';
import {
  expectState,
  type Layer,
  makeOptimizer,
  makeSequential,
  type Network,
  type State,
} from './network.js';
import { type Case, expectSame, Mismatch } from './outcome.js';
import { exact, spiral as bounds } from './tolerances.js';

export interface SpiralRun {
  seed: number;
  N: number;
  C: number;
  H: number;
  noise: number;
  epochs: number;
  learning_rate: number;
  lambda_l2: number;
  X: RecordedTensor;
  Y: RecordedTensor;
  'linear-sgd': { state_before: State };
  'relu-adam': { state_before: State };
}

export type SpiralNetwork = 'linear-sgd' | 'relu-adam';

export function seedAll(seed: number): void {
  const python = find('random') as { seed?: (value: number) => void } | undefined;
  python?.seed?.(seed);
  free('manualSeed')(seed);
}

/** C arms of N points: radius i/(N-1), an angle that turns twice per arm, and noise on it. */
export async function makeSpiral({
  N,
  C,
  noise,
}: {
  N: number;
  C: number;
  noise: number;
}): Promise<{ X: Tensor; Y: Tensor }> {
  const linspace = (from: number, to: number) => free('linspace')(from, to, N) as Tensor;
  const points = new Float32Array(N * C * 2);
  const labels = new BigInt64Array(N * C);
  for (let c = 0; c < C; c++) {
    const radius = (await readRaw(linspace(0, 1))).data as Float32Array;
    const turn = (2 * Math.PI) / C;
    const noisy = linspace(turn * c, turn * (2 + c)).add((free('randn')(N) as Tensor).mul(noise));
    const angle = (await readRaw(noisy)).data as Float32Array;
    for (let i = 0; i < N; i++) {
      points[2 * (N * c + i)] = radius[i]! * Math.fround(Math.sin(angle[i]!));
      points[2 * (N * c + i) + 1] = radius[i]! * Math.fround(Math.cos(angle[i]!));
      labels[N * c + i] = BigInt(c);
    }
  }
  const tensor = free('tensor');
  return {
    X: tensor(points, { dtype: 'float32', shape: [N * C, 2] }) as Tensor,
    Y: tensor(labels, { dtype: 'int64', shape: [N * C] }) as Tensor,
  };
}

export function makeNetwork(name: SpiralNetwork, hidden: number, classes: number): Network {
  const layers: Layer[] = [
    ['Linear', [2, hidden], {}],
    ['Linear', [hidden, classes], {}],
  ];
  if (name === 'relu-adam') layers.splice(1, 0, ['ReLU', [], {}]);
  return makeSequential(layers);
}

/** Trains, and prints what the exercise prints. */
async function train(
  run: SpiralRun,
  name: SpiralNetwork,
  network: Network,
  X: Tensor,
  Y: Tensor,
): Promise<string[]> {
  const optimizer = makeOptimizer(name === 'linear-sgd' ? 'SGD' : 'Adam', network.parameters(), {
    lr: run.learning_rate,
    weight_decay: run.lambda_l2,
  });
  const criterion = construct<Network>('nn.CrossEntropyLoss');
  const lines: string[] = [];
  for (let epoch = 0; epoch < run.epochs; epoch++) {
    const y = network.forward(X) as Tensor;
    const loss = criterion.forward(y, Y) as Tensor;
    const [, predicted] = y.max(1) as unknown as [Tensor, Tensor];
    const right = Y.eq(predicted).sum();
    optimizer.zeroGrad();
    loss.backward();
    await optimizer.step();
    const lossValue = Number((await loss.data())[0]);
    const accuracy = Number((await right.data())[0]) / (run.N * run.C);
    lines.push(lineOf(epoch, lossValue, accuracy));
  }
  return lines;
}

/** Python's '%.nf' of a float32: ties go to the even digit; the product is exact in float64. */
export function fixed(value: number, digits: number): string {
  const scaled = Math.fround(value) * 10 ** digits;
  const down = Math.floor(scaled);
  const rest = scaled - down;
  const rounded = rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
  return (rounded / 10 ** digits).toFixed(digits);
}

const lineOf = (epoch: number, loss: number, accuracy: number): string =>
  `[EPOCH]: ${epoch}, [LOSS]: ${fixed(loss, 6)}, [ACCURACY]: ${fixed(accuracy, 3)}`;

const numbersOf = (line: string): number[] => line.match(/[\d.]+(e-?\d+)?|nan/gi)!.map(Number);

function compareLines(name: SpiralNetwork, actual: string[], expected: string[]): void {
  const allowed = Math.ceil(bounds.linesThatDiffer[name]! * expected.length);
  const differ = expected.filter((line, i) => line !== actual[i]).length;
  if (differ > allowed) {
    const first = expected.findIndex((line, i) => line !== actual[i]);
    throw new Mismatch(
      `${differ} lines differ, at most ${allowed} may; the first: ` +
        `expected ${expected[first]}, came ${actual[first]}`,
    );
  }
  for (const [i, line] of expected.entries()) {
    const [, loss, accuracy] = numbersOf(line);
    const [, cameLoss, cameAccuracy] = numbersOf(actual[i]!);
    const bound = i < bounds.settledEpochs ? bounds.lossBefore : bounds.lossAfter;
    // the printed numbers are rounded; the bound is not meant to split a last digit
    const near =
      Math.abs(loss! - cameLoss!) <= bound + 1e-9 &&
      Math.abs(accuracy! - cameAccuracy!) <= bounds.accuracy + 1e-9;
    if (!near) throw new Mismatch(`expected ${line}, came ${actual[i]}`);
  }
}

/** The stream of the exercise: data, then the first network, then the second. */
async function replay(run: SpiralRun) {
  seedAll(run.seed);
  const { X, Y } = await makeSpiral(run);
  const linear = makeNetwork('linear-sgd', run.H, run.C);
  return { X, Y, 'linear-sgd': linear, 'relu-adam': makeNetwork('relu-adam', run.H, run.C) };
}

export function spiralCases(
  run: SpiralRun,
  texts: Record<SpiralNetwork, string>,
  folder: string,
): Case[] {
  const label = `${folder}-seed-${run.seed}`;
  const data = async () => {
    const { X, Y } = await replay(run);
    expectSame('X', await compareTensor(X, run.X, exact));
    expectSame('Y', await compareTensor(Y, run.Y, exact));
  };
  const network = (name: SpiralNetwork) => async () => {
    const made = await replay(run);
    await expectState('initial', made[name], run[name].state_before, exact);
    const lines = await train(run, name, made[name], made.X, made.Y);
    compareLines(name, lines, texts[name].trim().split('\n'));
  };
  const at = (name: string, body: () => Promise<void>): Case => ({
    kind: 'spiral',
    id: `spiral/${name}#${label}`,
    name,
    run: body,
  });
  return [
    at('data', data),
    at('linear-sgd', network('linear-sgd')),
    at('relu-adam', network('relu-adam')),
  ];
}
