// Converts the tensors of modules: Module.to, float, double.
// in:  parameters, modules with the names of their buffers, a dtype or a device
// out: the same Parameters with other values, their gradients converted; new buffers

import { isFloating } from '../../graph/dtype.js';
import { convertedTo, type Wanted, wantedOf } from '../../tensor/convert.js';
import { Tensor } from '../../tensor/tensor.js';

/** What Module.to was asked for. Errors: a dtype that is not floating, an unknown device. */
export function wantedOfModule(target: unknown, dtype: unknown): Wanted {
  const wanted = wantedOf('Module.to', target, dtype as never);
  if (wanted.dtype === undefined || isFloating(wanted.dtype)) return wanted;
  throw new TypeError(
    `Module.to: only floating dtypes, got ${String(wanted.dtype)}: a module's other tensors stay ` +
      'as they are',
  );
}

/** Floating tensors get the dtype, all of them the device; null: nothing changes. */
function converted(x: unknown, { dtype, device }: Wanted): Tensor | null {
  if (!(x instanceof Tensor)) return null;
  const other = convertedTo(x.detach(), { dtype: isFloating(x.dtype) ? dtype : undefined, device });
  return other.cell === x.cell ? null : other;
}

export function convertParameter(p: Tensor, wanted: Wanted): void {
  const { requiresGrad, grad } = p;
  const [own, ownGrad] = [converted(p, wanted), converted(grad, wanted)];
  if (own !== null) p.replaceBy(own, requiresGrad);
  if (ownGrad !== null) grad!.replaceBy(ownGrad, false);
}

export function convertBuffers(module: object, names: Iterable<string>, wanted: Wanted): void {
  const own = module as Record<string, unknown>;
  for (const name of names) own[name] = converted(own[name], wanted) ?? own[name];
}
