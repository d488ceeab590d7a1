// Where programs run, and how they read there.
// in:  a device's name, a line of a program     out: the device, made known; the line as it is written for it

export const deviceNames = ['cpu', 'reference', 'strict'] as const;
export type DeviceName = (typeof deviceNames)[number];

/** Devices whose values the host sees only by waiting. */
export const isAwaited = (device: DeviceName | undefined): boolean => device === 'strict';

/**
 * A line of a program as it is written there: reads are awaited, where nothing else happens meanwhile,
 * and what would be float64 is float32.
 */
export const awaited = (line: string): string =>
  line
    .replace(/^(\s*)(show|insist)\(/, '$1await $2(')
    .replace(/([\w.]+(?:\([^()]*\)[\w.]*)*)\.(data|item)Sync\(\)/g, 'await $1.$2()')
    .replaceAll('.double()', '.float()')
    .replaceAll("'float64'", "'float32'");

/** Makes the device known to this process. */
export async function open(device: DeviceName): Promise<void> {
  if (device === 'strict') await import('../test/strict/device.js');
}
