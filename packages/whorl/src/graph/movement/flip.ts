// FLIP: some axes run backwards. PyTorch copies here: no view has negative strides.
// in:  a node, axes     out: a node, an old one where nothing turns

import { argOf, Node } from '../node.js';
import { everywhere } from '../axes.js';
import type { MovementRow } from './row.js';

export const flip = (a: Node, axes: readonly number[]): Node =>
  axes.length === 0 || a.op === 'CONST' ? a : new Node('FLIP', a.dtype, a.shape, [a], { axes });

export const FLIP: MovementRow<'FLIP'> = {
  source: (axes, { arg, to }, index) =>
    everywhere(index.map((own, i) => (arg.axes.includes(i) ? axes.mirror(own, to[i]! - 1) : own))),
  transpose: (g, y) => flip(g, argOf<'FLIP'>(y).axes),
};
