// Places that are known where an operator is called, as indices for gather.
// in:  a list of whole numbers, a value on whose device they are wanted     out: an int64 node

import { upload } from '../../engine/devices/host.js';
import type { Node } from '../../graph/node.js';

/** As many indices as the shape has elements; a list by default. */
export const placesNode = (
  places: readonly number[],
  { device }: Pick<Node, 'device'>,
  shape: readonly number[] = [places.length],
): Node => upload(BigInt64Array.from(places, BigInt), 'int64', shape, device);
