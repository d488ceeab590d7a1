// The memory of a cell's value, for who writes it from outside of the
// graph: an element write, a replayed program.
// in:  a cell     out: its memory, where nobody but the cell's Tensors would see the write

import { Node } from '../../graph/node.js';
import { isOneCells, saysItsValue, takeOver } from '../../graph/ownership.js';
import type { Memory } from '../../runtime/index.js';
import { type Cell, forgetShown } from './cell.js';

/**
 * null: the write must make another value. A constant that is written is
 * none from now on: its cell has a plain node.
 */
export function ownMemory(cell: Cell): Memory | null {
  const { node } = cell;
  forgetShown(cell, node);
  if (!isOneCells(node)) return null;
  if (saysItsValue(node)) {
    const plain = new Node('BUFFER', node.dtype, node.shape, [], null);
    takeOver(plain, node);
    node.cells--;
    plain.cells++;
    cell.node = plain;
  }
  return cell.node.buffer as Memory;
}
