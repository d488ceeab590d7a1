// Devices by name, and the one on which values are made where a program names none.
// in:  'cpu', another name, or a Device     out: the Device; the default

import { cpu, Device } from '../../graph/device.js';
import { setting } from '../observe/setting.js';
import './cpu.js';
import { isOnly, knownDevices } from './context.js';

/** A device, or its name. */
export type DeviceLike = Device | string;

/**
 * The device of that name: 'cpu' (WebAssembly), or one whose module was imported: 'reference'
 * (JavaScript, slow, for comparing) with `import 'whorl/reference'`.
 * Errors: a name that no device has. Source: torch.device.
 */
export function device(name: DeviceLike): Device {
  if (typeof name !== 'string' && !(name instanceof Device)) {
    const got = name === null ? 'null' : `a value of type ${typeof name}`;
    throw new TypeError(`device: expected a Device or its name ('cpu'), got ${got}`);
  }
  const text = `${name}`;
  const known = knownDevices();
  const found = known.find((one) => one === name || `${one}` === text || `${one.type}:0` === text);
  if (found !== undefined) return found;
  const types = [...new Set(known.map(({ type }) => type))];
  if (types.some((type) => text.startsWith(`${type}:`))) {
    throw new RangeError(
      `device: invalid device ordinal in "${text}": there is only ${types.join(', ')}`,
    );
  }
  throw new RangeError(
    `device: expected one of ${types.join(', ')} device type at start of device string: ${text}; ` +
      "a device with a module of its own is known once that is imported: import 'whorl/reference'",
  );
}

let chosen: Device | null = null;

/** Where tensors are made that name no device: 'cpu' at first, or what WHORL_DEVICE says. */
export function defaultDevice(): Device {
  return beside ?? chosenDevice();
}

function chosenDevice(): Device {
  chosen ??= device(setting('WHORL_DEVICE') || cpu);
  return chosen;
}

/** Whether all values that there are, and that are made from here on, lie on one device. */
export const isOneDevice = (): boolean => isOnly(chosen ?? chosenDevice());

/** The device of an operator's operands, while it runs: what it makes by itself lies there. */
let beside: Device | null = null;

export function besideOperands<R>(device: Device, body: () => R): R {
  const before = beside;
  beside = device;
  try {
    return body();
  } finally {
    beside = before;
  }
}

/**
 * Makes tensors on this device from here on where they name none; null: on
 * the cpu. Source: torch.set_default_device.
 */
export function setDefaultDevice(wanted: DeviceLike | null): void {
  chosen = wanted === null ? cpu : device(wanted);
}
