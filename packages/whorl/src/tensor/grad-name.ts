// What PyTorch calls the operation that made a value, for grad_fn=<MulBackward0>.
// in:  a tensor with a history
// out: a name; for compositions (a loss, softmax) that of their last operation

import type { Node } from '../graph/node.js';
import type { Args, Op } from '../graph/op.js';
import type { Tensor } from './tensor.js';
import type { ViewStep } from './view.js';

const steps: Partial<Record<ViewStep['op'], string>> = {
  RESHAPE: 'ViewBackward0',
  PERMUTE: 'PermuteBackward0',
  EXPAND: 'ExpandBackward0',
  SHRINK: 'SliceBackward0',
  DIAGONAL: 'DiagonalBackward0',
  WINDOW: 'UnfoldBackward0',
};

/** Where PyTorch's name is not the op's. */
const names: Partial<Record<Op, string>> = {
  ALIAS: 'CloneBackward0',
  TRANSFER: 'ToCopyBackward0',
  RECIP: 'ReciprocalBackward0',
  CAST: 'ToCopyBackward0',
  MAX: 'MaximumBackward0',
  MIN: 'MinimumBackward0',
  FOLD: 'UnfoldBackward0',
  RESHAPE: 'ViewBackward0',
  GATHER: 'GatherBackward0',
};

/** Of compositions with a derivative of their own: max() and min() of everything. */
const compositions: Readonly<Record<string, string>> = {
  max: 'MaxBackward1',
  min: 'MinBackward1',
};

const sums = { sum: 'Sum', prod: 'Prod', max: 'Max', min: 'Min' } as const;

const pascal = (name: string): string => `${name[0]!.toUpperCase()}${name.slice(1)}Backward0`;

export function gradName(x: Tensor): string {
  if (x.steps.length > 0) return viewName(x.steps);
  const { history } = x.node;
  if (history?.kind !== 'custom') return nodeName(x.node);
  return compositions[history.name] ?? pascal(history.name);
}

function viewName(all: readonly ViewStep[]): string {
  const [last, before] = [all[all.length - 1]!, all[all.length - 2]];
  if (last.op === 'PERMUTE' && last.order.length === 2) return 'TBackward0';
  const selects =
    last.op === 'RESHAPE' &&
    before?.op === 'SHRINK' &&
    last.shape.length === before.shape.length - 1;
  return selects ? 'SelectBackward0' : (steps[last.op] ?? 'AliasBackward0');
}

function nodeName(node: Node): string {
  if (node.op === 'REDUCE') return reductionName(node as Node<'REDUCE'>);
  if (node.op === 'SCAN') return pascal(`cum${(node.arg as Args['SCAN']).kind}`);
  // cat hands out its parts laid together under a node of its own
  if (node.op === 'ALIAS' && node.sources[0]?.op === 'SPLICE') return nodeName(node.sources[0]);
  if (node.op === 'SPLICE') return isJoin(node) ? 'CatBackward0' : 'CopySlices';
  return names[node.op] ?? pascal(node.op.toLowerCase());
}

/** A sum of products of two expanded operands is a matrix product. */
function reductionName({ arg, sources }: Node<'REDUCE'>): string {
  const product = sources[0]!;
  const isMatmul = product.op === 'MUL' && product.sources.every((s) => s.op === 'EXPAND');
  if (arg.kind === 'sum' && isMatmul) return 'MmBackward0';
  const whole =
    arg.axes.length === product.shape.length && (arg.kind === 'max' || arg.kind === 'min');
  return `${sums[arg.kind]}Backward${whole ? 1 : 0}`;
}

/** cat and stack lay their parts into a constant. */
function isJoin(node: Node): boolean {
  let base = node;
  while (base.op === 'SPLICE' && base.sources.length > 0) base = base.sources[0]!;
  return base.op === 'CONST';
}
