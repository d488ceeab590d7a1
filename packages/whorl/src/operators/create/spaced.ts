// Evenly spaced numbers: linspace and logspace, in PyTorch's rounding.
// in:  both ends, a count     out: a tensor [steps]

import { upload } from '../../engine/devices/host.js';
import { arrayOf, type TypedArray } from '../../graph/dtype.js';
import { fillLinspace, fillLogspace } from '../../random/linspace.js';
import { type CreateOptions, deviceFor, finished } from './create.js';
import { define } from '../../tensor/define.js';
import { demandFits } from '../../tensor/fits.js';
import { dataSync } from '../../tensor/read.js';
import { Tensor } from '../../tensor/tensor.js';
import type { Linspace, Logspace } from './types.js';

/** `steps` numbers from start to end, both included. Source: torch.linspace. */
export const linspace = define(
  'linspace',
  'start:number/tensor end:number/tensor steps | * dtype device requires_grad',
  ((start: number | Tensor, end: number | Tensor, steps: number, options: CreateOptions = {}) =>
    spaced('linspace', start, end, steps, options, (out, a, b) =>
      fillLinspace(out, a, b),
    )) as Linspace,
);
/** base ** linspace(start, end). Source: torch.logspace. */
export const logspace = define(
  'logspace',
  'start:number/tensor end:number/tensor steps base? | * dtype device requires_grad',
  ((
    start: number | Tensor,
    end: number | Tensor,
    steps: number,
    base = 10,
    options: CreateOptions = {},
  ) =>
    spaced('logspace', start, end, steps, options, (out, a, b) =>
      fillLogspace(out, a, b, base),
    )) as Logspace,
);

function spaced(
  name: string,
  start: number | Tensor,
  end: number | Tensor,
  steps: number,
  options: CreateOptions,
  fill: (out: TypedArray, a: number, b: number) => void,
): Tensor {
  if (!Number.isInteger(steps) || steps < 0) {
    throw new RangeError(`${name}: number of steps must be non-negative, got ${steps}`);
  }
  const ends = [start, end].map((e) => {
    if (!(e instanceof Tensor)) return e;
    if (e.ndim > 0) throw new Error(`${name}: only supports 0-dimensional start and end tensors`);
    return Number(dataSync(e, 'linspace')[0]);
  });
  const dtype = options.dtype ?? 'float32';
  if (dtype === 'bool') throw new TypeError(`${name}: not implemented for bool`);
  for (const end of ends) demandFits(name, end, dtype);
  const out = new arrayOf[dtype](steps);
  fill(out, ends[0]!, ends[1]!);
  return finished(upload(out, dtype, [steps], deviceFor(options)), options);
}
