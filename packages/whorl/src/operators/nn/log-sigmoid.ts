// log(sigmoid(x)) and log(1 + exp(x)), safe for large |x|, with PyTorch's slopes.
// in:  a floating node     out: a node of its shape

import { differentiated } from '../../autograd/custom.js';
import {
  add,
  binary,
  constantLike,
  div,
  lt,
  mul,
  neg,
  sub,
  unary,
  where,
  withNumber,
} from '../../graph/build.js';
import type { Node } from '../../graph/node.js';

/** exp(-|x|) */
const decay = (a: Node): Node => unary('EXP', neg(unary('ABS', a)));

/** min(x, 0) - log(1 + exp(-|x|)) */
export function logSigmoidOf(a: Node): Node {
  const value = sub(binary('MIN', a, constantLike(a, 0)), unary('LOG1P', decay(a)));
  return differentiated('logsigmoid', value, [a], (g) => [throughLogSigmoid(g, a)]);
}

/** g sigmoid(-x), from exp(-|x|) in the order in which PyTorch rounds. */
function throughLogSigmoid(g: Node, a: Node): Node {
  const z = decay(a);
  const share = div(z, withNumber('ADD', z, 1));
  const slope = where(lt(a, constantLike(a, 0)), sub(constantLike(a, 1), share), share);
  return differentiated('logsigmoid', mul(g, slope), [g, a], (gg) => {
    const s = unary('SIGMOID', a);
    return [throughLogSigmoid(gg, a), mul(mul(gg, g), mul(withNumber('SUB', s, 1), s))];
  });
}

/** max(x, 0) + log(1 + exp(-|x|)); its slope is sigmoid(x). */
export function softplusOf(a: Node): Node {
  const value = add(binary('MAX', a, constantLike(a, 0)), unary('LOG1P', decay(a)));
  return differentiated('softplus', value, [a], (g) => [mul(g, unary('SIGMOID', a))]);
}
