// A routine in JavaScript on a device whose memory the host does not see.
// in:  a HOST node, the memories of its sources     out: its value is on its way there, or an error

import { arrayOf, type DType, type TypedArray } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';
import type { Args } from '../../graph/op.js';
import type { Memory } from '../../runtime/index.js';
import type { DeviceContext } from '../devices/context.js';
import { downloadMemory, write } from '../devices/host.js';
import { journalOf } from './journal.js';

/** Has an array hold zeros. */
export const clear = (values: TypedArray, dtype: DType): void => {
  values.fill((dtype === 'int64' ? 0n : 0) as never);
};

/**
 * The error that the routine throws, where it does. Rejects
 * where a source turns out to be an error.
 */
export async function callRoutineSoon(
  node: Node,
  inputs: readonly Memory[],
  output: Memory,
  context: DeviceContext,
): Promise<Error | null> {
  const { sources, dtype, shape, size } = node;
  const reads = sources.map((source, i) =>
    downloadMemory(inputs[i]!, source.dtype, 0, source.size, context),
  );
  const values = await Promise.all(reads);
  await journalOf(context).settle(context);
  const result = new arrayOf[dtype](size);
  const shapes = sources.map((source) => source.shape);
  try {
    (node.arg as Args['HOST']).routine.run(result, values, shapes, shape);
  } catch (error) {
    return error as Error;
  }
  write(output, result, dtype, context);
  return null;
}
