// The same values in another dtype, or on another device: to() and its kin.
// in:  a tensor, a dtype, a device or a tensor that has both
// out: a tensor; the same one where nothing changes

import { knownDevices } from '../engine/devices/context.js';
import { device as deviceOf, type DeviceLike } from '../engine/devices/default.js';
import { demandElements } from '../engine/devices/host.js';
import { cast } from '../graph/build.js';
import { Device } from '../graph/device.js';
import { type DType, dtypes } from '../graph/dtype.js';
import { transfer } from '../graph/node.js';
import { shown } from './arguments/show.js';
import { method, rows } from './define.js';
import { copyLayout } from './promotion.js';
import { fromNode, Tensor } from './tensor.js';

export type { DeviceLike };

/** What a tensor is converted to; undefined: that stays as it is. */
export interface Wanted {
  readonly dtype: DType | undefined;
  readonly device: Device | undefined;
}

const isDType = (value: unknown): value is DType => dtypes.includes(value as never);

/** What to() is given: a dtype, a device with or without one, options, or a tensor to be like. */
export function wantedOf(name: string, target: unknown, dtype?: DType | null): Wanted {
  if (target instanceof Tensor) return { dtype: target.dtype, device: target.device };
  if (typeof target === 'object' && target !== null && !(target instanceof Device)) {
    const options = target as { dtype?: DType | null; device?: DeviceLike | null };
    const own = options.dtype ?? undefined;
    if (own !== undefined && !isDType(own)) {
      throw new TypeError(
        `${name}: argument 'dtype' must be a dtype (${dtypes.join(', ')}), got ${shown(own)}`,
      );
    }
    const device = options.device ?? undefined;
    return { dtype: own, device: device === undefined ? undefined : deviceOf(device) };
  }
  if (isDType(target)) return { dtype: target, device: undefined };
  const other = dtype ?? undefined;
  const devices = knownDevices();
  const isNamed = (name: string) => devices.some(({ type }) => name.split(':')[0] === type);
  if (target instanceof Device || (typeof target === 'string' && isNamed(target))) {
    return { dtype: other, device: deviceOf(target) };
  }
  throw new TypeError(
    `${name}: argument 'dtype' (position 1) must be a dtype (${dtypes.join(', ')}) or a device ` +
      `(${devices.join(', ')}), got '${String(target)}'`,
  );
}

/** The values as they are wanted; the tensor itself where nothing changes. */
export function convertedTo(x: Tensor, { dtype = x.dtype, device = x.device }: Wanted): Tensor {
  if (x.dtype === dtype && x.device === device) return x;
  const node = transfer(cast(x.node, dtype), device);
  demandElements(node);
  return fromNode(node, copyLayout(x));
}

/**
 * Converts: to(dtype), to(device), to(device, dtype), to({ device, dtype }), to(other);
 * the tensor itself where nothing changes. Errors: a dtype that the device does not
 * have, an unknown device. Source: Tensor.to.
 */
export const to = method(
  'to',
  'target:index dtype?',
  (x: Tensor, target: unknown, dtype?: DType | null) =>
    convertedTo(x, wantedOf('to', target, dtype)),
);

/** On the cpu; the tensor itself where it is. Source: Tensor.cpu. */
method('cpu', '', (x: Tensor) => to(x, 'cpu'));

const shorthands = {
  float: 'float32',
  double: 'float64',
  long: 'int64',
  int: 'int32',
  bool: 'bool',
} as const;
for (const [name, dtype] of rows(shorthands)) method(name, '', (x: Tensor) => to(x, dtype));
