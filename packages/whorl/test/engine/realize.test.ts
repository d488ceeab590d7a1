// Flushes: the plan cache, what stays in memory, writes in place, errors in values, long graphs.

import { contextOf } from '../../src/engine/devices/context.js';
import { defaultDevice } from '../../src/engine/devices/default.js';
import { describe, expect, it } from 'vitest';
import { driver } from '../devices/default.js';
import { download, upload } from '../../src/engine/devices/host.js';
import { type FlushRecord, observeFlushes } from '../../src/engine/observe/record.js';
import { knownPlans } from '../../src/engine/flush/planning.js';
import { realize, realizeInPlace } from '../../src/engine/flush/realize.js';
import { loadedKernels } from '../../src/engine/devices/kernels.js';
import * as b from '../nodes.js';
import { derived, facts, type Node, type Shape } from '../../src/graph/node.js';

const floats = (values: number[], shape: Shape = [values.length]): Node =>
  upload(Float32Array.from(values), 'float32', shape);
const counting = (...shape: number[]): Node =>
  floats(
    Array.from({ length: shape.reduce((a, n) => a * n, 1) }, (_, i) => i),
    shape,
  );
/** As the value of a cell that was written. */
function replaced(node: Node): Node {
  node.facts |= facts.replaced;
  return node;
}
const valuesOf = (node: Node): number[] => Array.from(download(node), Number);
const here = () => contextOf(defaultDevice());
const used = (): number => driver().memory().used;

function flushesOf(run: () => void): FlushRecord[] {
  const records: FlushRecord[] = [];
  const stop = observeFlushes((record) => records.push(record));
  run();
  stop();
  return records;
}

describe('the plan cache', () => {
  const step = (x: Node, factor: number): Node =>
    b.reduce(b.withNumber('MUL', x, factor), 'sum', [0]);

  it('knows a structure again, whatever its constants are', () => {
    realize([step(counting(7, 3), 2)]);
    const [plans, kernels] = [knownPlans(here()), loadedKernels(here())];
    const again = step(counting(7, 3), 5);
    const [record] = flushesOf(() => realize([again]));
    expect(record!.isKnown).toBe(true);
    expect([knownPlans(here()), loadedKernels(here())]).toEqual([plans, kernels]);
    expect(valuesOf(again)).toEqual([315, 350, 385]);
  });

  it('tells apart which leaves coincide', () => {
    const [x, y] = [counting(5), floats([5, 4, 3, 2, 1])];
    const same = b.mul(x, x);
    const other = b.mul(x, y);
    realize([same]);
    realize([other]);
    expect(valuesOf(other)).toEqual([0, 4, 6, 6, 4]);
  });

  it('needs one kernel for slices that start anywhere', () => {
    const x = counting(10, 4);
    realize([b.neg(b.narrow(x, 0, 1, 3))]);
    const kernels = loadedKernels(here());
    const later = b.neg(b.narrow(x, 0, 6, 3));
    realize([later]);
    expect(loadedKernels(here())).toBe(kernels);
    expect(valuesOf(later)[0]).toBe(-24);
  });

  it('compiles the repeated kernel of a long chain once', () => {
    const kernels = loadedKernels(here());
    let a = floats([0, 1]);
    for (let i = 0; i < 100_000; i++) a = b.withNumber('ADD', a, 1);
    realize([a]);
    expect(valuesOf(a)).toEqual([100_000, 100_001]);
    expect(loadedKernels(here()) - kernels).toBeLessThan(5);
  });
});

describe('what stays in memory', () => {
  it('a root has a buffer and lets go of its sources', () => {
    const x = b.neg(b.unary('EXP', counting(4)));
    realize([x]);
    expect(x.buffer).not.toBeNull();
    expect(x.sources).toHaveLength(0);
  });

  it('a tracked root keeps its sources', () => {
    const x = counting(4);
    x.history = derived;
    const y = b.neg(x);
    realize([y]);
    expect(y.sources).toEqual([x]);
  });

  it('temporaries go back', () => {
    const x = counting(64, 64);
    const before = used();
    const product = b.contract(b.contract(x, x), x);
    realize([product]);
    expect(used() - before).toBe(64 * 64 * 4);
  });

  it('a temporary that a Tensor holds stays', () => {
    const x = counting(64, 64);
    const inner = b.contract(x, x);
    inner.cells++;
    realize([b.contract(inner, x)]);
    expect(inner.buffer).not.toBeNull();
  });

  it('a long sum that a Tensor holds is stored beside what is made of it, as it is seen', () => {
    const x = counting(64, 8);
    const gradient = b.permute(b.reduce(b.mul(x, x), 'sum', [0], 'serial'), [0]);
    const seen = b.permute(b.contract(b.permute(x, [1, 0]), x), [1, 0]);
    for (const node of [gradient, seen]) node.cells++;
    const update = b.add(seen, b.broadcastTo(gradient, [8, 8]));
    realize([update]);
    expect([gradient.buffer, seen.buffer]).not.toContain(null);
    expect(seen.sources).toHaveLength(0);
  });

  it('temporaries go as early as the program lets them', () => {
    const layers = 24;
    const x = counting(128, 128);
    let value = x;
    const sums: Node[] = [];
    const before = used();
    for (let i = 0; i < layers; i++) {
      value = b.contract(value, x);
      sums.push(b.reduce(b.contract(value, value), 'sum', [0, 1]));
    }
    const peak = driver().memory().peak;
    realize(sums.reverse());
    const grown = driver().memory().peak - Math.max(peak, before);
    // three of a layer, and what waits for the kernel of all small sums
    expect(grown).toBeLessThan(8 * 128 * 128 * 4);
  });

  it('a value that went back is computed again when asked for', () => {
    const x = counting(20, 20);
    const inner = b.contract(x, x);
    realize([b.contract(inner, x)]);
    expect(inner.buffer).toBeNull();
    realize([inner]);
    expect(valuesOf(inner)[1]).toBe(49590);
  });

  it('a reshaped or renamed value shares the memory of its base', () => {
    const x = counting(4, 3);
    const y = b.reshape(b.alias(x), [12]);
    const records = flushesOf(() => realize([y]));
    expect(records[0]!.kernels).toHaveLength(0);
    expect(y.buffer).toBe(x.buffer);
  });

  it('0-d and empty values have buffers', () => {
    const empty = b.neg(floats([], [0, 3]));
    const scalar = b.constant(3, 'float32');
    realize([empty, scalar]);
    expect(valuesOf(empty)).toEqual([]);
    expect(valuesOf(scalar)).toEqual([3]);
  });
});

describe('writes in place', () => {
  const put = (base: Node, at: number, value: number): Node =>
    b.splice(replaced(base), b.constant(value, 'float32', [1]), { op: 'SHRINK', steps: [1] }, [at]);

  it('take over the memory of a base that nobody reads', () => {
    const x = counting(5);
    const { buffer } = x;
    const y = put(x, 2, 9);
    expect(realizeInPlace(y)).toBe(true);
    expect(y.buffer).toBe(buffer);
    expect(x.buffer).toBeNull();
    expect(valuesOf(y)).toEqual([0, 1, 9, 3, 4]);
  });

  it('are one kernel for a whole loop, and no memory', () => {
    let x = counting(4000);
    x = next(x, 0);
    const [before, kernels] = [used(), loadedKernels(here())];
    for (let i = 1; i < 4000; i++) x = next(x, i);
    expect(used()).toBe(before);
    expect(loadedKernels(here())).toBe(kernels);
    expect(valuesOf(x)[3999]).toBe(-3999);
  });

  function next(x: Node, i: number): Node {
    const y = put(x, i, -i);
    expect(realizeInPlace(y)).toBe(true);
    return y;
  }

  it('may read the element that they replace, and no other', () => {
    const starts = [1];
    const view = { op: 'SHRINK', steps: [1] } as const;
    const more = (x: Node, from: readonly number[]): Node =>
      b.splice(replaced(x), b.withNumber('ADD', b.shrink(x, from, [1], [2]), 10), view, starts);
    const x = counting(5);
    const { buffer } = x;
    const y = more(x, starts);
    expect(realizeInPlace(y)).toBe(true);
    expect(y.buffer).toBe(buffer);
    expect(valuesOf(y)).toEqual([0, 11, 12, 3, 4]);
    const z = more(y, [0]);
    realizeInPlace(z);
    expect(valuesOf(z)).toEqual([0, 10, 21, 3, 4]);
  });

  it('leave alone what somebody still reads', () => {
    const x = counting(5);
    const reader = b.neg(x);
    const y = put(x, 2, 9);
    expect(realizeInPlace(y)).toBe(false);
    realize([y, reader]);
    expect(valuesOf(y)).toEqual([0, 1, 9, 3, 4]);
    expect(valuesOf(reader)[2]).toBe(-2);
  });

  it('leave alone what a Tensor holds, and what shares memory', () => {
    const held = counting(5);
    held.cells++;
    expect(realizeInPlace(put(held, 2, 9))).toBe(false);
    const x = counting(5);
    const shared = b.alias(x);
    realize([shared]);
    expect(realizeInPlace(put(shared, 2, 9))).toBe(false);
    expect(realizeInPlace(put(x, 2, 9))).toBe(false);
  });

  it('scatter too', () => {
    const index = upload(Int32Array.of(1, 1, 3), 'int32', [3]);
    const x = counting(4);
    const { buffer } = x;
    const y = b.scatter(replaced(x), index, floats([10, 20, 30]), 0, 'sum');
    expect(realizeInPlace(y)).toBe(true);
    expect(y.buffer).toBe(buffer);
    expect(valuesOf(y)).toEqual([0, 31, 2, 33]);
  });
});

describe('errors in values', () => {
  const bad = (): Node => b.gather(counting(3), upload(Int32Array.of(0, 7), 'int32', [2]), 0);

  it('name the shapes, and come again wherever the value is read', () => {
    const x = bad();
    const y = b.reduce(b.contract(b.reshape(x, [2, 1]), b.reshape(x, [1, 2])), 'sum', [0]);
    expect(() => realize([y])).toThrow('dimension 0 with size 3');
    expect(y.buffer).toBeNull();
    expect(() => realize([x])).toThrow(RangeError);
    expect(() => realize([y])).toThrow(RangeError);
  });

  it('leave other values of the flush alone', () => {
    const good = b.neg(counting(3));
    expect(() => realize([bad(), good])).toThrow(RangeError);
    expect(valuesOf(good)).toEqual([-0, -1, -2]);
  });

  it('give their memory back', () => {
    const x = bad();
    const before = used();
    expect(() => realize([x])).toThrow(RangeError);
    expect(used()).toBe(before);
  });
});

describe('the record of a flush', () => {
  it('holds the time of each kernel, which are the time of all; and of planning', () => {
    const x = counting(9, 2);
    const [record] = flushesOf(() =>
      realize([b.reduce(x, 'sum', [0]), b.reduce(x, 'max', [1]), b.unary('EXP', x)]),
    );
    const times = record!.kernels.map(({ time }) => time!);
    expect(times.length).toBeGreaterThan(0);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(0);
    expect(times.reduce((a, c) => a + c, 0)).toBeLessThanOrEqual(record!.time);
    expect(record!.planning).toBeGreaterThan(0);
  });

  it('holds graph, kernels and bytes', () => {
    const [record] = flushesOf(() =>
      realize([b.reduce(b.unary('EXP', counting(6, 5)), 'sum', [1])]),
    );
    expect(record!.graph).toEqual([
      '%0 = stored float32[6, 5]',
      '%1 = EXP(%0) float32[6, 5]',
      '%2 = REDUCE(%1, {kind:sum,axes:[1],order:lanes}) float32[6]',
    ]);
    expect(
      record!.kernels.map(({ name, bytesRead, bytesWritten }) => [name, bytesRead, bytesWritten]),
    ).toEqual([['reduce_6', 120, 24]]);
  });
});
