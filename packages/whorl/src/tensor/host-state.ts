// Host state inside compiled functions: what an optimizer or a module keeps as numbers and flags, made live.
// See engine/capturing.ts for each; outside of a capture they are plain calls.

import { live as liveValue } from '../engine/capturing.js';

export { beforehand, capturing, hostStep, observed } from '../engine/capturing.js';

/** A number for an operator: `read` is asked when the line runs, and before each replay. */
export const live = (read: () => number): number => liveValue(read) as number;
