// Cuts the blocks of a job into the parts that threads claim:
// large ones first, ever smaller ones after.
// in:  blocks, threads     out: where each part begins, and where the last one ends
//
// Every call of a kernel may fill scratch memory before its blocks, so parts
// should be few; a thread that is slow, or late, should not have much in hand at
// the end, so the last ones should be small.
// Source: Hummel, Schonberg and Flynn, "Factoring: a method for scheduling parallel loops", 1992.

/** No part is smaller than a thread's share of the blocks by more than this. */
const finest = 32;

export function partsOf(blocks: number, threads: number): number[] {
  const least = Math.ceil(blocks / (threads * finest));
  const bounds = [0];
  for (let from = 0; from < blocks; ) {
    const size = Math.max(least, Math.ceil((blocks - from) / (2 * threads)));
    for (let i = 0; i < threads && from < blocks; i++) {
      from = Math.min(from + size, blocks);
      bounds.push(from);
    }
  }
  return bounds;
}
