// How modules are gone through: names with dots, and the options of namedParameters() and its kin.

import { demandKnown } from './known-options.js';

export interface WalkOptions {
  /** what all names begin with, default '' */
  prefix?: string;
  /** whether the modules below are gone through, too; default true */
  recurse?: boolean;
  /** whether what is found twice is given once, default true */
  removeDuplicate?: boolean;
}

export const joined = (prefix: string, name: string): string =>
  prefix === '' ? name : `${prefix}.${name}`;

/** A prefix, a flag to recurse and options, in PyTorch's order or by name. */
export function walkOptions(
  name: string,
  ...given: readonly (string | boolean | WalkOptions)[]
): Required<WalkOptions> {
  const o = { prefix: '', recurse: true, removeDuplicate: true };
  for (const part of given) {
    if (typeof part === 'string') o.prefix = part;
    else if (typeof part === 'boolean') o.recurse = part;
    else {
      demandKnown(name, part, Object.keys(o));
      Object.assign(o, part);
    }
  }
  return o;
}
