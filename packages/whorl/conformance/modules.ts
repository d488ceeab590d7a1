// Runs modules and losses: initial draws, outputs, buffers, gradients, repr.
// in:  a line of modules/module.*.jsonl or loss.*.jsonl     out: a case
import type { Tensor } from '../src/index.js';
import { compareGradient, compareValue } from './compare.js';
import { compiling, run } from './compiled.js';
import { decodeTensor, type Recorded, type RecordedTensor } from './decode.js';
import { free } from './library.js';
import { expectState, loadState, makeModule, type Network, type State } from './network.js';
import { type Case, expectSame, Mismatch } from './outcome.js';
import { moveBeside } from './placing.js';
import { exact, standard, toleranceOf } from './tolerances.js';
import { weightedSum } from './weighted.js';

export interface ModuleLine {
  module: string;
  args: unknown[];
  kwargs: Record<string, unknown>;
  seed: number;
  mode: 'train' | 'eval';
  state_before: State;
  inputs: RecordedTensor[];
  same_input: boolean;
  output: Recorded;
  state_after: State;
  input_grads: (RecordedTensor | null)[];
  param_grads: Record<string, RecordedTensor | null>;
  repr: string;
}

export interface LossLine {
  loss: string;
  kwargs: Record<string, unknown>;
  input: RecordedTensor;
  target: RecordedTensor;
  output: RecordedTensor;
  input_grad: RecordedTensor;
}

/** The tensors passed in; everything that a call before this one changed is as it was. */
function prepare(line: ModuleLine, module: Network): Tensor[] {
  if (compiling.enabled) {
    for (const [, parameter] of module.namedParameters()) parameter.grad = null;
    loadState(module, line.state_before);
    // the draws of a forward pass follow those of the parameters
    free('manualSeed')(line.seed);
    makeModule(line.module, line.args, line.kwargs);
  }
  return (line.same_input ? line.inputs.slice(0, 1) : line.inputs).map((input) =>
    decodeTensor(input, input.dtype.startsWith('float')),
  );
}

async function runModule(id: string, line: ModuleLine): Promise<void> {
  const tolerance = toleranceOf(id, standard);
  free('manualSeed')(line.seed);
  const module = makeModule(line.module, line.args, line.kwargs);
  await expectState('initial', module, line.state_before, exact);
  moveBeside(module);
  loadState(module, line.state_before);
  if (line.mode === 'train') module.train();
  else module.eval();
  const { result: output, tensors: leaves } = await run(
    id,
    () => prepare(line, module),
    (given) => {
      const inputs = line.same_input ? line.inputs.map(() => given[0]!) : given;
      const value = module.forward(...inputs);
      weightedSum(value)?.backward();
      return value;
    },
  );
  expectSame('output', await compareValue(output, line.output, tolerance));
  for (const [i, expected] of line.input_grads.entries()) {
    const difference = await compareGradient(leaves[i]!.grad, expected, tolerance);
    expectSame(`input ${i} gradient`, difference);
  }
  const parameters = new Map(module.namedParameters());
  for (const [name, expected] of Object.entries(line.param_grads)) {
    const difference = await compareGradient(parameters.get(name)?.grad, expected, tolerance);
    expectSame(`${name} gradient`, difference);
  }
  await expectState('after', module, line.state_after, tolerance);
  if (String(module) !== line.repr) {
    throw new Mismatch(`repr: expected ${line.repr}, came ${String(module)}`);
  }
}

async function runLoss(id: string, line: LossLine): Promise<void> {
  const tolerance = toleranceOf(id, standard);
  const loss = makeModule(line.loss, [], line.kwargs);
  const make = () => [decodeTensor(line.input, true), decodeTensor(line.target)];
  const { result, tensors } = await run(id, make, (given) => {
    const value = loss.forward(...given);
    weightedSum(value)?.backward();
    return value;
  });
  expectSame('output', await compareValue(result, line.output, tolerance));
  expectSame('gradient', await compareGradient(tensors[0]!.grad, line.input_grad, tolerance));
}

export function moduleCase(line: ModuleLine, number: number): Case {
  const id = `module/${line.module}#${number}`;
  return { kind: 'module', id, name: line.module, run: () => runModule(id, line) };
}

export function lossCase(line: LossLine, number: number): Case {
  const id = `loss/${line.loss}#${number}`;
  return { kind: 'loss', id, name: line.loss, run: () => runLoss(id, line) };
}
