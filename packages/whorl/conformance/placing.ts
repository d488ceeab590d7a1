// Where the tensors of a case lie: on the default device, or all of them beside it.
// in:  --device NAME, --beside     out: the device of what is decoded; a complaint about what lies elsewhere

import { type Device, device, setDefaultDevice, type Tensor } from '../src/index.js';
import { Mismatch } from './outcome.js';

let named: Device | null = null;

/** `beside`: the default device stays the cpu, so that whatever forgets where its operands lie is found. */
export function place(name: string, beside: boolean): void {
  if (beside) named = device(name);
  else setDefaultDevice(name);
}

/** Options for a tensor of a case. */
export const where = (): { device?: Device } => (named === null ? {} : { device: named });

export function demandBeside(what: string, tensors: readonly (Tensor | null)[]): void {
  if (named === null) return;
  const elsewhere = tensors.find((tensor) => tensor !== null && tensor.device !== named);
  if (elsewhere)
    throw new Mismatch(`${what} lies on ${elsewhere.device}, its operands on ${named}`);
}

/** A module goes where the operands lie. */
export function moveBeside(module: object): void {
  if (named !== null) (module as { to(device: Device): unknown }).to(named);
}
