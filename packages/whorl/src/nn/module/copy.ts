// A copy of a module with parameters and buffers of its own: Python's copy.deepcopy.

import { Tensor } from '../../tensor/tensor.js';
import { buffers, mode, Module, order } from './module.js';
import { Parameter } from './parameter.js';

/**
 * Draws nothing; what is shared inside stays shared. What is no tensor and no module is not copied,
 * but for lists and maps.
 */
export function copyOf<M extends Module>(module: M, copies = new Map<object, unknown>()): M {
  const copy = Object.create(Object.getPrototypeOf(module) as object) as Record<string, unknown> &
    Pick<Module, typeof mode | typeof order>;
  copies.set(module, copy);
  for (const [name, value] of Object.entries(module)) copy[name] = copiedValue(value, copies);
  copy[mode] = module[mode];
  copy[order] = module[order] === null ? null : [...module[order]];
  Object.assign(copy, { [buffers]: new Map(module[buffers]) });
  return copy as unknown as M;
}

function copiedValue(value: unknown, copies: Map<object, unknown>): unknown {
  if (value instanceof Tensor || value instanceof Module) {
    const known = copies.get(value);
    if (known !== undefined) return known;
    if (value instanceof Module) return copyOf(value, copies);
    const copy = copiedTensor(value as Tensor);
    copies.set(value, copy);
    return copy;
  }
  if (value instanceof Map) return new Map(value);
  return Array.isArray(value) ? [...value] : value;
}

const copiedTensor = (value: Tensor): Tensor =>
  value instanceof Parameter
    ? new Parameter(value as Tensor, value.requiresGrad)
    : (value.detach().clone() as Tensor);
