// Devices: where values lie and are computed, as values that programs hold and compare.
// in:  a name     out: the one Device of that name
//
// The graph knows only which device a node belongs to. What a device can do stands in
// engine/devices.

/**
 * A place where tensors lie and are computed. There is one object for each, so `a.device ===
 * b.device` compares.
 * Source: torch.device.
 */
export class Device {
  constructor(
    /** The kind of device: 'cpu', 'reference'. */
    readonly type: string,
    /** Which one of its kind, from 0; null where there is only one. */
    readonly index: number | null = null,
  ) {}

  /** As device() takes it: 'cpu'. */
  toString(): string {
    return this.index === null ? this.type : `${this.type}:${this.index}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

/** WebAssembly, in this process. */
export const cpu = new Device('cpu');
