// What an optimizer's constructor is given: parameters, and options beside the defaults of the
// others.
// in:  a signature, defaults, the arguments     out: parameters and options, or an error

import type { Agrees } from '../tensor/arguments/agrees.js';
import { bound } from '../tensor/arguments/bound.js';
import type { Parameters } from './parameter-groups.js';

/** Of a constructor's arguments the parameters and all options. */
export type Settles<O> = (given: readonly unknown[]) => [Parameters<O>, O];

type Constructor<O> = (params: Parameters<O>, options?: Partial<O>) => void;

export function withDefaults<O extends object, const S extends string>(
  name: string,
  signature: Agrees<Constructor<O>, S>,
  defaults: O,
): Settles<O> {
  const read = bound<[Parameters<O>, Partial<O>]>()(name, signature as string);
  const known = Object.keys(defaults);
  return (given) => {
    const [parameters, options] = read(given);
    checkOptions(name, options, known);
    return [parameters, { ...defaults, ...options }];
  };
}

/** What may be negative, or is checked where it is used. */
const signed: ReadonlySet<string> = new Set([
  'maximize',
  'amsgrad',
  'nesterov',
  'betas',
  'dampening',
  'params',
  'centered',
  'etas',
  'stepSizes',
]);

/** Refuses options that are unknown or negative where they must not be. */
export function checkOptions(name: string, options: object, known: readonly string[]): void {
  for (const [key, value] of Object.entries(options)) {
    if (!known.includes(key)) {
      throw new TypeError(`${name}: unknown option "${key}"; it takes ${known.join(', ')}`);
    }
    if (!signed.has(key) && typeof value === 'number' && !(value >= 0)) {
      throw new RangeError(`${name}: invalid ${key}: ${value}; it must be at least 0`);
    }
  }
}
