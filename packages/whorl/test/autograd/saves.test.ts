// A derivative looks only at what the op table says is saved: plans store nothing else for it.

import { describe, expect, it } from 'vitest';
import { derivatives } from '../../src/autograd/derivatives.js';
import { Node } from '../../src/graph/node.js';
import { type Op, ops } from '../../src/graph/op.js';
import { mostSaved } from '../../src/graph/saves.js';
import { walk } from '../../src/schedule/walk.js';
import { type Sample, samples } from './samples.js';

const table: Readonly<Record<Op, readonly Sample[] | 'none'>> = samples;
const differentiable = (Object.keys(ops) as Op[]).filter((op) => table[op] !== 'none');

function leaf(shape: readonly number[]): Node {
  const node = new Node('BUFFER', 'float64', shape, [], null);
  node.history = { kind: 'leaf', owner: node };
  return node;
}

/** What the gradient of `y` is made of, down to `y` itself and its sources. */
function lookedAt(y: Node): Set<Node> {
  const g = new Node('BUFFER', y.dtype, y.shape, [], null);
  const ends = new Set([y, ...y.sources]);
  const met = new Set<Node>();
  const todo = derivatives[y.op](g, y).filter((gradient) => gradient !== null);
  const seen = new Set(todo);
  for (const node of seen) {
    if (ends.has(node)) met.add(node);
    else for (const source of node.sources) seen.add(source);
  }
  return met;
}

describe('the derivative', () => {
  it.each(differentiable)('of %s looks at what is saved', (op) => {
    for (const sample of table[op] as readonly Sample[]) {
      const roots = [sample.make(...sample.shapes.map(leaf))];
      for (const y of walk(roots).filter((node) => node.op === op)) {
        const met = lookedAt(y);
        const saved = mostSaved(y);
        if (saved === 'nothing') expect([...met]).toEqual([]);
        if (saved === 'output') expect([...met].filter((node) => node !== y)).toEqual([]);
      }
    }
  });
});
