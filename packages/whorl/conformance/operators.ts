// Runs the cases of PyTorch's operator database: outputs, gradients, and inputs to refuse.
// in:  a line of operators/*.jsonl     out: a case
import type { Tensor } from '../src/index.js';
import { callOperator } from './adapter.js';
import { CannotBind, type Operands } from './binding.js';
import { run, tensorsOf, withEach } from './compiled.js';
import { compareGradient, compareValue, partsOf } from './compare.js';
import { decodeValue, type Recorded, type RecordedTensor, Tuple } from './decode.js';
import { isTensor, NotOffered } from './library.js';
import { type Case, expectSame, Mismatch } from './outcome.js';
import { demandBeside } from './placing.js';
import { standard, toleranceOf } from './tolerances.js';
import { tensorsIn, weightedSum } from './weighted.js';

export interface OperatorLine {
  op: string;
  variant: string;
  input: Recorded;
  args: Recorded[];
  kwargs: Record<string, Recorded>;
  output?: Recorded;
  grads?: (RecordedTensor | null)[];
  error?: { type: string; message: string };
}

function decodeOperands(line: OperatorLine): Operands {
  const kwargs = Object.entries(line.kwargs).map(([name, v]) => [name, decodeValue(v)] as const);
  return {
    input: decodeValue(line.input),
    args: line.args.map((value) => decodeValue(value)),
    kwargs: Object.fromEntries(kwargs),
  };
}

/** The tensors whose gradients are recorded: input, args, kwargs, in this order. */
function leavesOf({ input, args, kwargs }: Operands): Tensor[] {
  const open = (value: unknown): unknown =>
    value instanceof Tuple ? value.items.map(open) : value;
  return [input, ...args, ...Object.values(kwargs)]
    .flatMap((value) => tensorsIn(open(value)))
    .filter((tensor) => tensor.requiresGrad);
}

function differentiate(line: OperatorLine, result: unknown): unknown {
  if (line.grads === undefined) return result;
  const total = weightedSum(result);
  if (total === undefined) throw new Mismatch('gradients: no output requires one');
  total.backward();
  return result;
}

/** The operator's result, after its gradients were computed. */
function operate(line: OperatorLine, operands: Operands): unknown {
  const result = callOperator(line.op, operands, line.variant);
  return result instanceof Promise
    ? result.then((value) => differentiate(line, value))
    : differentiate(line, result);
}

async function runGood(id: string, line: OperatorLine): Promise<void> {
  const template = decodeOperands(line);
  const make = () => tensorsOf(decodeOperands(line));
  const { result, tensors } = await run(id, make, (given) => {
    let next = 0;
    return operate(
      line,
      withEach(template, () => given[next++]!),
    );
  });
  if (tensors.length > 0) demandBeside('the result', tensorsIn(result));
  const tolerance = toleranceOf(id, standard);
  expectSame('', await compareValue(result, line.output!, tolerance));
  if (line.grads === undefined) return;
  let next = 0;
  const leaves = leavesOf(withEach(template, () => tensors[next++]!));
  for (const [i, expected] of line.grads.entries()) {
    demandBeside(`gradient ${i}`, [leaves[i]?.grad ?? null]);
    expectSame(`gradient ${i}`, await compareGradient(leaves[i]?.grad, expected, tolerance));
  }
}

/** An error in the values of a lazy result may show only where it is read. */
export async function readAll(result: unknown): Promise<void> {
  if (isTensor(result)) await result.data();
  else for (const part of partsOf(result) ?? []) await readAll(part);
}

async function runRefused(line: OperatorLine): Promise<void> {
  const operands = decodeOperands(line);
  try {
    await readAll(await callOperator(line.op, operands, line.variant));
  } catch (error) {
    // there is no `out` here: whatever is passed as one is refused, as an unknown option
    if (error instanceof CannotBind && 'out' in line.kwargs) return;
    if (error instanceof NotOffered || error instanceof CannotBind) throw error;
    return;
  }
  const { type, message } = line.error!;
  throw new Mismatch(`must be refused: ${message || type}`);
}

export const variantOf = ({ op, variant }: OperatorLine): string =>
  (variant === '' ? op : `${op}.${variant}`).replace(/^nn\.functional\./, 'F.');

export function operatorCase(line: OperatorLine, number: number): Case {
  const name = variantOf(line);
  const id = `operators/${name}#${number}`;
  const run = () => (line.error === undefined ? runGood(id, line) : runRefused(line));
  return { kind: 'operators', id, name, run };
}
