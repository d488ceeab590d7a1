// How an activation function is registered: its options are numbers with defaults, and it can write
// its result into its input.
// in:  a name, options, a function of nodes     out: a function of tensors of any shape

import { differentiated } from '../../autograd/custom.js';
import { binary, constantLike, where } from '../../graph/build.js';
import { isFloating } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';
import type { Agrees } from '../../tensor/arguments/agrees.js';
import { define } from '../../tensor/define.js';
import { resultLayout } from '../../tensor/promotion.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';
import { assignResult } from '../../tensor/assign.js';

export interface InPlace {
  inplace?: boolean;
}

/** What an activation takes: floats alone, also whole numbers, also true and false. */
export type Takes = 'floats' | 'numbers' | 'all';

export function demandTaken(name: string, x: Tensor, takes: Takes = 'floats'): void {
  if (isFloating(x.dtype) || takes === 'all') return;
  if (takes === 'numbers' && x.dtype !== 'bool') return;
  throw new Error(`${name}: not implemented for ${x.dtype} tensors; convert it with float()`);
}

export const keep = (x: Tensor, node: Node): Tensor => fromNode(node, resultLayout(x.shape, [x]));

/** An activation whose parameters are numbers. */
export type Activation<Parameters extends unknown[] = []> = (
  input: Tensor,
  ...args: [...Parameters, options?: InPlace]
) => Tensor;

/** Registers an activation; `defaults` in the order of its parameters. */
export function activation<O extends object, const S extends string, P extends unknown[] = []>(
  name: string,
  signature: Agrees<Activation<P>, S>,
  defaults: O,
  make: (a: Node, o: O) => Node,
  takes: Takes = 'floats',
): Activation<P> {
  const keys = Object.keys(defaults) as (keyof O)[];
  return define(
    `F.${name}`,
    signature as never,
    (x: Tensor, ...args: unknown[]): Tensor => {
      demandTaken(name, x, takes);
      const { inplace = false } = (args[keys.length] ?? {}) as InPlace;
      const o = { ...defaults };
      keys.forEach((key, i) => {
        if (args[i] !== undefined) o[key] = args[i] as O[keyof O];
      });
      const result = keep(x, make(x.node, o));
      return inplace ? assignResult(name, x, result) : result;
    },
    'functional',
  );
}

// What all that is made of pieces asks. NaN is in no piece that a comparison names.

export const above = (a: Node, value: number): Node => binary('LT', constantLike(a, value), a);
export const below = (a: Node, value: number): Node => binary('LT', a, constantLike(a, value));
export const upTo = (a: Node, value: number): Node => binary('LE', a, constantLike(a, value));
export const from = (a: Node, value: number): Node => binary('LE', constantLike(a, value), a);

/**
 * A function of pieces with its slope: what a gradient becomes. Through the pieces themselves the
 * chain rule would multiply what was not chosen with 0, which is NaN where that is infinite.
 */
export const sloped = (name: string, value: Node, a: Node, slope: (g: Node) => Node): Node =>
  differentiated(name, value, [a], (g) => [slope(g)]);

/** 0 where `closed`, else the gradient, whatever it is. */
export const stoppedWhere = (closed: Node, g: Node): Node => where(closed, constantLike(g, 0), g);
