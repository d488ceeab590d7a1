// Keeps gradients from growing too large: by their common norm, or one number at a time.
// in:  parameters after backward()     out: their gradients, changed in place

import { within } from '../autograd/mode.js';
import { takes } from '../tensor/arguments/bound.js';
import { isOnce } from '../tensor/arguments/iterable.js';
import { shown } from '../tensor/arguments/show.js';
import { tensor } from '../operators/create/create.js';
import { stack } from '../operators/movement/join.js';
import { vectorNorm } from '../operators/linalg/norms.js';
import { Tensor } from '../tensor/tensor.js';

type Parameters = Tensor | Iterable<Tensor>;

/** Errors: an element that is no Tensor. A generator that was gone through already is warned of. */
function tensorsOf(name: string, given: Parameters): Tensor[] {
  if (given instanceof Tensor) return [given];
  const list = [...given];
  const wrong = list.find((p: unknown) => !(p instanceof Tensor)) as unknown;
  if (list.some((p: unknown) => !(p instanceof Tensor))) {
    const hint = wrong instanceof Object ? ': give model.parameters()' : '';
    throw new TypeError(`${name}: expected Tensors, but one of them is ${shown(wrong)}${hint}`);
  }
  const isSpent = list.length === 0 && isOnce(given);
  if (isSpent)
    console.warn(`${name}: it was given an empty generator (it can be gone through once)`);
  return list;
}

const gradientsOf = (name: string, parameters: Parameters): Tensor[] =>
  tensorsOf(name, parameters).flatMap((p) => (p.grad === null ? [] : [p.grad.detach() as Tensor]));

export interface ClipNormOptions {
  /** which norm: 2 by default, Infinity for the largest number */
  normType?: number;
  /** throws where the norm is NaN or infinite, which reads it; default false */
  errorIfNonfinite?: boolean;
}

/** The norm of all gradients taken together, as a 0-d tensor. */
export const getTotalNorm = takes(
  'getTotalNorm',
  'tensors:tensor/iterable | norm_type error_if_nonfinite',
  (tensors: Parameters, options: ClipNormOptions = {}): Tensor => {
    const norm = totalNorm(tensorsOf('getTotalNorm', tensors), options);
    if (options.errorIfNonfinite) demandFinite('getTotalNorm', norm, options);
    return norm;
  },
);

function totalNorm(gradients: readonly Tensor[], { normType = 2 }: ClipNormOptions): Tensor {
  if (gradients.length === 0) return tensor(0);
  return vectorNorm(stack(gradients.map((g) => vectorNorm(g, normType))), normType);
}

function demandFinite(name: string, norm: Tensor, { normType = 2 }: ClipNormOptions): void {
  if (Number.isFinite(Number(norm.itemSync()))) return;
  throw new Error(
    `${name}: the total norm of order ${normType} for the gradients is non-finite, ` +
      'so it cannot be clipped',
  );
}

/**
 * Scales all gradients so that their common norm is at most maxNorm; gives the norm before, lazy.
 * Errors: a norm that is not finite, where asked. Source: torch.nn.utils.clip_grad_norm_.
 */
export const clipGradNorm_ = takes(
  'clipGradNorm_',
  'parameters max_norm:number | norm_type error_if_nonfinite',
  clipByNorm,
);

function clipByNorm(
  parameters: Parameters,
  maxNorm: number,
  options: ClipNormOptions = {},
): Tensor {
  return within(false, () => {
    const gradients = gradientsOf('clipGradNorm_', parameters);
    const norm = totalNorm(gradients, options);
    if (options.errorIfNonfinite) demandFinite('clipGradNorm_', norm, options);
    const factor = norm.add(1e-6).reciprocal().mul(maxNorm).clamp(null, 1) as Tensor;
    for (const gradient of gradients) gradient.mul_(factor.to(gradient.dtype) as Tensor);
    return norm;
  });
}

/** Limits every number to [-clipValue, clipValue]. Source: torch.nn.utils.clip_grad_value_. */
export const clipGradValue_ = takes(
  'clipGradValue_',
  'parameters clip_value',
  (parameters: Parameters, clipValue: number): void => {
    within(false, () => {
      const gradients = gradientsOf('clipGradValue_', parameters);
      for (const gradient of gradients) gradient.clamp_(-clipValue, clipValue);
    });
  },
);
