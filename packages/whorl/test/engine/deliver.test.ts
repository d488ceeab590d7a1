// When a read that is awaited lets the event loop turn: by a clock, and by a count.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { deliver, setClock } from '../../src/engine/flush/deliver.js';

let now = 0;
const before = setClock(() => now);
afterEach(() => {
  vi.restoreAllMocks();
});

/** How many of `reads` waited for a turn, where each takes so many milliseconds. */
async function turns(reads: number, milliseconds: number): Promise<number> {
  await deliver(() => 0);
  const turned = vi.spyOn(globalThis, 'setImmediate');
  for (let i = 0; i < reads; i++) {
    now += milliseconds;
    await deliver(() => i);
  }
  return turned.mock.calls.length;
}

describe('a read that is awaited', () => {
  it('lets the event loop turn after some time, however few reads there were', async () => {
    now = 1000;
    expect(await turns(4, 11)).toBe(4);
    expect(await turns(12, 4)).toBe(4);
  });

  it('and after some reads, however little time they took', async () => {
    expect(await turns(32, 0)).toBe(2);
    setClock(before);
  });
});
