// What all of linalg needs: batches of matrices through a routine for one, checks, and small pieces
// of graph.
// in:  nodes [*, m, n]     out: nodes; each matrix is computed on the host in double

import { alias, binary, constant, host, neg, where, withNumber } from '../../graph/build.js';
import { broadcastTo, permute, reshape, coordinate } from '../../graph/movement.js';
import type { DType } from '../../graph/dtype.js';
import type { Rule } from '../../autograd/custom.js';
import { type Node, type Shape, sizeOf, recording } from '../../graph/node.js';
import { demandFloating } from '../../tensor/floating.js';
import { showShape } from '../../tensor/dims.js';
import { matmulNode } from '../product/matmul.js';
import { untracked } from '../reduce/reduce.js';
import type { Tensor } from '../../tensor/tensor.js';

/** One matrix (or vector) of each input in, numbers of the result out. */
export type Routine = (inputs: readonly Float64Array[], out: Float64Array) => void;

/**
 * `routine` for each element of a batch. `core`: the result's shape for one; the inputs have the
 * batch's
 * shape in front of theirs. The key must name the sizes that the routine knows.
 */
export function batched(
  key: string,
  batch: Shape,
  core: Shape,
  inputs: readonly Node[],
  routine: Routine,
): Node {
  const size = sizeOf(core);
  const shape = [...batch, ...core];
  const dtype = inputs[0]!.dtype;
  if (sizeOf(shape) === 0) return constant(0, dtype, shape);
  return host(
    {
      key: `linalg ${key} ${core}`,
      run(output, given) {
        const count = output.length / size;
        const out = new Float64Array(size);
        for (let b = 0; b < count; b++) {
          out.fill(0);
          const parts = given.map((data) => {
            const n = data.length / count;
            return Float64Array.from(data.subarray(b * n, (b + 1) * n) as Float64Array);
          });
          routine(parts, out);
          (output as Float64Array).set(out, b * size);
        }
      },
    },
    dtype,
    shape,
    inputs.map(untracked),
  );
}

export const rowsOf = (a: Node): number => a.shape[a.shape.length - 2]!;
export const columnsOf = (a: Node): number => a.shape[a.shape.length - 1]!;
export const batchOf = (a: Node): Shape => a.shape.slice(0, -2);

/** The last two axes swapped. */
export function transpose(a: Node): Node {
  const rank = a.shape.length;
  return permute(a, [...Array(rank - 2).keys(), rank - 1, rank - 2]);
}

export const product = (a: Node, b: Node): Node => matmulNode('matmul', a, b);
export const minus = (a: Node): Node => neg(a);

/** Zeros above (or below) the diagonal; with `strict` on it, too. */
export function triangle(a: Node, upper: boolean, strict = false): Node {
  const rank = a.shape.length;
  const [row, column] = [coordinate(a.shape, rank - 2), coordinate(a.shape, rank - 1)];
  const compare = strict ? 'LT' : 'LE';
  const kept = upper ? binary(compare, row, column) : binary(compare, column, row);
  return where(kept, a, constant(0, a.dtype, a.shape));
}

/** Identity matrices of n rows. */
export function identities(batch: Shape, n: number, dtype: DType): Node {
  const ones = constant(1, dtype, [...batch, n, n]);
  return triangle(triangle(ones, true), false);
}

/** diag(v) m: row i of m times v[i]. */
export const scaleRows = (v: Node, m: Node): Node =>
  binary('MUL', m, broadcastTo(reshape(v, [...v.shape, 1]), m.shape));

/** m diag(v): column j of m times v[j]. */
export const scaleColumns = (m: Node, v: Node): Node =>
  binary(
    'MUL',
    m,
    broadcastTo(reshape(v, [...v.shape.slice(0, -1), 1, v.shape[v.shape.length - 1]!]), m.shape),
  );

/** v as columns or matrices as they are; the last axis of a vector is kept. */
export const half = (a: Node): Node => withNumber('MUL', a, 0.5);

export function demandMatrix(name: string, x: Tensor, floating = true): void {
  if (x.ndim < 2) {
    throw new Error(
      `${name}: the input tensor must have at least 2 dimensions, got ${showShape(x.shape)}`,
    );
  }
  if (floating) demandFloating(name, x);
}

export function demandSquare(name: string, x: Tensor, floating = true): void {
  demandMatrix(name, x, floating);
  const [m, n] = x.shape.slice(-2);
  if (m !== n) {
    throw new Error(
      `${name}: must be batches of square matrices, but they are ${m} by ${n} matrices: ` +
        showShape(x.shape),
    );
  }
}

/**
 * Gives a host node, made of `inputs` untracked, its derivative; none where nothing requires one.
 */
export function derived(name: string, node: Node, inputs: readonly Node[], rule: Rule): Node {
  if (!recording().enabled || !inputs.some((input) => input.history !== null)) return node;
  // a constant (an empty batch) has no history that movements keep
  const result = node.op === 'CONST' ? alias(node) : node;
  result.history = { kind: 'custom', name, inputs, saves: true, backward: rule };
  return result;
}

/** A node that a gradient cannot pass: an error in place of a wrong result. */
export const opaque = (name: string, node: Node, inputs: readonly Node[]): Node =>
  derived(name, node, inputs, () => {
    throw new Error(`${name}: a derivative through this factorisation is not offered`);
  });
