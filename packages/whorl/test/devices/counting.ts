// A device that counts: the reference, whose rounding to float32 notes what is subnormal.
// in:  nothing     out: the device, made known to the library; how many results a run rounded

import { addDevice } from '../../src/engine/devices/context.js';
import { Device } from '../../src/graph/device.js';
import { callOf, renderJs } from '../../src/render/index.js';
import { createJsDriver, jsTarget } from '../../src/runtime/index.js';

export const counting = new Device('counting');

const counts = { results: 0, subnormal: 0 };
const smallestNormal = 2 ** -126;

/** Math.fround, noted. */
function round(x: number): number {
  const y = Math.fround(x);
  counts.results++;
  if (y !== 0 && Math.abs(y) < smallestNormal) counts.subnormal++;
  return y;
}
Object.assign(globalThis, { [Symbol.for('whorl.test.round')]: round });

const counted = (code: string): string =>
  code.replace('= Math.fround;', "= globalThis[Symbol.for('whorl.test.round')];");

addDevice(
  counting,
  () => ({
    driver: createJsDriver(),
    target: jsTarget,
    render: (kernel) => ({ code: counted(renderJs(kernel)), call: callOf(kernel) }),
    renderProgram: null,
  }),
  { isHost: true },
);

/** The share of subnormal numbers among the float32 results of what `body` computes. */
export function subnormalShare(body: () => void): number {
  Object.assign(counts, { results: 0, subnormal: 0 });
  body();
  return counts.subnormal / counts.results;
}
