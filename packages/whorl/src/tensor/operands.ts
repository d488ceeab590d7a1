// The device of an operator's operands: what the operator makes by itself lies there, too.
// in:  the arguments of a call     out: the call's result
//
// Only asked where values lie on more than one device.

import { besideOperands } from '../engine/devices/default.js';
import { cpu, type Device } from '../graph/device.js';
import { Tensor } from './tensor.js';

export function atOperands<R>(operands: readonly unknown[], body: () => R): R {
  const device = deviceAmong(operands);
  return device === null ? body() : besideOperands(device, body);
}

/** That of the tensors that are no numbers of the cpu; null where there is no tensor. */
function deviceAmong(values: readonly unknown[]): Device | null {
  let found: Device | null = null;
  for (const value of values) {
    const own = Array.isArray(value)
      ? deviceAmong(value)
      : value instanceof Tensor
        ? value.device
        : null;
    if (own !== null && (found === null || found === cpu)) found = own;
  }
  return found;
}
