// Runs small programs over views, in-place writes, indexing and autograd, step by step.
// in:  a line of programs.jsonl     out: a case
import type { Tensor } from '../src/index.js';
import { callOperator } from './adapter.js';
import { CannotBind } from './binding.js';
import { compareGradient, compareTensor, describe, partsOf } from './compare.js';
import { run, Waits } from './compiled.js';
import { decodeTensor, decodeValue, plain, Tuple } from './decode.js';
import type { Recorded, RecordedTensor } from './decode.js';
import { indexItems } from './indexing.js';
import { free, method, NotOffered } from './library.js';
import { type Case, Deliberate, expectSame, Mismatch, reasonOf } from './outcome.js';
import { answeredBecause } from './refusals.js';
import * as tolerances from './tolerances.js';

interface Step {
  out: string | string[] | null;
  op: string;
  args: Recorded[];
  kwargs: Record<string, Recorded>;
  no_grad?: boolean;
  error?: { type: string; message: string };
}

export interface ProgramLine {
  program: number;
  leaves: Record<string, RecordedTensor>;
  steps: Step[];
  values: Record<string, RecordedTensor>;
  grads: Record<string, RecordedTensor | null>;
}

type Variables = Map<string, unknown>;

/** Operations of torch.nn.functional in the little language; the others are torch's own. */
const functional = new Set([
  'gelu',
  'silu',
  'softplus',
  'leaky_relu',
  'elu',
  'pad',
  'layer_norm',
  'mse_loss',
  'one_hot',
]);

function perform(op: string, args: unknown[], kwargs: Record<string, unknown>): unknown {
  const target = args[0] as Tensor;
  switch (op) {
    case 'getitem':
      return method(target, 'at')(...indexItems(new Tuple(args[1] as unknown[])));
    case 'setitem':
      return method(target, 'setAt')(indexItems(new Tuple(args[1] as unknown[])), plain(args[2]));
    case 'backward':
      return target.sum().backward(undefined, { retainGraph: kwargs.retain_graph as boolean });
    case 'zero_grad':
      target.grad = null;
      return undefined;
    case 'where':
      return free('where')(...args.map(plain));
    case 'einsum':
      return free('einsum')(...args.map(plain));
    case 'zero_':
      return method(target, 'zero_')();
    default: {
      const name = functional.has(op) ? `nn.functional.${op}` : op;
      return callOperator(name, { input: target, args: args.slice(1), kwargs });
    }
  }
}

function execute(step: Step, variables: Variables): unknown {
  const name = (text: string) => (text.startsWith('$') ? variables.get(text.slice(1)) : undefined);
  const args = step.args.map((value) => decodeValue(value, name));
  const kwargs = Object.fromEntries(
    Object.entries(step.kwargs).map(([key, value]) => [key, decodeValue(value, name)]),
  );
  if (!step.no_grad) return perform(step.op, args, kwargs);
  return free('noGrad')(() => perform(step.op, args, kwargs));
}

/** A step that raises in PyTorch must raise here, at this step. */
async function runRefused(step: Step, where: string, variables: Variables): Promise<void> {
  const { message } = step.error!;
  try {
    await execute(step, variables);
  } catch (error) {
    if (error instanceof NotOffered || error instanceof CannotBind) throw error;
    return;
  }
  const because = answeredBecause(message);
  if (because !== undefined) throw new Deliberate(because);
  throw new Mismatch(`${where} must raise: ${message.slice(0, 160)}`);
}

function keep(step: Step, where: string, result: unknown, variables: Variables): void {
  if (typeof step.out === 'string') {
    variables.set(step.out, result);
  } else if (step.out !== null) {
    const parts = partsOf(result) ?? [];
    if (parts.length !== step.out.length) {
      throw new Mismatch(`${where}: expected ${step.out.length} results, came ${describe(result)}`);
    }
    step.out.forEach((name, i) => variables.set(name, parts[i]));
  }
}

async function runSteps(line: ProgramLine, variables: Variables): Promise<void> {
  for (const [i, step] of line.steps.entries()) {
    const where = placeOf(step, i);
    if (step.error !== undefined) {
      await runRefused(step, where, variables);
      continue;
    }
    let result: unknown;
    try {
      result = await execute(step, variables);
    } catch (error) {
      if (error instanceof NotOffered) throw error;
      throw new Mismatch(`${where} ${reasonOf(error)}`);
    }
    keep(step, where, result, variables);
  }
}

const placeOf = (step: Step, i: number): string =>
  `step ${i} ${step.op}(${step.args.map(shown).join(', ')})`;

/** The steps at once; a program that waits for a value in between is none of these. */
function runAtOnce(line: ProgramLine, variables: Variables): Variables {
  for (const [i, step] of line.steps.entries()) {
    if (step.error !== undefined) refuseAtOnce(step, variables);
    else {
      const result = execute(step, variables);
      if (result instanceof Promise) {
        result.catch(() => {});
        throw new Waits('the program waits');
      }
      keep(step, placeOf(step, i), result, variables);
    }
  }
  return variables;
}

/** What shall be refused where it stands; where it is not, the program runs as it is written. */
function refuseAtOnce(step: Step, variables: Variables): void {
  let result: unknown;
  try {
    result = execute(step, variables);
  } catch (error) {
    if (error instanceof NotOffered || error instanceof CannotBind) throw error;
    return;
  }
  if (result instanceof Promise) result.catch(() => {});
  throw new Waits('not refused at once');
}

/** Every variable and gradient that is compared. */
async function variablesOf(id: string, line: ProgramLine): Promise<Variables> {
  const names = Object.keys(line.leaves);
  const make = () => Object.values(line.leaves).map((leaf) => decodeTensor(leaf));
  const named = (leaves: Tensor[]): Variables => new Map(names.map((n, i) => [n, leaves[i]]));
  const written = async (leaves: Tensor[]) => {
    const variables = named(leaves);
    await runSteps(line, variables);
    return variables;
  };
  const { result } = await run(id, make, (leaves) => runAtOnce(line, named(leaves)), written);
  return result;
}

function shown(value: Recorded): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('tensor' in value) return `${value.dtype}[${value.tensor}]`;
  if ('list' in value) return `[${value.list.map(shown).join(', ')}]`;
  if ('slice' in value) return value.slice.map((item) => item ?? '').join(':');
  return 'float' in value ? value.float : JSON.stringify(value);
}

async function runProgram(id: string, line: ProgramLine): Promise<void> {
  const tolerance = tolerances.toleranceOf(id, tolerances.programs);
  const variables = await variablesOf(id, line);
  for (const [name, expected] of Object.entries(line.values)) {
    const actual = variables.get(name) as Tensor;
    expectSame(name, await compareTensor(actual, expected, tolerance));
    if (actual.requiresGrad !== (expected.requires_grad ?? false)) {
      throw new Mismatch(`${name}: expected requiresGrad ${!actual.requiresGrad}`);
    }
  }
  for (const [name, expected] of Object.entries(line.grads)) {
    const { grad } = variables.get(name) as Tensor;
    expectSame(`${name}.grad`, await compareGradient(grad, expected, tolerance));
  }
}

export function programCase(line: ProgramLine): Case {
  const id = `programs/${line.program}`;
  return { kind: 'programs', id, name: `${line.program}`, run: () => runProgram(id, line) };
}
