// Guards around memory, for WHORL_CHECK=1 and the fuzzer: kernels must neither write
// behind a buffer nor read what nobody wrote.
// in:  pieces as they are handed out
// out: nothing, or an error where the strip behind a piece was written

import { MemoryFault } from '../errors.js';
import type { Block } from './pool.js';

/** The least that lies behind a piece: lanes that run past its end meet it. */
export const guardBytes = 64;

/** NaN as a float. */
const pattern = 0xff;

/** Has memory hold what shows when it is read before it was written. */
export function spoil(buffer: ArrayBufferLike, start: number, bytes: number): void {
  new Uint8Array(buffer, start, bytes).fill(pattern);
}

/** Spoils a piece that was just handed out, and the strip behind it. */
export const layGuard = (buffer: ArrayBufferLike, { address, end }: Block): void =>
  spoil(buffer, address, end - address);

/** Throws where the strip is not as it was laid, and lays it anew. */
export function checkGuard(buffer: ArrayBufferLike, block: Block): void {
  const strip = stripOf(buffer, block);
  const at = strip.findIndex((byte) => byte !== pattern);
  if (at < 0) return;
  strip.fill(pattern);
  throw new MemoryFault(
    `WHORL_CHECK: something was written ${at} bytes behind a buffer of ${block.bytes} bytes`,
  );
}

function stripOf(buffer: ArrayBufferLike, { address, bytes, end }: Block): Uint8Array {
  const start = address + bytes;
  return new Uint8Array(buffer, start, end - start);
}
