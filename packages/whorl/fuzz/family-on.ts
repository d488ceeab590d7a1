// The families on another device than the cpu: which ways of theirs there are, and what has to be alike.
// in:  a family, a device     out: the family as it runs there, or why it makes no sense
//
// reference: every bit is the cpu's. strict: views are, exactly, those of plain lists; everything else is, exactly,
// what strict itself says value by value, one kernel each. Its sums in trees and formulas without float64 have bits
// of their own: how near they are to PyTorch's, within a tolerance, is tried by recorded cases, not here.
// From what a device refuses by name on, two ways may differ.

import { refusedByDevice } from '../conformance/refusals.js';
import type { DeviceName } from './device.js';
import type { Family } from './family.js';
import type { Entry, Way } from './run.js';

/** What a family is about, where that is nothing on some device. */
const senseless: Readonly<Record<string, Partial<Record<DeviceName, string>>>> = {
  threads: { reference: 'only the cpu has threads', strict: 'only the cpu has threads' },
  leaks: { strict: 'its loops read at once, turn by turn' },
};

/** Why there is nothing to try; undefined where there is. */
export const whyNot = ({ name }: Family, device: DeviceName): string | undefined =>
  senseless[name]?.[device];

const isRefused = ({ text }: Entry): boolean =>
  text.startsWith('refused') && refusedByDevice(text) !== undefined;

/** How many programs a device refused to run to their end. */
export const countRefused = (logs: readonly Entry[][]): number =>
  logs.filter((log) => log.some(isRefused)).length;

/** What the way turns on and off, without where it runs. */
const flagsOf = ({ name: _, device: __, ...flags }: Way): string => JSON.stringify(flags);

const isOfCpu = ({ beside, threads = 1 }: Way): boolean => beside === true || threads > 1;

export function familyOn(family: Family, device: DeviceName): Family {
  if (device === 'cpu') return family;
  const [first, ...others] = family.ways;
  const ways = new Map<string, Way>();
  for (const way of others.filter((way) => !isOfCpu(way)))
    ways.set(flagsOf(way), { ...way, name: `${device}: ${way.name}`, device });
  if (ways.size === 0) ways.set('', { name: device, device });
  const { isEnd = () => false, complaint } = family;
  return {
    ...family,
    device,
    // who judges sentences has to hear of an error where it is read, not between two statements
    ways: [judgeOn(first, device, complaint === undefined), ...ways.values()],
    ...(complaint && { complaint: (entry) => (isRefused(entry) ? null : complaint(entry)) }),
    isEnd: (entry) => isRefused(entry) || isEnd(entry),
  };
}

/** Who is right: as ever, but for a device whose bits are its own. */
function judgeOn(first: Way, device: DeviceName, eager: boolean): Way {
  if (device === 'reference' || first.flat === true)
    return { ...first, name: `cpu: ${first.name}`, device: 'cpu' };
  return { ...first, name: 'strict, value by value', device, fuse: false, eager };
}
