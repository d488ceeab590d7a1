// Distances and directions: normalize, cosineSimilarity, pairwiseDistance, pdist, and the losses
// made of them.
// in:  tensors whose vectors lie along one dim     out: lengths, angles, losses

import { placesNode } from '../../index/places.js';
import { differentiated } from '../../../autograd/custom.js';
import {
  add,
  binary,
  cast,
  div,
  eq,
  gather,
  mul,
  sub,
  unary,
  where,
  withNumber,
  constantLike,
} from '../../../graph/build.js';
import { broadcastTo, expand, reshape } from '../../../graph/movement.js';
import { reduce } from '../../../graph/reductions.js';
import { isFloating } from '../../../graph/dtype.js';
import type { Node } from '../../../graph/node.js';
import { define } from '../../../tensor/define.js';
import { showShape, wrapDim } from '../../../tensor/dims.js';
import { distances, vectorNorm } from '../../reduce/norms.js';
import { broadcastShapes, copyLayout, resultType, toFloat } from '../../../tensor/promotion.js';
import { reduceNode } from '../../reduce/reduce.js';
import { fromNode, type Tensor } from '../../../tensor/tensor.js';
import { reduceLoss, refuseBool, type Reduction } from './reduction.js';
import { demandFloating } from '../../../tensor/floating.js';
import { positive } from './regression.js';
import type { OptionsLast } from '../window/places.js';

/**
 * At least `least`; the gradient passes as if it were not lifted: PyTorch clamps inside no_grad.
 */
const lifted = (a: Node, least: number): Node =>
  differentiated('lifted', binary('MAX', a, constantLike(a, least)), [a], (g) => [g], false);

/** At least `least`, the gradient passing above it. */
const atLeast = (a: Node, least: number): Node =>
  where(binary('LE', a, constantLike(a, least)), constantLike(a, least), a);

/** Tensors in one shape and in the floating dtype that they have in common. */
function together(name: string, ...tensors: Tensor[]): Node[] {
  const shape = broadcastShapes(name, ...tensors.map((t) => t.shape));
  const dtype = toFloat(resultType(tensors));
  return tensors.map((t) => broadcastTo(cast(t.node, dtype), shape));
}

interface NormalizeOptions {
  eps?: number;
}

/** x / max(|x|_p, eps) along dim. Source: torch.nn.functional.normalize. */
export const normalize = define(
  'F.normalize',
  'input p? dim? | eps',
  ((x: Tensor, p?: number, dim?: number, { eps = 1e-12 }: NormalizeOptions = {}): Tensor => {
    demandFloating('normalize', x);
    const axis = wrapDim('normalize', dim ?? 1, x.ndim);
    const norm = vectorNorm(x.node, p ?? 2, x.ndim === 0 ? [] : [axis], true);
    return fromNode(div(x.node, expand(atLeast(norm, eps), x.shape)), copyLayout(x));
  }) as (...args: OptionsLast<[x: Tensor], [p: number, dim: number], NormalizeOptions>) => Tensor,
  'functional',
);

/** The cosine of the angle between vectors along an axis. */
function cosine(a: Node, b: Node, axis: number, eps: number): Node {
  if (a.shape.length === 0) return reshape(cosine(reshape(a, [1]), reshape(b, [1]), 0, eps), []);
  const unit = (x: Node) => div(x, expand(lifted(vectorNorm(x, 2, [axis], true), eps), x.shape));
  return reduce(mul(unit(a), unit(b)), 'sum', [axis]);
}

/**
 * x1 . x2 / (max(|x1|, eps) max(|x2|, eps)) along dim; the inputs broadcast.
 * Source: torch.nn.functional.cosine_similarity.
 */
export const cosineSimilarity = define(
  'F.cosineSimilarity',
  'x1 x2 dim? | eps',
  (x1: Tensor, x2: Tensor, dim: number = 1, { eps = 1e-8 }: { eps?: number } = {}): Tensor => {
    const [a, b] = together('cosineSimilarity', x1, x2) as [Node, Node];
    return fromNode(cosine(a, b, wrapDim('cosineSimilarity', dim, a.shape.length), eps));
  },
  'functional',
);

interface DistanceOptions {
  eps?: number;
  keepdim?: boolean;
}

function distance(a: Node, b: Node, p: number, eps: number, keepdim = false): Node {
  const gap = withNumber('ADD', sub(a, b), eps);
  return vectorNorm(gap, p, [gap.shape.length - 1], keepdim);
}

/** |x1 - x2 + eps|_p along the last dim. Source: torch.nn.functional.pairwise_distance. */
export const pairwiseDistance = define(
  'F.pairwiseDistance',
  'x1 x2 p? | eps keepdim',
  (
    x1: Tensor,
    x2: Tensor,
    p: number = 2,
    { eps = 1e-6, keepdim = false }: DistanceOptions = {},
  ): Tensor => {
    refuseBool('pairwiseDistance', x1, x2);
    const [a, b] = together('pairwiseDistance', x1, x2) as [Node, Node];
    return fromNode(distance(a, b, p, eps, keepdim));
  },
  'functional',
);

/**
 * The distances of all pairs of rows i < j of [N, M]: [N (N - 1) / 2]. Source:
 * torch.nn.functional.pdist.
 */
export const pdist = define(
  'F.pdist',
  'input p?',
  (x: Tensor, p: number = 2): Tensor => {
    if (x.ndim !== 2) throw new Error(`pdist: only supports 2D tensors, got ${showShape(x.shape)}`);
    if (!(p >= 0)) throw new RangeError(`pdist: only supports non-negative p values, got ${p}`);
    demandFloating('pdist', x);
    const [n, m] = x.shape as readonly number[];
    const [left, right]: [number[], number[]] = [[], []];
    for (let i = 0; i < n!; i++) {
      for (let j = i + 1; j < n!; j++) {
        left.push(i);
        right.push(j);
      }
    }
    const rows = (order: readonly number[]): Node => {
      const index = placesNode(order, x, [order.length, 1]);
      return gather(x.node, broadcastTo(index, [order.length, m!]), 0);
    };
    return fromNode(distances(rows(left), rows(right), p));
  },
  'functional',
);

interface MarginOptions {
  margin?: number;
  reduction?: Reduction;
}

/** Registers a loss of two inputs and a target, which a margin sets apart. */
const marginLoss = (
  name: string,
  make: (name: string, a: Tensor, b: Tensor, target: Tensor, o: MarginOptions) => Tensor,
) =>
  define(
    `F.${name}`,
    'input1 input2 target | margin * reduction',
    (input1: Tensor, input2: Tensor, target: Tensor, options: MarginOptions = {}): Tensor =>
      make(name, input1, input2, target, options),
    'functional',
  );

/**
 * 1 - cos where the target is 1, max(0, cos - margin) where it is -1. inputs: [N, D] or [D];
 * target: [N] or [].
 * Source: torch.nn.functional.cosine_embedding_loss.
 */
export const cosineEmbeddingLoss = marginLoss(
  'cosineEmbeddingLoss',
  (name, x1, x2, target, { margin = 0, reduction = 'mean' }) => {
    const rank = target.ndim + 1;
    if (target.ndim > 1 || x1.ndim !== rank || x2.ndim !== rank) {
      throw new Error(
        `${name}: a ${target.ndim}D target expects ${rank}D input tensors, but found inputs with ` +
          `sizes ${showShape(x1.shape)} and ${showShape(x2.shape)}`,
      );
    }
    const dtype = toFloat(resultType([x1, x2]));
    const [a, b] = [cast(x1.node, dtype), cast(x2.node, dtype)];
    const axis = target.ndim;
    const total = (node: Node) => reduceNode(node, 'sum', [axis]);
    const tiny = 1e-12;
    const whole = broadcastShapes(name, a.shape, b.shape);
    const product = total(mul(broadcastTo(a, whole), broadcastTo(b, whole)));
    // a vector that broadcasts has its own length
    const length = (node: Node) =>
      broadcastTo(withNumber('ADD', total(mul(node, node)), tiny), product.shape);
    const cos = div(product, unary('SQRT', mul(length(a), length(b))));
    const shape = broadcastShapes(name, cos.shape, target.shape);
    const sign = isFloating(target.dtype) ? target.node : cast(target.node, 'int64');
    const side = (value: number) => broadcastTo(eq(sign, constantLike(sign, value)), shape);
    const laid = broadcastTo(cos, shape);
    const zero = constantLike(laid, 0);
    const near = where(side(1), sub(constantLike(laid, 1), laid), zero);
    const far = where(side(-1), positive(withNumber('SUB', laid, margin)), zero);
    return fromNode(reduceLoss(name, add(near, far), reduction));
  },
);

/**
 * max(0, -target (x1 - x2) + margin): x1 should be larger where the target is 1, smaller where it
 * is -1.
 */
export const marginRankingLoss = marginLoss(
  'marginRankingLoss',
  (name, x1, x2, target, { margin = 0, reduction = 'mean' }) => {
    if (x1.ndim !== x2.ndim || x1.ndim !== target.ndim) {
      throw new Error(
        `${name}: all input tensors should have the same number of dimensions, but got sizes ` +
          `${showShape(x1.shape)}, ${showShape(x2.shape)}, ${showShape(target.shape)}`,
      );
    }
    refuseBool(name, x1, x2, target);
    const [a, b, y] = together(name, x1, x2, target) as [Node, Node, Node];
    const loss = positive(withNumber('ADD', mul(sub(b, a), y), margin));
    return fromNode(reduceLoss(name, loss, reduction));
  },
);

export interface TripletOptions extends MarginOptions {
  p?: number;
  eps?: number;
  swap?: boolean;
}

/**
 * max(0, d(anchor, positive) - d(anchor, negative) + margin), d the p-norm of the difference.
 * All: [N, D] or [D]. With swap the negative's distance is the nearer of anchor's and positive's.
 * Source: torch.nn.functional.triplet_margin_loss.
 */
export const tripletMarginLoss = define(
  'F.tripletMarginLoss',
  'anchor positive negative | margin p eps swap * reduction',
  (
    anchor: Tensor,
    positiveOne: Tensor,
    negative: Tensor,
    { margin = 1, p = 2, eps = 1e-6, swap = false, reduction = 'mean' }: TripletOptions = {},
  ): Tensor => {
    const name = 'tripletMarginLoss';
    if (anchor.ndim !== positiveOne.ndim || anchor.ndim !== negative.ndim) {
      throw new Error(
        `${name}: the anchor, positive, and negative tensors are expected to have the same ` +
          `number of dimensions, but got ${anchor.ndim}D, ${positiveOne.ndim}D and ` +
          `${negative.ndim}D inputs`,
      );
    }
    if (!(margin > 0))
      throw new RangeError(`${name}: expected margin to be greater than 0, got ${margin}`);
    refuseBool(name, anchor, positiveOne, negative);
    const [a, near, far] = together(name, anchor, positiveOne, negative) as [Node, Node, Node];
    const own = distance(a, near, p, eps);
    const other = distance(a, far, p, eps);
    const away = swap ? binary('MIN', other, distance(near, far, p, eps)) : other;
    const loss = positive(sub(withNumber('ADD', own, margin), away));
    return fromNode(reduceLoss(name, loss, reduction));
  },
  'functional',
);
