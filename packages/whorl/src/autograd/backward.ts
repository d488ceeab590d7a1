// Reverse-mode differentiation: walks from a value to the leaves it was made of.
// in:  a root and the gradient of the root     out: for every leaf met, its owner and its gradient (nodes)

import { add } from '../graph/build.js';
import { type History, type Node, spent, recording } from '../graph/node.js';
import { derivatives, savesValues } from './derivatives.js';

export interface BackwardResult {
  readonly leaves: readonly LeafGradient[];
  /** Nodes whose history ended here: what they had saved is wanted by no gradient any more. */
  readonly freed: readonly Node[];
}

export interface LeafGradient {
  readonly owner: object;
  readonly gradient: Node;
}

export interface BackwardOptions {
  /** Keep what was saved, so that this graph can be walked again. */
  readonly retainGraph: boolean;
  /** Record the gradients' own history, so that they can be differentiated. */
  readonly createGraph: boolean;
  /** Gradients wanted at these nodes too (autograd.grad); they are reported with the node as owner. */
  readonly stops?: ReadonlySet<Node>;
}

let stamps = 0;

/** The nodes that a gradient of `root` passes, latest first: ids are a topological order. */
export function trackedNodes(root: Node): Node[] {
  const stamp = ++stamps;
  const found: Node[] = [];
  const todo = [root];
  while (todo.length > 0) {
    const node = todo.pop()!;
    if (node.history === null || node.stamp === -stamp) continue;
    node.stamp = -stamp;
    found.push(node);
    for (const input of inputsOf(node)) if (input.history !== null) todo.push(input);
  }
  return found.sort((a, b) => b.id - a.id);
}

const inputsOf = (node: Node): readonly Node[] => {
  const history = node.history!;
  if (history.kind === 'custom') return history.inputs;
  return history.kind === 'derived' ? node.sources : [];
};

const savesSomething = (node: Node, history: History): boolean => {
  if (history.kind === 'custom') return history.saves;
  return history.kind === 'derived' && savesValues(node);
};

const freedMessage =
  'Trying to backward through the graph a second time (or directly access saved tensors after they ' +
  'have already been freed). Saved intermediate values of the graph are freed when you call ' +
  '.backward() or autograd.grad(). Specify retainGraph: true if you need to backward through the ' +
  'graph a second time or if you need to access saved tensors after calling backward.';

export function backward(root: Node, gradient: Node, options: BackwardOptions): BackwardResult {
  const nodes = trackedNodes(root);
  for (const node of nodes) if (node.history!.kind === 'spent') throw new Error(freedMessage);
  const before = recording().enabled;
  recording().enabled = options.createGraph;
  try {
    const leaves = walk(nodes, root, gradient, options);
    return { leaves, freed: options.retainGraph ? [] : free(nodes) };
  } finally {
    recording().enabled = before;
  }
}

function walk(
  nodes: readonly Node[],
  root: Node,
  gradient: Node,
  options: BackwardOptions,
): LeafGradient[] {
  const sums = new Map<Node, Node>([[root, gradient]]);
  const leaves: LeafGradient[] = [];
  for (const node of nodes) {
    const g = sums.get(node);
    if (g === undefined) continue;
    sums.delete(node);
    const history = node.history!;
    if (options.stops?.has(node)) leaves.push({ owner: node, gradient: g });
    if (history.kind === 'leaf') leaves.push({ owner: history.owner, gradient: g });
    else handOn(node, history, g, sums);
  }
  return leaves;
}

/**
 * Ends the history of nodes that had saved something, and of those that lead to one: a second backward through
 * them fails. Others (a sum of a leaf) stay as they are: PyTorch lets them pass.
 */
function free(nodes: readonly Node[]): Node[] {
  const freed: Node[] = [];
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    const history = node.history!;
    const leadsOn = inputsOf(node).some((input) => input.history?.kind === 'spent');
    if (!leadsOn && !savesSomething(node, history)) continue;
    node.history = spent;
    freed.push(node);
  }
  return freed;
}

function handOn(node: Node, history: History, g: Node, sums: Map<Node, Node>): void {
  const inputs = inputsOf(node);
  const parts =
    history.kind === 'custom' ? history.backward(g, node) : derivatives[node.op].rule(g, node);
  for (let i = 0; i < inputs.length; i++) {
    const part = parts[i];
    const input = inputs[i]!;
    if (part == null || input.history === null) continue;
    const sum = sums.get(input);
    sums.set(input, sum === undefined ? part : add(sum, part));
  }
}
