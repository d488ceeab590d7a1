// Images read at places that a grid names, between pixels: what spatial transformers need.
// in:  input [N, C, ...in], grid [N, ...out, d] of coordinates in [-1, 1], x first
// out: [N, C, ...out]

import { reaching } from '../../../autograd/paths.js';
import {
  add,
  binary,
  cast,
  constant,
  gather,
  lt,
  mul,
  sub,
  unary,
  where,
  withNumber,
  constantLike,
} from '../../../graph/build.js';
import { broadcastTo, narrow, reshape } from '../../../graph/movement.js';
import { isFloating } from '../../../graph/dtype.js';
import { type Node, sizeOf } from '../../../graph/node.js';
import { define } from '../../../tensor/define.js';
import { showShape } from '../../../tensor/dims.js';
import { fromNode, type Tensor } from '../../../tensor/tensor.js';

export interface GridOptions {
  mode?: 'bilinear' | 'nearest' | 'bicubic';
  /** what is outside the image: zeros (default), its border pixels, or its reflection */
  paddingMode?: 'zeros' | 'border' | 'reflection';
  /** whether -1 and 1 are the corner pixels' centres, not the image's edges; default false */
  alignCorners?: boolean | null;
}

interface Sampling {
  readonly padding: string;
  readonly align: boolean;
}

/**
 * [-1, 1] as places among n pixels. With `align` (g + 1) / 2 * (n - 1), else ((g + 1) * n - 1) / 2.
 */
function unnormalised(g: Node, n: number, align: boolean): Node {
  const shifted = withNumber('ADD', g, 1);
  if (align) return withNumber('MUL', shifted, (n - 1) / 2);
  return withNumber('DIV', withNumber('SUB', withNumber('MUL', shifted, n), 1), 2);
}

/** Brought into [0, n - 1], NaN to 0; no gradient at the bounds and outside. */
function clipped(x: Node, n: number): Node {
  const inside = lt(constantLike(x, 0), x);
  const high = binary('LE', constantLike(x, n - 1), x);
  return where(inside, where(high, constantLike(x, n - 1), x), constantLike(x, 0));
}

/** Thrown back at the image's edges (or corner centres) until inside. */
function reflected(x: Node, n: number, align: boolean): Node {
  const low = align ? 0 : -0.5;
  const span = align ? n - 1 : n;
  if (span === 0) return constantLike(x, 0);
  const distance = unary('ABS', withNumber('SUB', x, low));
  const extra = withNumber('FMOD', distance, span);
  const flips = unary('FLOOR', withNumber('DIV', distance, span));
  const even = withNumber('EQ', withNumber('MOD', flips, 2), 0);
  return withNumber('ADD', where(even, extra, sub(constantLike(extra, span), extra)), low);
}

/** border and reflection move the place into the image; zeros leaves it to pixels(). */
function padded(x: Node, n: number, { padding, align }: Sampling): Node {
  if (padding === 'border') return clipped(x, n);
  return padding === 'reflection' ? clipped(reflected(x, n, align), n) : x;
}

/** A pixel per spatial dim (whole numbers), and its weight: what one corner adds to a place. */
interface Corner {
  readonly at: readonly Node[];
  readonly weight: Node | null;
}

/** The image's values at whole places, 0 outside: [N, C, P]. */
function pixels(image: Node, sizes: readonly number[], at: readonly Node[]): Node {
  let inside: Node | null = null;
  let flat: Node | null = null;
  at.forEach((x, i) => {
    const n = sizes[i]!;
    const fits = binary('AND', binary('LE', constantLike(x, 0), x), lt(x, constantLike(x, n)));
    inside = inside === null ? fits : binary('AND', inside, fits);
    const index = cast(where(fits, x, constantLike(x, 0)), 'int64');
    flat = flat === null ? index : add(withNumber('MUL', flat, n), index);
  });
  const [n, p] = flat!.shape as readonly number[];
  const shape = [n!, image.shape[1]!, p!];
  const laid = (node: Node) => broadcastTo(reshape(node, [n!, 1, p!]), shape);
  const values = gather(image, laid(flat!), 2);
  return where(laid(inside!), values, constant(0, values.dtype, shape));
}

/** The corners' pixels times their weights, added up in their order: [N, C, P]. */
function total(image: Node, sizes: readonly number[], corners: readonly Corner[]): Node {
  const terms = corners.map(({ at, weight }) => {
    const values = pixels(image, sizes, at);
    if (weight === null) return values;
    const [n, p] = weight.shape as readonly number[];
    return mul(values, broadcastTo(reshape(weight, [n!, 1, p!]), values.shape));
  });
  return terms.reduce(add);
}

/** All combinations of one choice per dim, weights multiplied. */
function combined(choices: readonly (readonly Corner[])[]): Corner[] {
  return choices.reduce<Corner[]>(
    (all, own) =>
      all.flatMap((left) =>
        own.map((right) => ({
          at: [...left.at, ...right.at],
          weight: left.weight === null ? right.weight : mul(left.weight, right.weight!),
        })),
      ),
    [{ at: [], weight: null }],
  );
}

/** The pixels on both sides; the nearer one weighs more. */
function linearCorners(x: Node): Corner[] {
  const low = unary('FLOOR', x);
  const share = sub(x, low);
  return [
    { at: [low], weight: sub(constantLike(share, 1), share) },
    { at: [withNumber('ADD', low, 1)], weight: share },
  ];
}

/** c0 + x (c1 + x (c2 + x c3)) */
const polynomial = (x: Node, c: readonly number[]): Node =>
  c
    .slice(0, -1)
    .reduceRight<Node>(
      (sum, value) => withNumber('ADD', mul(sum, x), value),
      constantLike(x, c[c.length - 1]!),
    );

/** Keys' cubic convolution with a = -0.75. Neighbours are padded each for itself. */
function cubicCorners(x: Node, n: number, sampling: Sampling): Corner[] {
  const low = unary('FLOOR', x);
  const t = sub(x, low);
  const far = (d: Node) => polynomial(d, [3, -6, 3.75, -0.75]);
  const near = (d: Node) => polynomial(d, [1, 0, -2.25, 1.25]);
  const plus = (d: Node, v: number) => withNumber('ADD', d, v);
  const less = (v: number) => sub(constantLike(t, v), t);
  return [far(plus(t, 1)), near(t), near(less(1)), far(less(2))].map((weight, k) => ({
    at: [padded(plus(low, k - 1), n, sampling)],
    weight,
  }));
}

function check(x: Tensor, grid: Tensor, { mode, paddingMode }: GridOptions): void {
  const rank = x.ndim - 2;
  if (rank !== 2 && rank !== 3) {
    throw new Error(`gridSample: expected 4D or 5D input, but got ${showShape(x.shape)}`);
  }
  const fits =
    grid.ndim === x.ndim && grid.shape[0] === x.shape[0] && grid.shape[rank + 1] === rank;
  if (!fits) {
    throw new Error(
      `gridSample: for input ${showShape(x.shape)} the grid must be [${x.shape[0]}, ` +
        `${rank} sizes, ${rank}], got ${showShape(grid.shape)}`,
    );
  }
  const empty = x.shape.findIndex((n, i) => i > 1 && n === 0);
  if (empty > 0) {
    throw new Error(
      'gridSample: expected input to have non-empty spatial dimensions, but input has sizes ' +
        `${showShape(x.shape)} with dimension ${empty} being empty`,
    );
  }
  if (mode === 'bicubic' && rank === 3)
    throw new Error('gridSample: bicubic only supports 4D input');
  if (!['bilinear', 'nearest', 'bicubic'].includes(mode!)) {
    throw new Error(`gridSample: expected mode to be bilinear, nearest or bicubic, got "${mode}"`);
  }
  if (!['zeros', 'border', 'reflection'].includes(paddingMode!)) {
    throw new Error(
      'gridSample: expected paddingMode to be zeros, border or reflection, got ' +
        `"${paddingMode}"`,
    );
  }
  if (x.dtype !== grid.dtype || !isFloating(x.dtype)) {
    throw new TypeError(
      'gridSample: expected input and grid of one floating dtype, got ' +
        `${x.dtype} and ${grid.dtype}`,
    );
  }
}

/**
 * The input's values at the grid's coordinates. Errors: shapes that do not go together.
 * Source: torch.nn.functional.grid_sample.
 */
export const gridSample = define(
  'F.gridSample',
  'input grid | mode padding_mode align_corners',
  (
    x: Tensor,
    grid: Tensor,
    { mode = 'bilinear', paddingMode = 'zeros', alignCorners = false }: GridOptions = {},
  ): Tensor => {
    check(x, grid, { mode, paddingMode });
    const sampling = { padding: paddingMode, align: alignCorners === true };
    const sizes = x.shape.slice(2);
    const rank = sizes.length;
    const [n, channels] = x.shape as readonly number[];
    const out = grid.shape.slice(1, -1);
    const image = reshape(x.node, [n!, channels!, sizeOf(sizes)]);
    const places = sizes.map((size, i) => {
      // the grid's coordinates run from the last spatial dim to the first
      const column = narrow(grid.node, rank + 1, rank - 1 - i, 1);
      return unnormalised(reshape(column, [n!, sizeOf(out)]), size, sampling.align);
    });
    const inside = () => places.map((place, i) => padded(place, sizes[i]!, sampling));
    let node: Node;
    if (mode === 'nearest') {
      const at = inside().map((place) => unary('ROUND', place));
      node = reaching(total(image, sizes, [{ at, weight: null }]), [grid.node]);
    } else if (mode === 'bilinear') {
      node = total(image, sizes, combined(inside().map(linearCorners)));
    } else {
      const cubes = places.map((place, i) => cubicCorners(place, sizes[i]!, sampling));
      node = total(image, sizes, combined(cubes));
    }
    return fromNode(reshape(node, [n!, channels!, ...out]));
  },
  'functional',
);
