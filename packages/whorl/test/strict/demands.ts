// What a kernel may not ask of a device that can little.
// in:  a kernel, a device's record     out: nothing, or an error that says what was asked

import type { Kernel, Stmt } from '../../src/ir/loop.js';
import type { Target } from '../../src/target/target.js';

/** Throws where a kernel asks for more than the device can. */
export function demandStrict(kernel: Kernel, { mostBuffers }: Target): void {
  const { name, buffers, body } = kernel;
  if (buffers.length > mostBuffers) {
    throw new Error(`${name} needs ${buffers.length} buffers: there are ${mostBuffers}`);
  }
  const storing = body.filter(stores);
  const loops = storing.filter(({ kind }) => kind === 'loop').length;
  // what stands outside of all loops is a nest without loops
  const nests = loops < storing.length ? loops + 1 : loops;
  if (nests > 1) throw new Error(`${name} has ${nests} nests that store: their order is not known`);
  const text = JSON.stringify(kernel, (_, value) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
  for (const dtype of ['float64', 'int64']) {
    if (text.includes(`"dtype":"${dtype}"`)) throw new Error(`${name} computes in ${dtype}`);
  }
}

const stores = (stmt: Stmt): boolean =>
  stmt.kind === 'store' || ((stmt.kind === 'loop' || stmt.kind === 'if') && stmt.body.some(stores));
