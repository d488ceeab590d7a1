// The threads of a device: every block once, by whoever is free; a lost worker is an error, never a hang.

import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Memory, WasmDriver } from '../../../src/runtime/index.js';
import { createWasmDriver, LostWorkerError } from '../../../src/runtime/index.js';
import { blocks, call, moduleOf, padded } from './modules.js';

const devices: WasmDriver[] = [];
afterEach(() => {
  for (const device of devices.splice(0)) device.setThreads(1);
});

function deviceWith(threads: number): WasmDriver {
  const device = createWasmDriver({ shared: true });
  devices.push(device);
  expect(device.setThreads(threads)).toBe(true);
  return device;
}

const words = (device: WasmDriver, memory: Memory): Int32Array => {
  const { buffer, offset } = device.locate(memory);
  return new Int32Array(buffer, offset, blocks);
};

/** Every block was in the part of one call: parts lie one behind the other. */
function expectAllBlocks(marks: Int32Array): void {
  let at = 0;
  while (at < blocks) {
    expect(marks[at]).toBeGreaterThan(at);
    const next = marks[at]!;
    expect([...marks.subarray(at + 1, next)].every((mark) => mark === 0)).toBe(true);
    at = next;
  }
  expect(at).toBe(blocks);
}

const others = (device: WasmDriver): number =>
  (device.team.team?.taken ?? []).slice(1).reduce((sum, count) => sum + count, 0);

/** Launches until workers took part: they take a moment to start. */
async function untilShared(device: WasmDriver, code: Uint8Array): Promise<number> {
  const memory = device.allocate(4 * blocks);
  const executable = device.load('test', code, call);
  const before = others(device);
  let launches = 0;
  for (; others(device) === before && launches < 1000; launches++) {
    words(device, memory).fill(0);
    device.launch(executable, [memory], []);
    expectAllBlocks(words(device, memory));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(others(device)).toBeGreaterThan(before);
  return launches;
}

describe('threads', () => {
  it.each([2, 3, 5])('%i run every block once, workers too', async (threads) => {
    const device = deviceWith(threads);
    const launches = await untilShared(device, moduleOf('work'));
    const { taken, members } = device.team.team!;
    expect(members.length).toBe(threads - 1);
    expect(taken.reduce((sum, count) => sum + count, 0)).toBe(launches * blocks);
  });

  it('start with the first kernel that has blocks, not before', () => {
    const device = deviceWith(2);
    expect(device.team.team).toBeNull();
    const single = { ...call, blocks: 1 };
    device.launch(device.load('test', moduleOf('work'), single), [device.allocate(256)], []);
    expect(device.team.team).toBeNull();
  });

  it('meet new modules, and large ones beyond what the memory was when they started', async () => {
    const device = deviceWith(2);
    await untilShared(device, moduleOf('work'));
    device.allocate(2 ** 26);
    await untilShared(device, padded(moduleOf('work'), 200_000));
    await untilShared(device, moduleOf('work'));
  });

  it('change in number, and give their scratch memory back', async () => {
    const device = deviceWith(3);
    await untilShared(device, moduleOf('work'));
    device.setThreads(2);
    await untilShared(device, moduleOf('work'));
    const { used } = device.memory();
    device.setThreads(1);
    expect(device.threads).toBe(1);
    expect(device.team.team).toBeNull();
    expect(used - device.memory().used).toBeGreaterThanOrEqual(65_536);
  });

  it('cannot share memory that is not shared', () => {
    const device = createWasmDriver({ shared: false });
    expect(device.setThreads(2)).toBe(false);
    expect([device.threads, device.setThreads(1)]).toEqual([1, true]);
  });
});

describe('a worker that cannot start', () => {
  const refusing = {
    'where it is made': class {
      constructor() {
        throw new TypeError('blocked');
      }
    },
    'a moment later': class {
      on(event: string, listener: (value: never) => void): void {
        if (event === 'error') setTimeout(() => listener('blocked' as never));
      }
      unref(): void {}
      terminate(): void {}
    },
  };

  it.each(Object.entries(refusing))(
    '%s, is one thread fewer and one warning',
    async (_, Worker) => {
      const device = deviceWith(3);
      const found = vi.spyOn(process, 'getBuiltinModule').mockReturnValue({ Worker } as never);
      const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
      const memory = device.allocate(4 * blocks);
      const executable = device.load('test', moduleOf('work'), call);
      for (let launch = 0; launch < 3; launch++) {
        words(device, memory).fill(0);
        device.launch(executable, [memory], []);
        expectAllBlocks(words(device, memory));
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      expect(warn.mock.calls.map(([text]) => text)).toEqual([
        expect.stringMatching(/^threads: a worker could not start \(.*blocked\).*worker-src blob:/),
      ]);
      expect(device.threads).toBe(1);
      found.mockRestore();
      warn.mockRestore();
    },
  );
});

/** Launches until it fails. */
async function failure(device: WasmDriver, code: Uint8Array): Promise<Error> {
  const memory = device.allocate(4 * blocks);
  const executable = device.load('test', code, call);
  for (let i = 0; i < 1000; i++) {
    try {
      device.launch(executable, [memory], []);
    } catch (error) {
      return error as Error;
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error('nothing failed');
}

function expectOneThreadNow(device: WasmDriver): void {
  const memory = device.allocate(4 * blocks);
  expect(device.threads).toBe(1);
  device.launch(device.load('test', moduleOf('work'), call), [memory], []);
  expectAllBlocks(words(device, memory));
}

describe('a lost worker', () => {
  it('that was killed is an error at the next launch; then one thread computes', async () => {
    const device = deviceWith(3);
    do await untilShared(device, moduleOf('work'));
    while (device.team.team!.taken[2] === 0);
    device.team.team!.members[1]!.end();
    const error = await failure(device, moduleOf('work'));
    expect(error).toBeInstanceOf(LostWorkerError);
    expect(error.message).toMatch(
      /^threads: worker 2 of 2 ended \(exit code [01]\)\. .*setNumThreads/,
    );
    expectOneThreadNow(device);
    device.setThreads(2);
    await untilShared(device, moduleOf('work'));
  });

  it('that hangs is an error when nothing happened for a while', async () => {
    const device = deviceWith(2);
    device.team.patience = 200;
    const error = await failure(device, moduleOf('hang'));
    expect(error).toBeInstanceOf(LostWorkerError);
    expect(error.message).toMatch(/1 of \d+ parts did not end in [\d.]+ seconds/);
    expectOneThreadNow(device);
  });

  it('whose kernel stops with an error is an error', async () => {
    const device = deviceWith(2);
    const error = await failure(device, moduleOf('trap'));
    expect(error.message).toMatch(/worker 1 could not run a kernel/);
    expectOneThreadNow(device);
  });
});
