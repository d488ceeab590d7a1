// Host state inside compiled functions: what an optimizer or a module keeps as numbers and flags,
// made live. See capture/looking/capturing.ts for each; outside of a capture they are plain calls.

import { live as liveValue } from './capturing.js';

export {
  beforehand,
  capturing,
  demandUnchanged,
  hostStep,
  hostStepOf,
  ifUndone,
  observed,
  type Rewindable,
  sign,
} from './capturing.js';

/**
 * What has this on its prototype changes by itself (an optimizer, a
 * schedule): it is compared as the object it is.
 */
export const opaque: unique symbol = Symbol('opaque');

export const isOpaque = (value: object): boolean =>
  (value as { readonly [opaque]?: boolean })[opaque] === true;

/** A number for an operator: `read` is asked when the line runs, and before each replay. */
export const live = (read: () => number, of: unknown = null): number =>
  liveValue(read, of) as number;
