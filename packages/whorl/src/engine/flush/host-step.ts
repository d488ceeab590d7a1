// A step of a flush that is a routine in JavaScript.
// in:  a HOST node, the memories of its sources
// out: its value lies there, or is on its way where the host does not see the memory; or an error

import { arrayOf, type DType, type TypedArray } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';
import type { Args } from '../../graph/op.js';
import type { Immediate, Memory } from '../../runtime/index.js';
import type { DeviceContext } from '../devices/context.js';
import { downloadMemory, elements, write } from '../devices/host.js';

/** Has an array hold zeros. */
const clear = (values: TypedArray, dtype: DType): void => {
  values.fill((dtype === 'int64' ? 0n : 0) as never);
};

export interface RoutineCall {
  readonly node: Node;
  /** Of its sources, or of what they are views of. */
  readonly inputs: readonly Memory[];
  readonly output: Memory;
}

/** The error that the routine throws, where it does. */
export function callRoutine({ node, inputs, output }: RoutineCall, now: Immediate): Error | null {
  const values = node.sources.map(({ dtype, size }, i) =>
    elements(now, inputs[i]!, dtype, 0, size),
  );
  const result = elements(now, output, node.dtype, 0, node.size);
  clear(result, node.dtype);
  return errorOf(node, result, values);
}

/** The same later. `canRun`: whether its sources were computed, asked once they were read. */
export async function callRoutineSoon(
  { node, inputs, output }: RoutineCall,
  canRun: () => Promise<boolean>,
  context: DeviceContext,
): Promise<Error | null> {
  const reads = node.sources.map(({ dtype, size }, i) =>
    downloadMemory(inputs[i]!, dtype, 0, size, context),
  );
  const values = await Promise.all(reads);
  if (!(await canRun())) return null;
  const result = new arrayOf[node.dtype](node.size);
  const error = errorOf(node, result, values);
  if (error === null) write(output, result, node.dtype, context);
  return error;
}

function errorOf(node: Node, output: TypedArray, inputs: readonly TypedArray[]): Error | null {
  const shapes = node.sources.map(({ shape }) => shape);
  try {
    (node.arg as Args['HOST']).routine.run(output, inputs, shapes, node.shape);
  } catch (error) {
    return error as Error;
  }
  return null;
}
