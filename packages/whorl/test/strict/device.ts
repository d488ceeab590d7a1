// The strict device, for a process that wants it: `device('strict')`.
// in:  nothing     out: the device, made known to the library

import { addDevice, type Opened } from '../../src/engine/devices/context.js';
import { Device } from '../../src/graph/device.js';
import { callOf, renderJs } from '../../src/render/index.js';
import { demandStrict } from './demands.js';
import { StrictDriver } from './driver.js';
import { strictTarget } from './target.js';

export const strict = new Device('strict');

/** Where it works: a test may lose it. */
export const driver = new StrictDriver();

const opened: Opened = {
  driver,
  target: strictTarget,
  render: (kernel) => {
    demandStrict(kernel, strictTarget);
    return { code: renderJs(kernel), call: callOf(kernel) };
  },
  renderProgram: null,
};

addDevice(strict, () => opened);
