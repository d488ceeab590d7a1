// What belongs to one device while it is in use: its driver, how kernels
// are written for it, what was made for it.
// in:  a device     out: its context, opened when it is first asked for

import type { Device } from '../../graph/device.js';
import type { Kernel } from '../../ir/loop.js';
import type { ProgramSpec } from '../../render/index.js';
import type { Call, Driver, ProgramCode } from '../../runtime/index.js';
import type { Target } from '../../target/target.js';

/** What a driver loads. */
export interface Rendered {
  readonly code: string | Uint8Array;
  readonly call: Call;
}

/** A device that was opened. */
export interface Opened {
  readonly driver: Driver;
  readonly target: Target;
  /** Code for a kernel as it was lowered. */
  readonly render: (kernel: Kernel) => Rendered;
  /** Code for several that run as one call; null: this device launches them one by one. */
  readonly renderProgram: ((program: ProgramSpec) => ProgramCode) | null;
}

export class DeviceContext {
  readonly driver: Driver;
  private caches: unknown[] = [];
  private readonly lasting: unknown[] = [];

  constructor(
    readonly device: Device,
    readonly opened: Opened,
  ) {
    this.driver = opened.driver;
  }

  get target(): Target {
    return this.opened.target;
  }

  /** What was made for the device is made anew from here on. */
  forget(): void {
    this.caches = [];
  }

  /** @internal see Owned */
  get(slot: number, make: () => unknown, isCache: boolean): unknown {
    const all = isCache ? this.caches : this.lasting;
    all[slot] ??= make();
    return all[slot];
  }
}

let slots = 0;

/**
 * Something that each device has of its own: a cache, which is
 * forgotten with the kernels, or what lasts.
 */
export class Owned<T> {
  private readonly slot = slots++;

  constructor(
    private readonly kind: 'cache' | 'lasting',
    private readonly make: () => T,
  ) {}

  of(context: DeviceContext): T {
    return context.get(this.slot, this.make, this.kind === 'cache') as T;
  }
}

const openers = new Map<Device, () => Opened>();
/** Those in use: few, and asked for at every operation. */
const contexts: DeviceContext[] = [];

/** Those that are the host's own processor, not one beside it. */
const hosts = new WeakSet<Device>();

export const isHost = (device: Device): boolean => hosts.has(device);

/**
 * Makes a device known. `open` is called when the first value is made on it. `isHost`: it is the
 * host's own processor, default false.
 */
export function addDevice(
  device: Device,
  open: () => Opened,
  { isHost = false }: { readonly isHost?: boolean } = {},
): void {
  if (knownDevices().some((known) => `${known}` === `${device}`)) {
    throw new Error(`addDevice: there is a device ${device} already`);
  }
  openers.set(device, open);
  if (isHost) hosts.add(device);
}

export const knownDevices = (): Device[] => [...openers.keys()];

/** The last one that was asked for: most programs have one. */
let latest: DeviceContext | null = null;

export function contextOf(device: Device): DeviceContext {
  if (latest?.device === device) return latest;
  latest = contexts.find((context) => context.device === device) ?? open(device);
  return latest;
}

/** Whether values on a device are read without waiting. */
export const isReadNow = (device: Device): boolean => contextOf(device).driver.now !== null;

/** Throws where they are not: `what` was asked for. */
export function demandReadNow(device: Device, what: string): void {
  if (isReadNow(device)) return;
  throw new Error(
    `${what}: the values of a tensor on ${device} cannot be read at once: await item(), data() ` +
      "or toArray(), or move it with to('cpu') and await that",
  );
}

function open(device: Device): DeviceContext {
  const opener = openers.get(device);
  if (opener === undefined) throw new Error(`${device}: no such device was made known`);
  const context = new DeviceContext(device, opener());
  contexts.push(context);
  return context;
}

/** Those that are in use. */
export const openContexts = (): readonly DeviceContext[] => contexts;

/** Whether there are values nowhere but on this device. */
export const isOnly = (device: Device): boolean =>
  contexts.length === 0 || (contexts.length === 1 && contexts[0]!.device === device);

let generation = 0;

/**
 * Another number since kernels are to be made anew: who keeps
 * one elsewhere than in a cache remembers it.
 */
export const kernelGeneration = (): number => generation;

/**
 * Whatever was made for any device is made anew from here on:
 * something changed that all kernels depend on.
 */
export function forgetKernels(): void {
  generation++;
  for (const context of contexts) context.forget();
}
