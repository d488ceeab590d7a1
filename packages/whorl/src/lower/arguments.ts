// What a kernel is launched with, numbered while its loops are written.
// in:  the nodes that are read and written, the numbers of nodes
// out: a kernel with its arguments

import type { DType } from '../graph/dtype.js';
import type { Node } from '../graph/node.js';
import { ops } from '../graph/op.js';
import type { BufferSpec, Kernel, Stmt } from '../ir/loop.js';

export interface Param {
  readonly node: Node;
  readonly scalar: number;
  readonly dtype: DType;
}

export interface Lowered {
  readonly kernel: Kernel;
  /** The node behind each buffer, each parameter, each error code (from 1). */
  readonly buffers: readonly Node[];
  readonly params: readonly Param[];
  readonly checks: readonly Node[];
}

/** Numbers for things in the order in which they are first asked for. */
class Slots<T> {
  readonly items: T[] = [];
  private readonly numbers = new Map<unknown, number>();

  of(key: unknown, item: () => T): number {
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.items.length;
      this.items.push(item());
      this.numbers.set(key, number);
    }
    return number;
  }
}

export class KernelArguments {
  private readonly buffers = new Slots<Node>();
  private readonly params = new Slots<Param>();
  private readonly checks = new Slots<Node>();
  private readonly lists = new Slots<Node>();

  /** `over`: nodes that lie in the memory that another is written to. */
  constructor(private readonly over?: ReadonlyMap<Node, Node>) {}

  bufferOf(node: Node): number {
    const place = this.over?.get(node) ?? node;
    return this.buffers.of(place, () => place);
  }

  paramOf(node: Node, scalar: number, dtype: DType): number {
    const list = this.lists.of(listOf(node), () => node);
    return this.params.of(`${list}.${scalar}`, () => ({ node, scalar, dtype }));
  }

  /** The number that stands for an error in the node's values. */
  codeOf(node: Node): number {
    return this.checks.of(node, () => node) + 1;
  }

  lowered(name: string, isWritten: (node: Node) => boolean, body: readonly Stmt[]): Lowered {
    const buffers = this.buffers.items.map(
      (node): BufferSpec => ({
        dtype: node.dtype,
        size: node.size,
        written: isWritten(node),
      }),
    );
    const params = this.params.items.map((param) => param.dtype);
    return {
      kernel: { name, buffers, params, body },
      buffers: this.buffers.items,
      params: this.params.items,
      checks: this.checks.items,
    };
  }
}

/** Views that were made from one list of starts share its parameters; constants share nothing. */
const listOf = (node: Node): unknown => (ops[node.op].says === 'number' ? node : node.scalars);
