// Reverse-mode differentiation: walks from a value to the leaves it was made of.
// in:  a root and the gradient of the root
// out: for every leaf met, its owner and its gradient (nodes)

import { add } from '../graph/build.js';
import { type History, type Node, spent, recording } from '../graph/node.js';
import { savesValues } from '../graph/saves.js';
import { derivatives } from './derivatives.js';
import { inputsOf } from './history-inputs.js';
import { reaches, towards } from './reach.js';

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
  /**
   * Gradients wanted at these nodes too (autograd.grad); they are reported with the node as owner.
   */
  readonly stops?: ReadonlySet<Node>;
}

let stamps = 0;

/** A value and the gradient that it begins with. */
export type Root = readonly [value: Node, gradient: Node];

/** The nodes that a gradient of `roots` passes, latest first: ids are a topological order. */
export function trackedNodes(roots: readonly Node[]): Node[] {
  const stamp = ++stamps;
  const found: Node[] = [];
  const todo = [...roots];
  while (todo.length > 0) {
    const node = todo.pop()!;
    if (node.history === null || node.stamp === -stamp) continue;
    node.stamp = -stamp;
    found.push(node);
    for (const input of inputsOf(node)) if (input.history !== null) todo.push(input);
  }
  return found.sort((a, b) => b.id - a.id);
}

const savesSomething = (node: Node, history: History): boolean => {
  if (history.kind === 'custom') return history.saves;
  return history.kind === 'derived' && (history.saves === true || savesValues(node));
};

const freedMessage =
  'Trying to backward through the graph a second time (or directly access saved tensors after ' +
  'they have already been freed). Saved intermediate values of the graph are freed when you call ' +
  '.backward() or autograd.grad(). Specify retainGraph: true if you need to backward through the ' +
  'graph a second time or if you need to access saved tensors after calling backward.';

/**
 * Walks from `roots` to the leaves; with `stops` only where a gradient comes to one of them.
 * Nothing happens where a node on the way has lost what it had saved.
 */
export function backward(roots: readonly Root[], options: BackwardOptions): BackwardResult {
  const all = trackedNodes(roots.map(([value]) => value));
  const { stops } = options;
  const passes = stops === undefined ? everywhere : towards(stops, all);
  const walked = stops === undefined ? all : all.filter(passes);
  for (const node of walked) if (node.history!.kind === 'spent') throw new Error(freedMessage);
  const before = recording().enabled;
  recording().enabled = options.createGraph;
  try {
    const leaves = walk(all, roots, options, passes);
    return { leaves, freed: options.retainGraph ? [] : free(walked, all, stops) };
  } finally {
    recording().enabled = before;
  }
}

const everywhere = (): boolean => true;

function walk(
  nodes: readonly Node[],
  roots: readonly Root[],
  options: BackwardOptions,
  passes: (node: Node) => boolean,
): LeafGradient[] {
  const sums: Sums = new Map();
  for (const [value, gradient] of roots) addTo(sums, value, gradient);
  const stopped: LeafGradient[] = [];
  const owners = new Set<object>();
  for (const node of nodes) {
    const history = node.history!;
    const g = sums.get(placeOf(node));
    if (g === undefined) continue;
    if (history.kind === 'leaf') owners.add(history.owner);
    else sums.delete(node);
    if (options.stops?.has(node)) stopped.push({ owner: node, gradient: g });
    if (history.kind !== 'leaf' && passes(node)) handOn(node, history, g, sums);
  }
  const leaves = [...owners].map((owner) => ({ owner, gradient: sums.get(owner)! }));
  return [...stopped, ...leaves];
}

/**
 * What came so far, by node; by owner for leaves, which PyTorch gives all parts before it adds to
 * .grad.
 */
type Sums = Map<object, Node>;

/** A leaf may stand in a graph as several nodes: its views begin with one of their own each. */
const placeOf = (node: Node): object =>
  node.history!.kind === 'leaf' ? node.history!.owner : node;

function addTo(sums: Sums, node: Node, part: Node): void {
  const place = placeOf(node);
  const sum = sums.get(place);
  // a number that a rule made is the gradient of something that lies somewhere
  part.device ??= node.device;
  sums.set(place, sum === undefined ? part : add(sum, part));
}

/**
 * Ends the history of nodes that had saved something, and of those that lead to one: a second
 * backward through them fails. Others (a sum of a leaf) stay as they are: PyTorch lets them pass.
 * So do those that also lead to what was not walked, where they had saved nothing themselves.
 */
function free(
  walked: readonly Node[],
  all: readonly Node[],
  stops: ReadonlySet<Node> | undefined,
): Node[] {
  const freed: Node[] = [];
  // a whole pass leaves nothing unwalked
  const met = stops === undefined ? null : new Set(walked);
  const reached = stops === undefined ? null : reaches(stops, all);
  for (let i = walked.length - 1; i >= 0; i--) {
    const node = walked[i]!;
    const inputs = inputsOf(node);
    const isShared = met !== null && inputs.some((input) => isUnwalked(input, met));
    if ((!isShared && inputs.some(isSpent)) || savesSomething(node, node.history!)) {
      node.history = reached === null ? spent : { kind: 'spent', reach: reached.get(node) };
      freed.push(node);
    } else if (isShared) met.delete(node);
  }
  return freed;
}

const isSpent = ({ history }: Node): boolean => history?.kind === 'spent';

const isUnwalked = (input: Node, met: ReadonlySet<Node>): boolean =>
  !met.has(input) && (input.history?.kind === 'derived' || input.history?.kind === 'custom');

function handOn(node: Node, history: History, g: Node, sums: Sums): void {
  const inputs = inputsOf(node);
  const parts =
    history.kind === 'custom' ? history.backward(g, node) : derivatives[node.op](g, node);
  for (let i = 0; i < inputs.length; i++) {
    const part = parts[i];
    const input = inputs[i]!;
    if (part != null && input.history !== null) addTo(sums, input, part);
  }
}
