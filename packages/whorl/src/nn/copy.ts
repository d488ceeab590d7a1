// A copy of a module with parameters and buffers of its own: Python's copy.deepcopy.

import { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';

/** Draws nothing; what is no tensor and no module is shared, but for lists and maps. */
export function copyOf<M extends Module>(module: M): M {
  const copy = Object.create(Object.getPrototypeOf(module) as object) as Record<string, unknown>;
  for (const [name, value] of Object.entries(module)) copy[name] = copiedValue(value);
  return copy as unknown as M;
}

function copiedValue(value: unknown): unknown {
  if (value instanceof Parameter) return new Parameter(value as Tensor, value.requiresGrad);
  if (value instanceof Tensor) return (value as Tensor).detach().clone();
  if (value instanceof Module) return copyOf(value);
  if (value instanceof Map) return new Map(value);
  return Array.isArray(value) ? [...value] : value;
}
