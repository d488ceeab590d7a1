// How many kernels canonical graphs need.

import { describe, expect, it } from 'vitest';
import * as b from '../nodes.js';
import { type Node, sizeOf } from '../../src/graph/node.js';
import { upload } from '../../src/engine/devices/host.js';
import { schedule } from '../../src/schedule/schedule.js';
import { walk } from '../../src/schedule/walk.js';
import { wasmTarget } from '../../src/runtime/index.js';

const data = (...shape: number[]): Node =>
  upload(new Float32Array(sizeOf(shape)), 'float32', shape);
const labels = (n: number): Node => upload(new BigInt64Array(n), 'int64', [n]);
const steps = (...roots: Node[]): string[] =>
  schedule(walk(roots), roots, {
    fuse: true,
    overwrites: () => false,
    target: wasmTarget,
  }).steps.map(({ stores }) => stores.map((node) => `${node.op}[${node.shape}]`).join(' '));

const row = (a: Node, kind: 'sum' | 'max'): Node =>
  b.expand(b.reduceKeep(a, kind, [a.shape.length - 1]), a.shape);
const softmax = (a: Node): Node => {
  const e = b.unary('EXP', b.sub(a, row(a, 'max')));
  return b.div(e, row(e, 'sum'));
};
const logSoftmax = (a: Node): Node => {
  const shifted = b.sub(a, row(a, 'max'));
  const total = b.unary('LOG', b.reduceKeep(b.unary('EXP', shifted), 'sum', [a.shape.length - 1]));
  return b.sub(shifted, b.expand(total, a.shape));
};
const mean = (a: Node, axes: number[]): Node => {
  const total = b.reduce(a, 'sum', axes);
  return b.withNumber('DIV', total, sizeOf(a.shape) / sizeOf(total.shape));
};
const spreadMean = (a: Node): Node => {
  const kept = a.shape.map((n, i) => (i === a.shape.length - 1 ? 1 : n));
  return b.expand(b.reshape(mean(a, [a.shape.length - 1]), kept), a.shape);
};
const relu = (a: Node): Node =>
  b.where(b.lt(b.constant(0, a.dtype, a.shape), a), a, b.constant(0, a.dtype, a.shape));
const linear = (x: Node, w: Node, bias: Node): Node =>
  b.add(b.contract(x, b.permute(w, [1, 0])), b.broadcastTo(bias, [x.shape[0]!, w.shape[0]!]));

describe('one kernel', () => {
  it('x.exp().sum()', () => {
    expect(steps(b.reduce(b.unary('EXP', data(40, 100)), 'sum', [0, 1]))).toHaveLength(1);
  });

  it('softmax over the last axis', () => {
    expect(steps(softmax(data(40, 100)))).toEqual(['DIV[40,100]']);
    expect(steps(softmax(data(4, 8, 32, 32)))).toHaveLength(1);
  });

  it('layer norm', () => {
    const x = data(64, 256);
    const centred = b.sub(x, spreadMean(x));
    const variance = spreadMean(b.mul(centred, centred));
    const normal = b.div(centred, b.unary('SQRT', b.withNumber('ADD', variance, 1e-5)));
    const scaled = b.mul(normal, b.broadcastTo(data(256), x.shape));
    expect(steps(b.add(scaled, b.broadcastTo(data(256), x.shape)))).toHaveLength(1);
  });

  it('a matrix product with bias and relu', () => {
    expect(steps(relu(linear(data(128, 64), data(32, 64), data(32))))).toHaveLength(1);
  });

  it('cross-entropy of stored scores', () => {
    const log = logSoftmax(data(400, 10));
    const picked = b.gather(log, b.reshape(labels(400), [400, 1]), 1);
    expect(steps(mean(b.neg(b.reshape(picked, [400])), [0]))).toHaveLength(1);
  });

  it('an accuracy', () => {
    const x = data(400, 4);
    const hit = b.eq(x, row(x, 'max'));
    const count = b.expand(b.reshape(b.iota(4, 'int32'), [1, 4]), x.shape);
    const first = b.reduce(b.where(hit, count, b.constant(4, 'int32', x.shape)), 'min', [1]);
    const right = b.cast(b.eq(b.cast(first, 'int64'), labels(400)), 'float32');
    expect(steps(mean(right, [0]))).toHaveLength(1);
  });

  it('an Adam update of one parameter', () => {
    const [p, g, m, v] = [data(100, 50), data(100, 50), data(100, 50), data(100, 50)];
    const newM = b.add(m, b.withNumber('MUL', b.sub(g, m), 0.1));
    const newV = b.add(b.withNumber('MUL', v, 0.999), b.withNumber('MUL', b.mul(g, g), 0.001));
    const down = b.withNumber('ADD', b.withNumber('DIV', b.unary('SQRT', newV), 0.9), 1e-8);
    const newP = b.sub(p, b.withNumber('MUL', b.div(newM, down), 1e-3));
    expect(steps(newM, newV, newP)).toEqual(['ADD[100,50] ADD[100,50] SUB[100,50]']);
  });

  it('a softmax over everything', () => {
    const x = data(64, 64);
    const all = (a: Node, kind: 'sum' | 'max'): Node =>
      b.expand(b.reduceKeep(a, kind, [0, 1]), x.shape);
    const e = b.unary('EXP', b.sub(x, all(x, 'max')));
    expect(steps(b.div(e, all(e, 'sum')))).toHaveLength(1);
  });
});

describe('more kernels', () => {
  it('a softmax over the first axis reads its columns again', () => {
    const x = data(400, 10);
    const column = (a: Node, kind: 'sum' | 'max'): Node =>
      b.expand(b.reduceKeep(a, kind, [0]), x.shape);
    const e = b.unary('EXP', b.sub(x, column(x, 'max')));
    expect(steps(b.div(e, column(e, 'sum'))).length).toBeGreaterThan(1);
  });

  it('two layers: products and softmax go through tiles of rows', () => {
    const h = relu(linear(data(128, 64), data(100, 64), data(100)));
    const y = linear(h, data(10, 100), data(10));
    expect(steps(softmax(y))).toEqual(['DIV[128,10]']);
  });

  it('a chain of 100,000 operations', () => {
    let a = data(10);
    for (let i = 0; i < 100_000; i++) a = b.withNumber('ADD', a, 1);
    expect(steps(a).length).toBeLessThan(2000);
  });

  it('nests that need each other finished do not share loops', () => {
    const x = data(100, 100);
    const a = b.unary('EXP', x);
    const total = b.reduce(a, 'sum', [0, 1]);
    const c = b.mul(a, b.expand(b.reshape(total, [1, 1]), [100, 100]));
    expect(steps(a, c)).toEqual(['EXP[100,100] MUL[100,100]']);
  });
});
