// Live numbers: asked for anew before each replay of a compiled function.
// in:  a function of host state (a learning rate, a step count)
// out: a number that kernels take as parameter
//
// A CONST node made from one has no value that a simplification could use: the value of the next
// replay is another.

import type { Node } from './node.js';

export class Live {
  constructor(
    readonly read: () => number,
    /** What `read` gave last. */
    public value: number = read(),
  ) {}

  /** JavaScript's arithmetic would take today's value for good. */
  valueOf(): never {
    throw new Error(
      'compile: a number that changes from call to call was used where a recording would keep ' +
        'its value of today; let an operator take it, or make the whole expression a ' +
        'scalar(() => ...)',
    );
  }
}

/** What operators take where they take a number, and what is one only when it is used. */
export interface Numeric {
  readonly number: number | Live;
}

/** The number that goes into a node: a live one stays live. */
export const numberIn = (value: number | Live | Numeric): number | Live =>
  typeof value !== 'object' || value instanceof Live ? value : value.number;

const lives = new WeakMap<Node, Live>();

/** The live number behind a CONST node, if there is one. */
export const liveOf = (node: Node): Live | undefined => lives.get(node);

export function markLive(node: Node, live: Live): void {
  lives.set(node, live);
}
