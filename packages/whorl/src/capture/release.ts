// After a trace: what was made inside and is not delivered has no value, and says so.
// in:  a finished capture
// out: its cells hold nodes that refuse to be computed; its graph is let go

import type { Capture } from './recording/capture.js';
import { host } from '../graph/build.js';
import type { HostRoutine } from '../graph/op.js';

const refusal: HostRoutine = {
  key: 'made inside a compiled function',
  run: () => {
    throw new Error(
      'this tensor was made inside a compiled function and not returned by it, so it has no ' +
        'value: return it, and take it from the result of each call; what a module makes when it ' +
        'is first used has to be made before (set the field to null, and call it once uncompiled)',
    );
  },
};

export function releaseTrace(capture: Capture): void {
  for (const cell of capture.made) {
    const { dtype, shape } = cell.node;
    cell.node = host(refusal, dtype, shape, []);
    cell.node.cells++;
    cell.version++;
  }
}
