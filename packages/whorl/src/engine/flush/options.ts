// How flushes are planned: what tests turn off to see what it
// is worth, and that no bit depends on it.
// in:  switches     out: the same for every flush and recording from there on

import type { Technique } from '../../schedule/schedule.js';
import { forgetKernels } from '../devices/context.js';

export type { Technique };

let fusion = true;

/** Whether flushes from here on fuse: tests compare both. */
export function setFusion(enabled: boolean): void {
  fusion = enabled;
}

/** Whether flushes fuse now. */
export const isFusing = (): boolean => fusion;

let inPlace = true;

/**
 * Whether stores of flushes from here on may take over the
 * memory of what they read last: for tests.
 */
export function setInPlace(enabled: boolean): void {
  inPlace = enabled;
}

export const isInPlace = (): boolean => inPlace;

let left: ReadonlySet<Technique> = new Set();

/** Has flushes and recordings from here on planned without some techniques. */
export function leaveOut(techniques: ReadonlySet<Technique>): void {
  left = techniques;
  forgetKernels();
}

/** What is left out now. */
export const leftOut = (): ReadonlySet<Technique> => left;
