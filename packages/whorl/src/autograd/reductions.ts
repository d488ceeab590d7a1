// The derivatives of REDUCE and SCAN.
// in:  the gradient of a reduced or accumulated value, and its node
// out: the gradient of the source

import { binary, cast, constant, div, eq, mul, unary, where } from '../graph/build.js';
import { expand, flip, pad, permute, reshape, shrink, coordinate } from '../graph/movement.js';
import { reduce, scan } from '../graph/reductions.js';
import { type Node, recording, type Shape, sizeOf } from '../graph/node.js';
import type { Args } from '../graph/op.js';

const kept = (shape: Shape, axes: readonly number[]): Shape =>
  shape.map((n, i) => (axes.includes(i) ? 1 : n));

export function reduceGradient(g: Node, y: Node): (Node | null)[] {
  const { kind, axes } = y.arg as Args['REDUCE'];
  const source = y.sources[0]!;
  const back = (node: Node) => expand(reshape(node, kept(source.shape, axes)), source.shape);
  if (kind === 'sum') return [back(g)];
  if (sizeOf(source.shape) === 0) return [constant(0, g.dtype, source.shape)];
  if (kind === 'prod') return [mul(back(g), productOfOthers(source, axes))];
  // the extremum's gradient is shared evenly among the elements equal to it (amax, amin, max(),
  // min())
  const hit = cast(eq(source, back(y)), g.dtype);
  return [mul(div(back(g), back(reduce(hit, 'sum', axes))), hit)];
}

/** For every element the product of all others along `axes`: right where there are zeros, too. */
function productOfOthers(source: Node, axes: readonly number[]): Node {
  const rest = source.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const order = [...rest, ...axes];
  const n = axes.reduce((size, axis) => size * source.shape[axis]!, 1);
  const lead = rest.map((i) => source.shape[i]!);
  const flat = reshape(permute(source, order), [...lead, n]);
  const axis = lead.length;
  const product = mul(before(flat, axis), flip(before(flip(flat, [axis]), axis), [axis]));
  const split = reshape(
    product,
    order.map((i) => source.shape[i]!),
  );
  return permute(
    split,
    order.map((_, i) => order.indexOf(i)),
  );
}

/** The exclusive running product: 1, a, ab, ... */
function before(a: Node, axis: number): Node {
  const n = a.shape[axis]!;
  const zeros = a.shape.map(() => 0);
  const shifted = pad(
    shrink(
      a,
      zeros,
      a.shape.map(() => 1),
      a.shape.map((s, i) => (i === axis ? n - 1 : s)),
    ),
    zeros.map((_, i) => (i === axis ? 1 : 0)),
    zeros,
    1,
  );
  return scan(shifted, 'prod', axis);
}

export function scanGradient(g: Node, y: Node): (Node | null)[] {
  const { kind, axis } = y.arg as Args['SCAN'];
  const reversed = (a: Node) => flip(scan(flip(a, [axis]), 'sum', axis), [axis]);
  if (kind === 'sum') return [reversed(g)];
  if (kind === 'prod') {
    // division loses the derivatives at zeros, which a second derivative needs
    return [recording().enabled ? productScanGradient(g, y, axis) : dividedProducts(g, y, axis)];
  }
  throw new Error(`cum${kind}: differentiate through the indices that it returns`);
}

/**
 * What follows an element, over the element: as PyTorch divides, in steps linear in n. Up to the
 * first zero of a row that is (the sum over j >= i of g[j] y[j]) / x[i]; the zero itself has the
 * product before it times the products behind it, up to the next zero; what comes later has 0.
 */
function dividedProducts(g: Node, y: Node, axis: number): Node {
  const source = y.sources[0]!;
  if (source.shape[axis] === 1) return g;
  const fill = (value: number) => constant(value, source.dtype, source.shape);
  const isZero = eq(source, fill(0));
  const zeros = scan(cast(isZero, 'int64'), 'sum', axis);
  const count = (n: number) => eq(zeros, constant(n, 'int64', source.shape));
  const [before, first] = [count(0), binary('AND', count(1), isZero)];
  const rest = flip(scan(flip(where(before, mul(y, g), fill(0)), [axis]), 'sum', axis), [axis]);
  const behind = where(binary('AND', count(1), unary('NOT', isZero)), source, fill(1));
  const passed = where(count(1), mul(scan(behind, 'prod', axis), g), fill(0));
  const total = expand(
    reshape(reduce(passed, 'sum', [axis]), kept(source.shape, [axis])),
    source.shape,
  );
  const lead = scan(where(before, source, fill(1)), 'prod', axis);
  return where(before, div(rest, source), where(first, mul(total, lead), fill(0)));
}

/**
 * Sum over j >= i of g[j] * (product of x[0..j] without x[i]), by products over a square of [n, n].
 */
function productScanGradient(g: Node, y: Node, axis: number): Node {
  const source = y.sources[0]!;
  const n = source.shape[axis]!;
  // [.., i, .., j]: j appended as last axis; where the factor is i itself, 1 stands in its place
  const square = [...source.shape, n];
  const last = source.shape.length;
  const along = (node: Node) => {
    const order = [...source.shape.keys()].filter((i) => i !== axis);
    const moved = permute(node, [...order, axis]);
    const shape = source.shape.map((s, i) => (i === axis ? 1 : s));
    const back = reshape(moved, [...shape.filter((_, i) => i !== axis), 1, n]);
    const restore = [...square.keys()];
    const position = [...order, axis, last];
    return expand(
      permute(
        back,
        restore.map((i) => position.indexOf(i)),
      ),
      square,
    );
  };
  const [i, j] = [coordinate(square, axis), coordinate(square, last)];
  const without = where(eq(i, j), constant(1, source.dtype, square), along(source));
  const products = scan(without, 'prod', last);
  const used = where(binary('LE', i, j), mul(products, along(g)), constant(0, g.dtype, square));
  return reduce(used, 'sum', [last]);
}
