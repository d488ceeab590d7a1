// The device reference: JavaScript that means what a kernel says, loop by loop, as it was lowered.
// in:  import 'whorl/reference'     out: device('reference'); the cpu where there is no WebAssembly
//
// It is slow, right by definition, and there to compare with. A page that does not import it does
// not load its renderer.

import { Device } from '../../graph/device.js';
import type { Kernel } from '../../ir/loop.js';
import { callOf, renderJs } from '../../render/index.js';
import { createJsDriver, jsTarget } from '../../runtime/index.js';
import { isGuarding } from '../observe/check.js';
import { addDevice, type Opened, type Rendered } from './context.js';
import { standInForWasm } from './cpu.js';

/** JavaScript, in this process: slow, and right by definition. */
export const reference = new Device('reference');

function open(): Opened {
  const render = (kernel: Kernel): Rendered => ({ code: renderJs(kernel), call: callOf(kernel) });
  const driver = createJsDriver({ guarded: isGuarding() });
  return { driver, target: jsTarget, render, renderProgram: null };
}

addDevice(reference, open, { isHost: true });
standInForWasm(open);
