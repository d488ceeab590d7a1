// The default device, as tests change and look at it.
// in:  'cpu' or 'reference'     out: values are made there from here on; its driver

import '../../src/engine/devices/reference.js';
import { contextOf } from '../../src/engine/devices/context.js';
import { defaultDevice, setDefaultDevice } from '../../src/engine/devices/default.js';
import type { Driver } from '../../src/runtime/index.js';

export type DeviceName = 'cpu' | 'reference';

export const useDevice = (name: DeviceName): void => setDefaultDevice(name);

export const driver = (): Driver => contextOf(defaultDevice()).driver;
