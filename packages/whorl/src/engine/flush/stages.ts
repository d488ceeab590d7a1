// A flush of several devices, as flushes of one device each with transfers between them.
// in:  the nodes of a flush, which reach through transfers
// out: stages in an order in which they can run
//
// A value's level counts the transfers that it is behind. What is on one level and one device is
// one flush; what is transferred from there is a root of it.

import type { Device } from '../../graph/device.js';
import type { Node } from '../../graph/node.js';
import { ops } from '../../graph/op.js';
import { isLeaf } from '../../schedule/walk.js';

/** A flush of one device, and the values that are taken from there to others afterwards. */
export interface Stage {
  readonly device: Device;
  readonly roots: readonly Node[];
  readonly transfers: readonly Node[];
}

export const isTransfer = (node: Node): boolean => ops[node.op].by === 'copy' && !isLeaf(node);

/** Whether a flush has to do with one device only; `nodes`: all that it reaches. */
export function isOfOneDevice(nodes: readonly Node[], roots: readonly Node[]): boolean {
  const { device } = roots[0]!;
  return roots.every((root) => root.device === device) && !nodes.some(isTransfer);
}

interface Draft {
  readonly device: Device;
  readonly roots: Set<Node>;
  readonly transfers: Node[];
}

/**
 * `nodes`: what walk() found for the roots; `elsewhere`: where values lie that belong to no device.
 */
export function stagesOf(
  nodes: readonly Node[],
  roots: readonly Node[],
  elsewhere: Device,
): Stage[] {
  const levels = levelsOf(nodes);
  const stages = new Map<string, Draft>();
  const stageOf = (node: Node): Draft => {
    const device = node.device ?? elsewhere;
    const level = levels[node.index]!;
    const key = `${level} ${device}`;
    const found = stages.get(key) ?? { device, roots: new Set<Node>(), transfers: [] };
    stages.set(key, found);
    return found;
  };
  for (const node of nodes) {
    if (!isTransfer(node)) continue;
    const [source] = node.sources;
    const stage = stageOf(source!);
    stage.transfers.push(node);
    if (!isLeaf(source!) && !isTransfer(source!)) stage.roots.add(source!);
  }
  for (const root of roots) {
    // what has no elements needs memory all the same
    if (root.buffer === null && !isTransfer(root)) stageOf(root).roots.add(root);
  }
  return [...stages]
    .sort(([a], [b]) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .map(([, stage]) => ({ ...stage, roots: [...stage.roots] }));
}

function levelsOf(nodes: readonly Node[]): number[] {
  const levels = new Array<number>(nodes.length).fill(0);
  for (const node of nodes) {
    if (isLeaf(node)) continue;
    let level = 0;
    for (const { index } of node.sources) level = Math.max(level, levels[index]!);
    levels[node.index] = isTransfer(node) ? level + 1 : level;
  }
  return levels;
}
