// Which devices there are beside the host's own: what a program asks before it names one.
// in:  nothing     out: yes or no, a count, a device
//
// device(cuda.isAvailable() ? 'cuda:0' : 'cpu') is the first line of many programs.

import type { Device } from '../../graph/device.js';
import { isHost, knownDevices } from './context.js';

const accelerators = (): Device[] => knownDevices().filter((device) => !isHost(device));

const ofType = (type: string): number =>
  knownDevices().filter((device) => device.type === type).length;

/** Devices of NVIDIA's. Source: torch.cuda. */
export const cuda = {
  /** Whether there is one. Source: torch.cuda.is_available. */
  isAvailable: (): boolean => ofType('cuda') > 0,
  /** How many there are. Source: torch.cuda.device_count. */
  deviceCount: (): number => ofType('cuda'),
};

/** Devices of any kind that are not the host's own. Source: torch.accelerator. */
export const accelerator = {
  /** Whether there is one. Source: torch.accelerator.is_available. */
  isAvailable: (): boolean => accelerators().length > 0,
  /** How many there are. Source: torch.accelerator.device_count. */
  deviceCount: (): number => accelerators().length,
  /** The first one; null where there is none. Source: torch.accelerator.current_accelerator. */
  currentAccelerator: (): Device | null => accelerators()[0] ?? null,
};
