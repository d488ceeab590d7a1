// torch.special: functions of mathematics, most of them elementwise.

import './sinc.js';
import { define } from '../../tensor/define.js';
import type { Tensor } from '../../tensor/tensor.js';

export { i0, i0e, i1, i1e } from './bessel.js';
export { multigammaln, polygamma } from './gamma.js';
export { erfcx, logNdtr, ndtr, ndtri } from './gaussian.js';
export { entr, logit, xlog1py, xlogy } from './logarithms.js';

/** A function that is a method, too. */
const ofMethod = (name: string, own = name) =>
  define(
    `special.${name}`,
    'input',
    (x: Tensor): Tensor => (x as unknown as Record<string, () => Tensor>)[own]!(),
  );

export const erf = ofMethod('erf');
export const erfc = ofMethod('erfc');
export const erfinv = ofMethod('erfinv');
export const exp2 = ofMethod('exp2');
export const expm1 = ofMethod('expm1');
export const expit = ofMethod('expit', 'sigmoid');
export const log1p = ofMethod('log1p');
export const gammaln = ofMethod('gammaln', 'lgamma');
export const digamma = ofMethod('digamma');
export const psi = ofMethod('psi', 'digamma');
export const round = ofMethod('round');
export const sinc = ofMethod('sinc');
