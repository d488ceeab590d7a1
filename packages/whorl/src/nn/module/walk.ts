// How modules are gone through: names with dots, and the options of namedParameters() and its kin.

import { bound } from '../../tensor/arguments/bound.js';

export interface WalkOptions {
  /** what all names begin with, default '' */
  prefix?: string;
  /** whether the modules below are gone through, too; default true */
  recurse?: boolean;
  /** whether what is found twice is given once, default true */
  removeDuplicate?: boolean;
}

/** The same as arguments, in PyTorch's places or as options behind some of them. */
export type Walk = [
  prefix?: string | WalkOptions,
  recurse?: boolean | WalkOptions,
  removeDuplicate?: boolean | WalkOptions,
];

export const joined = (prefix: string, name: string): string =>
  prefix === '' ? name : `${prefix}.${name}`;

/**
 * How a walk's arguments are read: a prefix, a flag to recurse and options, in PyTorch's order or
 * by name.
 */
export function walk(name: string, signature: string) {
  const read = bound<[WalkOptions]>()(name, signature);
  return (given: readonly unknown[]): Required<WalkOptions> => ({
    prefix: '',
    recurse: true,
    removeDuplicate: true,
    ...read(given)[0],
  });
}
