// Runs modules and losses: initial draws, outputs, buffers, gradients, repr.
// in:  a line of modules/module.*.jsonl or loss.*.jsonl     out: a case
import type { Tensor } from '../src/index.js';
import { compareGradient, compareValue } from './compare.js';
import { decodeTensor, type Recorded, type RecordedTensor } from './decode.js';
import { free } from './library.js';
import { expectState, loadState, makeModule, type State } from './network.js';
import { type Case, expectSame, Mismatch } from './outcome.js';
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

/** The tensors passed in, and those whose gradients are recorded. */
function inputsOf(line: ModuleLine): { inputs: Tensor[]; leaves: Tensor[] } {
  const leaves = (line.same_input ? line.inputs.slice(0, 1) : line.inputs).map((input) =>
    decodeTensor(input, input.dtype.startsWith('float')),
  );
  return { leaves, inputs: line.same_input ? line.inputs.map(() => leaves[0]!) : leaves };
}

async function runModule(id: string, line: ModuleLine): Promise<void> {
  const tolerance = toleranceOf(id, standard);
  free('manualSeed')(line.seed);
  const module = makeModule(line.module, line.args, line.kwargs);
  await expectState('initial', module, line.state_before, exact);
  loadState(module, line.state_before);
  if (line.mode === 'train') module.train();
  else module.eval();
  const { inputs, leaves } = inputsOf(line);
  const output = await module.forward(...inputs);
  expectSame('output', await compareValue(output, line.output, tolerance));
  weightedSum(output)?.backward();
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
  const input = decodeTensor(line.input, true);
  const output = await loss.forward(input, decodeTensor(line.target));
  expectSame('output', await compareValue(output, line.output, tolerance));
  weightedSum(output)?.backward();
  expectSame('gradient', await compareGradient(input.grad, line.input_grad, tolerance));
}

export function moduleCase(line: ModuleLine, number: number): Case {
  const id = `module/${line.module}#${number}`;
  return { kind: 'module', id, name: line.module, run: () => runModule(id, line) };
}

export function lossCase(line: LossLine, number: number): Case {
  const id = `loss/${line.loss}#${number}`;
  return { kind: 'loss', id, name: line.loss, run: () => runLoss(id, line) };
}
