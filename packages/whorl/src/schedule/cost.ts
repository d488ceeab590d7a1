// What one element of a value costs to compute again, in additions, down to what lies in memory.
// in:  nodes, sources first     out: a number per node

import type { Node } from '../graph/node.js';
import { ops } from '../graph/op.js';
import { isInSequence, reducedCount } from '../graph/reductions.js';
import { isLeaf } from './walk.js';

const most = 1e9;
/** A reduction of so few elements counts as arithmetic. */
const few = 4;

export const isLongReduction = (node: Node): boolean =>
  ops[node.op].kind === 'reduce' && reducedCount(node) > few;

/**
 * A long sum in sequence: a matrix product, a sum over outer axes. Optimised whole or not at all.
 */
export const isContraction = (node: Node): boolean => isInSequence(node) && isLongReduction(node);

export interface Costs {
  /** What one element costs, by `node.index`. */
  readonly work: readonly number[];
  /** Results of long reductions that several others use: not to be computed twice. */
  readonly isShared: readonly boolean[];
  /** Results of long reductions that a backward pass will use. */
  readonly isKept: readonly boolean[];
  /** What is made of a matrix product that lies nowhere in memory yet. */
  readonly isOfProduct: readonly boolean[];
}

export function costs(nodes: readonly Node[], saved: readonly boolean[]): Costs {
  const work = new Array<number>(nodes.length).fill(0);
  const isShared = new Array<boolean>(nodes.length).fill(false);
  const isKept = new Array<boolean>(nodes.length).fill(false);
  const isOfProduct = new Array<boolean>(nodes.length).fill(false);
  const uses = countUses(nodes);
  /** A reduction's result, element for element, that lies nowhere in memory yet. */
  const isResult = new Array<boolean>(nodes.length).fill(false);
  for (const node of nodes) {
    const { index, sources } = node;
    const { kind, cost, shows } = ops[node.op];
    work[index] = costFrom(node, work);
    if (isLeaf(node)) continue;
    isOfProduct[index] = isContraction(node) || sources.some((source) => isOfProduct[source.index]);
    if (kind === 'stored' || shows === 'repeated') continue;
    const holds = isLongReduction(node) || sources.some((source) => isResult[source.index]);
    const isValue = (kind === 'pointwise' && cost > 0) || isContraction(node);
    isKept[index] = holds && isValue && saved[index]!;
    isShared[index] = holds && isValue && kind === 'pointwise' && uses[index]! > 1;
    isResult[index] = holds && !isShared[index] && !isKept[index];
    if (!isResult[index] && holds) work[index] = 1;
  }
  return { work, isShared, isKept, isOfProduct };
}

function countUses(nodes: readonly Node[]): number[] {
  const uses = new Array<number>(nodes.length).fill(0);
  for (const node of nodes) {
    if (!isLeaf(node)) for (const source of node.sources) uses[source.index]!++;
  }
  return uses;
}

/** Not worth the memory: reading it back costs about as much. */
export const isCheapAgain = (work: number): boolean => work <= 4;

/** What one element of `node` costs, given what its sources do. */
export const costFrom = (node: Node, work: readonly number[]): number =>
  Math.min(costOf(node, work), most);

function costOf(node: Node, work: readonly number[]): number {
  const { kind, cost, shows } = ops[node.op];
  if (isLeaf(node) || kind === 'stored') return 1;
  if (kind === 'leaf') return 0;
  const inner = node.sources.reduce((sum, source) => sum + work[source.index]!, 0);
  if (kind === 'reduce') return reducedCount(node) * (inner + 1);
  // what is expanded is computed before the loop over its copies
  if (shows === 'repeated') return (inner * node.sources[0]!.size) / node.size;
  return inner + cost;
}
