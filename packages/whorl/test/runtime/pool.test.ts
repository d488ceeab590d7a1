// The pool of addresses: alignment, merging, counters, and a random program.

import { describe, expect, it } from 'vitest';
import type { Piece } from '../../src/runtime/memory/pool.js';
import { Pool } from '../../src/runtime/memory/pool.js';

const poolOf = (bytes: number, start = 0): Pool => {
  const pool = new Pool(start);
  pool.extend(bytes);
  return pool;
};

/** A small generator, so that a failure can be repeated. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

const overlaps = (pieces: readonly Piece[]): boolean => {
  const sorted = [...pieces].sort((a, b) => a.offset - b.offset);
  return sorted.some((p, i) => i > 0 && sorted[i - 1]!.offset + sorted[i - 1]!.bytes > p.offset);
};

describe('the pool', () => {
  it('hands out 16-byte aligned pieces above its start', () => {
    const pool = poolOf(2 ** 20, 65_536);
    for (const bytes of [0, 1, 15, 16, 17, 1000, 4096]) {
      const piece = pool.take(bytes)!;
      expect(piece.offset % 16).toBe(0);
      expect(piece.offset).toBeGreaterThanOrEqual(65_536);
      expect(piece.bytes).toBe(bytes);
    }
  });

  it('gives empty tensors places of their own', () => {
    const pool = poolOf(1024);
    expect(pool.take(0)!.offset).not.toBe(pool.take(0)!.offset);
  });

  it('gives the same place again after it was given back', () => {
    const pool = poolOf(2 ** 16);
    const first = pool.take(1000)!;
    pool.take(1000);
    pool.give(first);
    expect(pool.take(1000)!.offset).toBe(first.offset);
  });

  it('merges neighbours in any order of giving back', () => {
    for (const order of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [0, 2, 1, 3],
      [1, 3, 0, 2],
    ]) {
      const pool = poolOf(4096);
      const pieces = order.map(() => pool.take(1024)!);
      expect(pool.take(16)).toBeNull();
      for (const i of order) pool.give(pieces[i]!);
      expect(pool.take(4096)).not.toBeNull();
    }
  });

  it('counts used bytes, the peak and the buffers', () => {
    const pool = poolOf(2 ** 16);
    const [a, b] = [pool.take(100)!, pool.take(1000)!];
    expect([pool.used, pool.peak, pool.buffers]).toEqual([112 + 1008, 112 + 1008, 2]);
    pool.give(a);
    pool.give(b);
    expect([pool.used, pool.peak, pool.buffers]).toEqual([0, 112 + 1008, 0]);
  });

  it('refuses a piece that is given back twice', () => {
    const pool = poolOf(1024);
    const piece = pool.take(16)!;
    pool.give(piece);
    expect(() => pool.give(piece)).toThrow('given back twice');
  });

  it('joins new addresses to a free tail', () => {
    const pool = poolOf(1024);
    pool.take(512);
    expect(pool.missing(2048)).toBe(2048 - 512);
    pool.extend(1024 + 2048 - 512);
    expect(pool.take(2048)!.offset).toBe(512);
  });

  it('works up to 4 GiB', () => {
    const pool = poolOf(2 ** 32, 65_536);
    const first = pool.take(2 ** 31)!;
    const second = pool.take(2 ** 31 - 65_536)!;
    expect(second.offset).toBe(first.offset + 2 ** 31);
    expect(pool.take(1)).toBeNull();
  });

  it('finds an exact fit among many blocks of the same class when it is thorough', () => {
    const pool = poolOf(2 ** 20);
    const small = Array.from({ length: 20 }, () => [pool.take(16 * 64)!, pool.take(16)!]);
    const fitting = pool.take(16 * 66)!;
    pool.take(16);
    while (pool.take(16 * 4096)) {
      /* use up */
    }
    while (pool.take(16 * 66)) {
      /* use up */
    }
    pool.give(fitting);
    for (const [piece] of small) pool.give(piece!);
    expect(pool.take(16 * 66)).toBeNull();
    expect(pool.take(16 * 66, true)!.offset).toBe(fitting.offset);
  });

  it('never overlaps pieces and loses no byte over a random program', () => {
    const next = numbers(1);
    const draw = (): number => next.next().value as number;
    const pool = poolOf(2 ** 22);
    const live: Piece[] = [];
    for (let step = 0; step < 20_000; step++) {
      if (draw() < 0.55) {
        const piece = pool.take(Math.floor(2 ** (draw() * 17)));
        if (piece !== null) live.push(piece);
      } else if (live.length > 0) {
        pool.give(live.splice(Math.floor(draw() * live.length), 1)[0]!);
      }
      if (step % 1000 === 0) expect(overlaps(live)).toBe(false);
    }
    for (const piece of live) pool.give(piece);
    expect(pool.used).toBe(0);
    expect(pool.take(2 ** 22)).not.toBeNull();
  });
});
