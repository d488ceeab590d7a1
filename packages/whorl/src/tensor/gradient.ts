// backward() and its kin on tensors: gradients arrive in .grad of the leaves.
// in:  a tensor that requires grad     out: nothing (backward) or tensors (grad)

import { backward as walk, type Root, trackedNodes } from '../autograd/backward.js';
import { whoSwitchedOff } from '../autograd/mode.js';
import { capturing, ifUndone } from '../capture/looking/capturing.js';
import { flush, hasWrites, writeCell } from '../engine/flush/pending.js';
import { releaseSaved } from '../engine/ownership/saved.js';
import { transactions } from '../engine/flush/transaction.js';
import { add, cast, constant } from '../graph/build.js';
import type { Node } from '../graph/node.js';
import { bound, takes } from './arguments/bound.js';
import { method } from './define.js';
import { showShape } from './dims.js';
import { assign } from './assign.js';
import { fromNode, type Tensor } from './tensor.js';

const clearingArguments = bound<[{ setToNone?: boolean }]>()('zeroGrad', '| set_to_none');

/** Whether zeroGrad() forgets the gradients, rather than writing zeros: of its arguments. */
export const clearing = (given: readonly unknown[]): boolean =>
  clearingArguments(given)[0].setToNone ?? true;

export interface BackwardOptions {
  retainGraph?: boolean;
  createGraph?: boolean;
}

/**
 * While capturing: a history that began before the function ran is none that a replay could follow.
 */
function demandInside(x: Tensor): void {
  const { now } = capturing;
  if (now === null) return;
  for (const node of trackedNodes([x.node])) {
    if (node.id >= now.firstId || node.history?.kind === 'leaf') continue;
    throw new Error(
      `backward: the captured function differentiates a tensor of shape ${showShape(node.shape)} ` +
        'that was made outside of it: compute it inside, or detach() it',
    );
  }
}

function seed(x: Tensor, gradient: Tensor | null | undefined): Node {
  if (!x.requiresGrad) {
    throw new Error(
      'backward: element 0 of tensors does not require grad and does not have a grad_fn; ' +
        `nothing it was made of has requiresGrad${whoSwitchedOff()}`,
    );
  }
  demandInside(x);
  if (gradient === null || gradient === undefined) {
    if (x.numel() === 1) return constant(1, x.dtype, x.shape);
    throw new Error(
      'backward: grad can be implicitly created only for scalar outputs; this one has shape ' +
        `${showShape(x.shape)}: reduce it (sum(), mean()) or pass a gradient of that shape`,
    );
  }
  const fits = gradient.ndim === x.ndim && gradient.shape.every((n, i) => n === x.shape[i]);
  if (!fits) {
    throw new Error(
      `backward: Mismatch in shape: the gradient has a shape of ${showShape(gradient.shape)} ` +
        `and the output has a shape of ${showShape(x.shape)}`,
    );
  }
  return cast(gradient.node, x.dtype);
}

/** Adds to a leaf's gradient; a fresh one where it is null. */
function accumulate(leaf: Tensor, gradient: Node): void {
  // a derivative may have tried a shape and thrown it away: that reader does not stand for the leaf
  gradient.wasRead = false;
  const held = leaf.reachedGrad;
  if (held === null) begin(leaf, fromNode(gradient));
  else if (held.steps.length > 0) assign(held, add(held.node, gradient));
  else writeCell(held.cell, add(held.node, gradient));
}

/**
 * A leaf has its first gradient; it has none again where that pass turns out never to have been
 * come to.
 */
function begin(leaf: Tensor, gradient: Tensor): void {
  leaf.reachedGrad = gradient;
  ifUndone(() => {
    if (leaf.lentGrad === gradient) leaf.reachedGrad = null;
  });
}

/**
 * Runs `body`: it hands out all of the gradients of a root, or turns out to have handed out none.
 */
function asOne(root: Node, body: () => void): void {
  if (capturing.now !== null) return body();
  transactions.run({ needs: [root], from: nowhere }, body);
}

const nowhere = (): readonly never[] => [];

method(
  'backward',
  'gradient? | retain_graph create_graph',
  (x: Tensor, gradient?: Tensor | null, options: BackwardOptions = {}) => {
    const { createGraph = false } = options;
    const retainGraph = options.retainGraph ?? createGraph;
    const root = seed(x, gradient);
    // a hand-written update loop then meets the same graphs every time
    if (hasWrites()) flush([]);
    const { leaves, freed } = walk([[x.node, root]], { retainGraph, createGraph });
    asOne(x.node, () => {
      for (const leaf of leaves) accumulate(leaf.owner as Tensor, leaf.gradient);
    });
    releaseSaved(freed);
  },
);

export interface GradOptions extends BackwardOptions {
  gradOutputs?: Tensor | readonly Tensor[] | null;
  allowUnused?: boolean;
}

const boundGrad = takes(
  'grad',
  'outputs:tensor/tensors inputs:tensor/tensors | grad_outputs:tensor/someTensors? retain_graph ' +
    'create_graph * allow_unused:bool?',
  gradientsOf,
);

/**
 * The gradients of the sum of `outputs` with respect to `inputs` (a model's parameters() too),
 * without touching .grad.
 * Errors: an input that no output depends on, unless allowUnused (then null). Source:
 * torch.autograd.grad.
 */
export const grad = ((outputs, inputs, ...more) => {
  const isWalk = typeof (inputs as Partial<Iterator<Tensor>> | undefined)?.next === 'function';
  return boundGrad(outputs, isWalk ? [...(inputs as Tensor[])] : (inputs as Tensor[]), ...more);
}) as (
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | Iterable<Tensor>,
  options?: GradOptions,
) => (Tensor | null)[];

function gradientsOf(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: GradOptions = {},
): (Tensor | null)[] {
  const { createGraph = false, allowUnused = false } = options;
  const retainGraph = options.retainGraph ?? createGraph;
  const given = [options.gradOutputs ?? []].flat();
  const wanted = [inputs].flat() as Tensor[];
  const nodes = wanted.map((t) => t.node);
  const stops = new Set(nodes);
  const sums = new Map<object, Node>();
  const roots = ([outputs].flat() as Tensor[]).map((output, i): Root => {
    return [output.node, seed(output, given[i])];
  });
  const { leaves, freed } = walk(roots, { retainGraph, createGraph, stops });
  releaseSaved(freed);
  for (const part of leaves) {
    const sum = sums.get(part.owner);
    sums.set(part.owner, sum === undefined ? part.gradient : add(sum, part.gradient));
  }
  return nodes.map((node, i) => {
    // a leaf is met under its own name: its views start from nodes of their own
    const { history } = node;
    const sum = sums.get(history?.kind === 'leaf' ? history.owner : node);
    if (sum !== undefined) return fromNode(sum);
    if (allowUnused) return null;
    throw new Error(
      `grad: input ${i} was not used to make the outputs; pass { allowUnused: true } to get null`,
    );
  });
}

/** Forgets a gradient, or writes zeros into it. Source: zero_grad. */
export function clearGradient(p: Tensor, setToNone: boolean): void {
  if (setToNone) p.grad = null;
  else if (p.grad?.requiresGrad) p.grad = p.grad.detach().zero_() as Tensor;
  else p.grad?.zero_();
}
