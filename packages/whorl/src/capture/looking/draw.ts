// Random numbers for a node: drawn when the line runs, and at its
// place in each replay of a compiled function.
// in:  a dtype, a shape, a function that fills an array     out: a stored node

import type { Device } from '../../graph/device.js';
import { arrayOf, type DType } from '../../graph/dtype.js';
import { type Node, type Shape, sizeOf } from '../../graph/node.js';
import { capturing, type Fill, type Rewindable } from './capturing.js';
import { defaultDevice } from '../../engine/devices/default.js';
import { upload } from '../../engine/devices/host.js';

/**
 * `what` names the draw and its parameters: a compiled function whose draw has others is caught.
 * `source`: the generator that `fill` draws from.
 */
export function drawn(
  what: string,
  dtype: DType,
  shape: Shape,
  fill: Fill,
  source: Rewindable,
  device: Device = defaultDevice(),
): Node {
  const { now } = capturing;
  if (now !== null) return now.draw(what, dtype, shape, fill, source, device);
  const out = new arrayOf[dtype](sizeOf(shape));
  fill(out);
  return upload(out, dtype, shape, device);
}
