// A value in a message: short, and recognisable.

import { Tensor } from '../tensor.js';

export function shown(value: unknown): string {
  if (value instanceof Tensor) return `a Tensor of shape [${value.shape.join(', ')}]`;
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value))
    return value.length > 8 ? 'a list' : `[${Array.from(value, shown).join(', ')}]`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  // what a function* gives has a constructor without a name
  const type =
    (value.constructor?.name ?? 'Object') || Object.prototype.toString.call(value).slice(8, -1);
  if (type !== 'Object') return `an instance of ${type}`;
  const keys = Object.keys(value);
  return keys.length === 0 ? '{}' : `{ ${keys.join(', ')} }`;
}
