// Every op of the graph, lowered and run, against the oracle.

import { describe, expect, it } from 'vitest';
import { download, upload } from '../../src/engine/devices/host.js';
import { realize } from '../../src/engine/flush/realize.js';
import type { Node } from '../../src/graph/node.js';
import { naive } from '../naive/evaluate.js';
import * as b from '../nodes.js';
import { data, describeOps } from './op-cases.js';

/** Equal bits; elementary functions may differ by a few ulps from JavaScript's. */
function check(node: Node, tolerance = 0): void {
  const wanted = naive(node);
  realize([node]);
  const got = download(node);
  expect(got.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    const [x, y] = [got[i]!, wanted[i]!];
    if (Object.is(x, y)) continue;
    const error = Math.abs(Number(x) - Number(y));
    if (!(error <= tolerance * Math.max(1, Math.abs(Number(y))))) {
      expect.fail(`${node.op} [${node.shape}] differs at ${i}: ${x}, wanted ${y}`);
    }
  }
}

describeOps(check, ['float32', 'float64']);

describe('errors in values', () => {
  it('an index out of range is an error that names the op', () => {
    const bad = upload(BigInt64Array.of(0n, 6n), 'int64', [2]);
    expect(() => realize([b.gather(data([5]), bad, 0)])).toThrow(/index/);
  });

  it('an integer division by zero is an error', () => {
    expect(() =>
      realize([b.binary('IDIV', data([5], 'int32'), b.constant(0, 'int32', [5]))]),
    ).toThrow(/zero/);
  });
});
