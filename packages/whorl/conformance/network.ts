// Modules, losses, optimizers and schedules by PyTorch's names, and their state.
// in:  a name, args and kwargs as recorded     out: an object of ours
import type { Tensor } from '../src/index.js';
import { compareTensor, type Difference } from './compare.js';
import { decodePlain, decodeTensor, type RecordedTensor } from './decode.js';
import { camel, construct, method } from './library.js';
import { expectSame, Mismatch } from './outcome.js';
import type { Tolerance } from './tolerances.js';

export type State = Record<string, RecordedTensor>;

/** A module as the runner uses it. */
export interface Network {
  forward(...inputs: unknown[]): unknown;
  train(): unknown;
  eval(): unknown;
  parameters(): Iterable<Tensor>;
  namedParameters(): Iterable<[string, Tensor]>;
}

export interface Optimizer {
  step(): unknown;
  zeroGrad(): void;
  paramGroups: { lr: number }[];
}

export interface Scheduler {
  step(): void;
}

/** Our name of an option: camelCase from the first letter on, T_max is tMax. */
const optionName = (name: string): string =>
  camel(name).replace(/^[A-Z]/, (letter) => letter.toLowerCase());

export function decodeOptions(kwargs: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(kwargs).map(([name, value]) => [optionName(name), decodePlain(value)]),
  );
}

function make<T>(path: string, before: unknown[], kwargs: Record<string, unknown>): T {
  const options = decodeOptions(kwargs);
  return construct<T>(path, ...before, ...(Object.keys(options).length === 0 ? [] : [options]));
}

export function makeModule(
  name: string,
  args: unknown[],
  kwargs: Record<string, unknown>,
): Network {
  return make(`nn.${name}`, args.map(decodePlain), kwargs);
}

export function makeOptimizer(
  name: string,
  parameters: Iterable<Tensor>,
  kwargs: Record<string, unknown>,
): Optimizer {
  return make(`optim.${name}`, [[...parameters]], kwargs);
}

export function makeScheduler(
  name: string,
  optimizer: Optimizer,
  kwargs: Record<string, unknown>,
): Scheduler {
  return make(`optim.lrScheduler.${name}`, [optimizer], kwargs);
}

export type Layer = [name: string, args: unknown[], kwargs: Record<string, unknown>];

export function makeSequential(layers: Layer[]): Network {
  return construct('nn.Sequential', ...layers.map((layer) => makeModule(...layer)));
}

export function stateOf(network: Network): Map<string, Tensor> {
  const state = method(network, 'stateDict', 'Module')() as Map<string, Tensor>;
  return state instanceof Map ? state : new Map(Object.entries(state));
}

export function loadState(network: Network, state: State): void {
  const entries = Object.entries(state).map(([key, value]) => [key, decodeTensor(value)] as const);
  const current: unknown = method(network, 'stateDict', 'Module')();
  const values = new Map(entries);
  method(
    network,
    'loadStateDict',
    'Module',
  )(current instanceof Map ? values : Object.fromEntries(values));
}

type CompareNamed = (
  actual: unknown,
  expected: RecordedTensor,
  tolerance: Tolerance,
  name: string,
) => Promise<Difference>;

/** Names in order, shapes and values; `compare` may leave out part of a tensor. */
export async function expectState(
  what: string,
  network: Network,
  expected: State,
  tolerance: Tolerance,
  compare: CompareNamed = compareTensor,
): Promise<void> {
  const actual = stateOf(network);
  const names = Object.keys(expected);
  const came = [...actual.keys()];
  if (came.join() !== names.join()) {
    throw new Mismatch(`${what}: expected [${names}], came [${came}]`);
  }
  for (const name of names) {
    const difference = await compare(actual.get(name), expected[name]!, tolerance, name);
    expectSame(`${what} ${name}`, difference);
  }
}
