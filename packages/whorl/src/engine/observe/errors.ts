// Errors in values: found while a kernel ran, told with the
// operation, the shapes and the user's lines.
// in:  the node whose check failed     out: an error

import type { Node } from '../../graph/node.js';
import { type Args, type OpRow, ops } from '../../graph/op.js';
import { download } from '../devices/host.js';
import { firstOutside, outside } from './stacks.js';

/**
 * What a run ends with where values turned out to be errors:
 * the error that a user sees, and the values.
 */
export class FailedValues extends Error {
  constructor(
    readonly error: Error,
    readonly culprits: readonly Node[],
    /** Stored nodes that have not let go of their sources: what is undone may need them. */
    readonly unreleased: readonly Node[],
  ) {
    super(error.message);
  }
}

const shapeText = (node: Node): string => `[${node.shape.join(', ')}]`;

/** Its stack begins where the value was read. `now`: memory holds the values that it is about. */
export function errorInValues(node: Node, now: boolean): Error {
  const operator = node.origin ?? node.op.toLowerCase();
  const text =
    ops[node.op].fails === 'condition' ? operator : `${operator}: ${whatIsWrong(node, now)}`;
  return outside(() => new RangeError(text + lineOf(node)));
}

/**
 * What a user gave as an index: before it was laid out,
 * widened, and freed of what counts for nothing.
 */
function givenIndex(index: Node): Node {
  let node = index;
  while (isPrepared(node)) node = node.sources.at(-1)!;
  return node;
}

/** WHERE(what counts for nothing, 0, index) is the one with a choice. */
const isPrepared = ({ op, buffer }: Node): boolean => buffer === null && isOfSource[ops[op].shows];

const isOfSource: Record<OpRow['shows'], boolean> = {
  same: true,
  repeated: true,
  converted: true,
  chosen: true,
  turned: false,
  others: false,
};

/** The first value that is no index, where they are stored; null where some count for nothing. */
function valueOutside(index: Node, given: Node, size: number): string | null {
  if (given.buffer === null) return null;
  const values: (number | bigint)[] = [...(download(given) as Iterable<number | bigint>)];
  const wrong = values.filter((value) => value < 0 || value >= size);
  const some = hasChoice(index) ? wrong.filter((value) => value >= size) : wrong;
  return some.length === 0 ? null : String(some[0]);
}

function hasChoice(index: Node): boolean {
  let node = index;
  while (isPrepared(node)) {
    if (ops[node.op].shows === 'chosen') return true;
    node = node.sources[0]!;
  }
  return false;
}

/** An error of the device, told with the value there was no room for. */
export function withValue(error: Error, node: Node): Error {
  error.message =
    `${node.origin ?? node.op.toLowerCase()} of ${node.dtype}${shapeText(node)}: ` +
    `${error.message}`;
  return error;
}

function whatIsWrong(node: Node, now: boolean): string {
  if (ops[node.op].fails !== 'index') {
    return `integer division or modulo by zero in a tensor ${shapeText(node)} of ${node.dtype}`;
  }
  const { axis } = node.arg as Args['GATHER'];
  const [table, index] = node.sources;
  const size = table!.shape[axis]!;
  const given = givenIndex(index!);
  const value = now ? valueOutside(index!, given, size) : null;
  return (
    `index out of range: ${value ?? 'an element'} of the index ${shapeText(given)} is out of ` +
    `bounds for dimension ${axis} with size ${size} of the tensor ${shapeText(table!)}; it must ` +
    `be in 0..${size - 1}`
  );
}

/** The user's line, where debugging kept it; else how to get it. */
const lineOf = (node: Node): string =>
  node.made === null ? ' (set WHORL_DEBUG=1 or call setDebug(1) to see the line)' : userLine(node);

/** The user's line that made a node, on a line of its own; '' where it was not kept. */
export function userLine({ made }: Node): string {
  const line = made === null ? null : firstOutside(made);
  return line === null ? '' : `\n${line}`;
}
