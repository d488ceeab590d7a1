// The gradient of samples (torch.gradient): slopes by differences of neighbours.
// in:  samples on a grid and its spacing     out: a tensor of slopes for each dimension asked for

import { add, cast, div, mul, neg, sub, withNumber } from '../../graph/build.js';
import { broadcastTo, narrow, reshape } from '../../graph/movement.js';
import type { Node } from '../../graph/node.js';
import { define } from '../../tensor/define.js';
import { type Dims, showShape, wrapDims } from '../../tensor/dims.js';
import { joined } from '../movement/join.js';
import { toFloat } from '../../tensor/promotion.js';
import { fromNode, Tensor } from '../../tensor/tensor.js';

export interface GradientOptions {
  /** the distance of samples (1): for all dims, one for each, or coordinates [n] for each */
  spacing?: number | readonly (number | Tensor)[] | Tensor | null;
  dim?: Dims;
  /** 1 or 2: how exact the ends are */
  edgeOrder?: number;
}

type Spacing = number | Tensor;

/** The spacing of each of `count` dims. */
function spacings(spacing: GradientOptions['spacing'], count: number): Spacing[] {
  if (spacing === undefined || spacing === null) return new Array<number>(count).fill(1);
  if (typeof spacing === 'number') return new Array<number>(count).fill(spacing);
  const list = (spacing instanceof Tensor ? [spacing] : [...spacing]) as Spacing[];
  if (list.length === count) return list;
  throw new Error(
    'gradient: expected spacing to be unspecified, a scalar or a list with one entry ' +
      `per dim (${count}), got ${list.length}`,
  );
}

/** Three neighbours, weighted. */
type Weights = (h1: Node, h2: Node) => readonly [Node, Node, Node];

/** The weights of the parabola's slope at its middle, first and last point; h1, h2 are the gaps. */
const middle: Weights = (h1, h2) => {
  const sum = add(h1, h2);
  return [neg(div(h2, mul(h1, sum))), div(sub(h2, h1), mul(h1, h2)), div(h1, mul(h2, sum))];
};
const first: Weights = (h1, h2) => {
  const sum = add(h1, h2);
  return [neg(div(add(h1, sum), mul(h1, sum))), div(sum, mul(h1, h2)), neg(div(h1, mul(h2, sum)))];
};
const last: Weights = (h1, h2) => {
  const sum = add(h1, h2);
  return [div(h2, mul(h1, sum)), neg(div(sum, mul(h1, h2))), div(add(sum, h2), mul(h2, sum))];
};

/** Samples along one axis, and the gaps between them. */
class Samples {
  readonly n: number;

  constructor(
    readonly value: Node,
    readonly axis: number,
    readonly spacing: Spacing,
  ) {
    this.n = value.shape[axis]!;
  }

  at(start: number, count = 1): Node {
    return narrow(this.value, this.axis, start, count);
  }

  /** Gaps from `start` on, broadcast to the samples' shape. */
  gap(start: number, count = 1): Node {
    const shape = this.value.shape.map((m, i) => (i === this.axis ? count : m));
    const x = cast((this.spacing as Tensor).node, this.value.dtype);
    const gaps = sub(narrow(x, 0, start + 1, count), narrow(x, 0, start, count));
    return broadcastTo(
      reshape(
        gaps,
        shape.map((_, i) => (i === this.axis ? count : 1)),
      ),
      shape,
    );
  }

  /** (f[start + 1] - f[start]) / gap. */
  step(start: number): Node {
    const rise = sub(this.at(start + 1), this.at(start));
    return typeof this.spacing === 'number'
      ? withNumber('DIV', rise, this.spacing)
      : div(rise, this.gap(start));
  }

  /** The slope of parabolas through three neighbours from `start` on. */
  parabola(weights: Weights, even: readonly number[], start: number, count = 1): Node {
    const points = [0, 1, 2].map((i) => this.at(start + i, count));
    const { spacing } = this;
    const terms =
      typeof spacing === 'number'
        ? points.map((p, i) => withNumber('MUL', p, even[i]! / spacing))
        : weights(this.gap(start, count), this.gap(start + 1, count)).map((w, i) =>
            mul(w, points[i]!),
          );
    return terms.reduce(add);
  }
}

function slope(samples: Samples, order: number): Node {
  const { n, axis } = samples;
  const inside = n > 2 ? [samples.parabola(middle, [-0.5, 0, 0.5], 0, n - 2)] : [];
  if (order === 1) return joined([samples.step(0), ...inside, samples.step(n - 2)], axis);
  const begin = samples.parabola(first, [-1.5, 2, -0.5], 0);
  const end = samples.parabola(last, [0.5, -2, 1.5], n - 3);
  return joined([begin, ...inside, end], axis);
}

/**
 * Slopes along each dim (all by default): central differences, one-sided ones at the ends.
 * Errors: fewer than edgeOrder + 1 samples, a spacing that does not fit. Source: torch.gradient.
 */
export const gradient = define(
  'gradient',
  'input | * spacing dim:sizes? edge_order',
  (x: Tensor, { spacing, dim, edgeOrder = 1 }: GradientOptions = {}): Tensor[] => {
    if (edgeOrder !== 1 && edgeOrder !== 2) {
      throw new RangeError(`gradient: only supports edgeOrder=1 and edgeOrder=2, got ${edgeOrder}`);
    }
    if (x.dtype === 'bool' || x.dtype === 'uint8') {
      throw new TypeError(`gradient: not implemented for ${x.dtype} tensors`);
    }
    const sorted = wrapDims('gradient', dim, x.ndim);
    const axes = Array.isArray(dim)
      ? (dim as number[]).map((d) => (d < 0 ? d + x.ndim : d))
      : sorted;
    const gaps = spacings(spacing, axes.length);
    return axes.map((axis, i) => {
      const n = x.shape[axis]!;
      const gap = gaps[i]!;
      if (n < edgeOrder + 1) {
        throw new Error(
          'gradient: expected each dimension size to be at least edgeOrder+1, got ' +
            showShape(x.shape),
        );
      }
      if (gap instanceof Tensor && (gap.ndim !== 1 || gap.shape[0] !== n)) {
        throw new Error(
          `gradient: expected one coordinate for each of the ${n} samples, got ` +
            showShape(gap.shape),
        );
      }
      return fromNode(slope(new Samples(cast(x.node, toFloat(x.dtype)), axis, gap), edgeOrder));
    });
  },
);
