// TEMPORARY STAND-IN by the lead until the real file lands (whoever owns engine/device.ts: overwrite this).
import { createJsDevice, type Device } from '../runtime/index.js';
let current: { device: Device } | null = null;
export function currentDevice(): { device: Device } {
  current ??= { device: createJsDevice() };
  return current;
}
