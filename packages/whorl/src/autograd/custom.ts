// A derivative of its own for a composition: where the chain rule through its parts would be wrong
// or inexact.
// in:  the composition's node, what it was made of, and the rule     out: the same node, its
// history replaced

import type { Node } from '../graph/node.js';

/**
 * The gradient of each input, given the result's gradient and the result; null where there is none.
 */
export type Rule = (gradient: Node, result: Node) => readonly (Node | null)[];

/**
 * Gives `node`, just made from `inputs`, the derivative `rule`. Does nothing where no gradient is
 * wanted.
 * `saves` is false where the rule looks at the gradient alone: a second backward then passes.
 */
export function differentiated(
  name: string,
  node: Node,
  inputs: readonly Node[],
  rule: Rule,
  saves = true,
): Node {
  if (node.history === null) return node;
  node.history = { kind: 'custom', name, inputs, saves, backward: rule };
  return node;
}
