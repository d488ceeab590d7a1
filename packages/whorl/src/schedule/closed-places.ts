// Where kernels of one store take what they read: nothing else joins them, so that their loops are known.
// in:  a SCAN, SCATTER or HOST, or a write in place     out: the index at which each source is read

import type { Node } from '../graph/node.js';
import type { Args } from '../graph/op.js';
import { nowhere, ownPlace, type Place } from './axes.js';

export function closedPlaces(node: Node): Place[] {
  switch (node.op) {
    case 'SCATTER': {
      const values = ownPlace(node.sources[1]!.shape, 's');
      return [ownPlace(node.shape), values, values];
    }
    case 'SCAN': {
      const { axis } = node.arg as Args['SCAN'];
      const others = node.shape.filter((_, i) => i !== axis);
      const outer = ownPlace(others, 'o').axes;
      const own = { key: 'k', level: node.shape.length };
      const axes = [
        ...outer.slice(0, axis),
        node.shape[axis] === 1 ? nowhere : own,
        ...outer.slice(axis),
      ];
      return [{ axes, loops: [1, ...others, node.shape[axis]!], floor: 0 }];
    }
    // written in place: a loop over the value alone
    case 'SPLICE':
      return [ownPlace([]), ownPlace(node.sources[1]!.shape, 's')];
    default:
      return node.sources.map(() => ownPlace([]));
  }
}
