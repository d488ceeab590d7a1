// Memory of unused owners comes back: in synchronous and awaiting loops, and as in browsers.

import { describe, expect, it } from 'vitest';
import type { HostOptions, Memory } from '../../src/runtime/index.js';
import { createJsDriver, createWasmDriver, NeedsAwaitError } from '../../src/runtime/index.js';

const MiB = 2 ** 20;
const stepBytes = Math.round(0.94 * MiB);

/** Stands in for the graph: a cell holds the newest node, a node its sources and its memory. */
class Node {
  buffer: Memory | null = null;
  constructor(readonly sources: readonly Node[]) {}
}
class Cell {
  constructor(public node: Node) {}
}

const wasm = (options: HostOptions = {}) => createWasmDriver({ ...options, shared: true });
type Device = ReturnType<typeof wasm>;

function store(device: Device, node: Node, bytes: number): Node {
  node.buffer = device.allocate(bytes);
  device.freeWith(node, node.buffer);
  return node;
}

/** A training step: the cell gets a new node, whose sources are dropped as a flush does. */
function step(device: Device, parameter: Cell): void {
  const hidden = store(device, new Node([parameter.node]), stepBytes * 0.5);
  const loss = store(device, new Node([hidden]), 16);
  const updated = store(device, new Node([]), stepBytes * 0.5);
  parameter.node = updated;
  void loss;
}

describe('reclaiming memory', () => {
  it('keeps 10,000 steps of garbage in one synchronous loop under 100 MB', () => {
    const device = wasm();
    const parameter = new Cell(new Node([]));
    for (let i = 0; i < 10_000; i++) step(device, parameter);
    expect(device.memory().peak).toBeLessThan(100 * MiB);
    expect(device.memory().reserved).toBeLessThan(100 * MiB);
    expect(parameter.node.buffer).not.toBeNull();
  });

  it('keeps 10,000 steps with a micro-task await each under 100 MB', async () => {
    const device = wasm();
    const parameter = new Cell(new Node([]));
    for (let i = 0; i < 10_000; i++) {
      step(device, parameter);
      await Promise.resolve();
    }
    expect(device.memory().peak).toBeLessThan(100 * MiB);
  });

  it('does not grow between step 1,000 and step 3,000', () => {
    const device = wasm();
    const parameter = new Cell(new Node([]));
    for (let i = 0; i < 1_000; i++) step(device, parameter);
    const { reserved } = device.memory();
    for (let i = 0; i < 2_000; i++) step(device, parameter);
    expect(device.memory().reserved).toBe(reserved);
  });

  it('keeps what is still referred to, however often it sweeps', () => {
    const device = wasm();
    const kept: Node[] = [];
    for (let i = 0; i < 1_000; i++) {
      const node = store(device, new Node([]), 1_000);
      const { buffer, offset } = device.locate(node.buffer!);
      new Uint8Array(buffer, offset, 1)[0] = i;
      kept.push(node);
      store(device, new Node([]), MiB);
    }
    expect(device.memory().peak).toBeLessThan(100 * MiB);
    device.reclaim();
    kept.forEach((node, i) => {
      const { buffer, offset } = device.locate(node.buffer!);
      expect(new Uint8Array(buffer, offset, 1)[0]).toBe(i & 255);
    });
  });

  it('looks after some dozens of buffers, not after a few, and not at twice what is in use', () => {
    let sweeps = 0;
    const collect = () => {
      sweeps++;
    };
    const device = wasm({ collect });
    for (let i = 0; i < 60; i++) store(device, new Node([]), 8 * MiB);
    // 64 MiB until the first look, 256 MiB until the next one
    expect(sweeps).toBe(2);
    const before = device.memory().used;
    while (sweeps < 3) store(device, new Node([]), 8 * MiB);
    expect(device.memory().used - before).toBeLessThanOrEqual(256 * MiB);
  });

  it('reclaims many small owners although they are few bytes', () => {
    const device = wasm();
    for (let i = 0; i < 100_000; i++) store(device, new Node([]), 4);
    expect(device.memory().buffers).toBeLessThan(50_000);
  });

  it('says how many bytes a sweep won', () => {
    const device = wasm();
    (() => {
      for (let i = 0; i < 10; i++) store(device, new Node([]), 1_600);
    })();
    expect(device.reclaim()).toBe(16_000);
    expect(device.memory().used).toBe(0);
  });

  it('accepts memory that was freed before its owner was collected', () => {
    const device = wasm();
    (() => {
      device.free(store(device, new Node([]), 1_600).buffer!);
    })();
    expect(device.reclaim()).toBe(0);
    expect(device.memory().used).toBe(0);
  });
});

describe('a platform without a synchronous collector', () => {
  it('names await when a synchronous loop passes the budget', () => {
    const device = wasm({ collect: null, quiet: MiB, budget: 8 * MiB });
    const parameter = new Cell(new Node([]));
    const loop = () => {
      for (let i = 0; i < 100; i++) step(device, parameter);
    };
    expect(loop).toThrow(NeedsAwaitError);
    expect(loop).toThrow('await');
  });

  it('stays bounded when reads wait under pressure', async () => {
    const device = wasm({ collect: null });
    const parameter = new Cell(new Node([]));
    for (let i = 0; i < 3_000; i++) {
      step(device, parameter);
      if (device.pressure()) await device.relieve();
    }
    expect(device.memory().peak).toBeLessThan(512 * MiB);
  });

  it('is never under pressure where sweeps work at once', () => {
    const device = createJsDriver({ quiet: MiB });
    const kept = new Node([]);
    kept.buffer = device.allocate(4 * MiB);
    device.freeWith(kept, kept.buffer);
    expect(device.pressure()).toBe(false);
  });
});
