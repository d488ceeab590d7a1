// Every op of the graph on the strict device: planned, lowered and legalised for it, and right to float32's tolerance.

import { expect } from 'vitest';
import { isFloating } from '../../src/graph/dtype.js';
import { argOf, type Node } from '../../src/graph/node.js';
import { describeOps } from '../lower/op-cases.js';
import { naive } from '../naive/evaluate.js';
import * as b from '../nodes.js';
import { runPlan } from './run-plan.js';

/** What a sum adds up, without signs: what its rounding is to be compared with. */
function magnitudes(node: Node): (i: number) => number {
  if (node.op !== 'REDUCE' || argOf<'REDUCE'>(node).kind !== 'sum') return () => 0;
  const { axes, order } = argOf<'REDUCE'>(node);
  const sizes = naive(b.reduce(b.unary('ABS', node.sources[0]!), 'sum', axes, order));
  return (i) => Number(sizes[i]);
}

/** Equal integers; floats as near as PyTorch's tests ask of float32. */
function check(node: Node, tolerance = 1.3e-6): void {
  const wanted = naive(node);
  const size = magnitudes(node);
  const got = runPlan([node]).value(node);
  expect(got.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    const [x, y] = [Number(got[i]), Number(wanted[i])];
    if (Object.is(x, y)) continue;
    const most = isFloating(node.dtype) ? tolerance * Math.abs(y) + 1e-5 + 1e-8 * size(i) : 0;
    if (Math.abs(x - y) <= most) continue;
    expect.fail(`${node.op} [${node.shape}] differs at ${i}: ${x}, wanted ${y}`);
  }
}

describeOps(check, ['float32']);
