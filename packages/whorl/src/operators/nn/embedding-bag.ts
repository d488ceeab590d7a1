// Bags of rows of a table, each summed, averaged or maximised (torch.nn.functional.embedding_bag).
// in:  indices [B, L], or [N] with the offsets where bags start; weight [n, d]     out: [B, d]

import { upload } from '../../engine/devices/host.js';
import { binary, cast, constant, div, eq, gather, mul, unary, where } from '../../graph/build.js';
import { broadcastTo, expand, reshape } from '../../graph/movement.js';
import { type Node, named } from '../../graph/node.js';
import { define } from '../../tensor/define.js';
import { showShape } from '../../tensor/dims.js';
import { dataSync } from '../../tensor/read.js';
import { argNode, reduceNode } from '../reduce/reduce.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';
import { demandPadding } from './embedding.js';
import { byFrequency, demandDense, renormalise, type TableOptions } from './embedding-table.js';
import { demandDType } from './loss/reduction.js';
import { demandFloating } from '../../tensor/floating.js';
import type { OptionsLast } from './window/places.js';

export interface BagOptions extends TableOptions {
  /** where the bags start in a 1-d input: int64 [B]; it is read */
  offsets?: Tensor | null;
  mode?: 'sum' | 'mean' | 'max';
  /** a factor for each index, of the input's shape; mode 'sum' only */
  perSampleWeights?: Tensor | null;
  /** the last offset is the end of the last bag */
  includeLastOffset?: boolean;
  /** this index counts for nothing */
  paddingIdx?: number | null;
}

/**
 * Bags as rows of equal length: where in the input each member stands, and which members are real.
 */
interface Bags {
  readonly at: Node | null;
  readonly real: Node;
  readonly shape: readonly [number, number];
}

function boundsOf(offsets: Tensor, n: number, includeLast: boolean): number[] {
  const starts = Array.from(dataSync(offsets) as ArrayLike<number | bigint>, Number);
  if (starts.length > 0 && starts[0] !== 0) {
    throw new Error(`embeddingBag: offsets[0] has to be 0, but got ${starts[0]}`);
  }
  const ends = includeLast ? starts : [...starts, n];
  if (ends.some((end, i) => end > n || (i > 0 && end < ends[i - 1]!))) {
    throw new Error(
      `embeddingBag: offsets must ascend and not pass the input's length ${n}, got ${starts}`,
    );
  }
  return ends;
}

function bagsOf(input: Tensor, { offsets, includeLastOffset = false }: BagOptions): Bags {
  if (input.ndim === 2) {
    if (offsets != null)
      throw new Error('embeddingBag: if input is 2D, then offsets has to be null');
    const shape = input.shape as unknown as readonly [number, number];
    return { at: null, real: constant(1, 'bool', shape), shape };
  }
  if (input.ndim !== 1 || offsets == null || offsets.ndim !== 1) {
    throw new Error(
      'embeddingBag: expected a 2D input, or a 1D input with 1D offsets; got ' +
        `${showShape(input.shape)}`,
    );
  }
  const ends = boundsOf(offsets, input.shape[0]!, includeLastOffset);
  const count = ends.length - 1;
  const lengths = Array.from({ length: count }, (_, i) => ends[i + 1]! - ends[i]!);
  const longest = lengths.reduce((a, b) => Math.max(a, b), 1);
  const [at, real] = [new BigInt64Array(count * longest), new Uint8Array(count * longest)];
  lengths.forEach((length, bag) => {
    for (let i = 0; i < length; i++) {
      at[bag * longest + i] = BigInt(ends[bag]! + i);
      real[bag * longest + i] = 1;
    }
  });
  const shape = [count, longest] as const;
  const { device } = input;
  return {
    at: upload(at, 'int64', [count * longest], device),
    real: upload(real, 'bool', shape, device),
    shape,
  };
}

/** A 1-d input (or its weights) laid out by bags. */
const arranged = (a: Node, { at, shape }: Bags): Node =>
  at === null ? a : reshape(gather(a, at, 0), shape);

function combined(rows: Node, real: Node, mode: string): Node {
  const mask = broadcastTo(reshape(real, [...real.shape, 1]), rows.shape);
  const zero = constant(0, rows.dtype, rows.shape);
  const count = broadcastTo(
    reduceNode(cast(reshape(real, [...real.shape, 1]), rows.dtype), 'sum', [1]),
    [rows.shape[0]!, rows.shape[2]!],
  );
  if (mode === 'max') {
    const lowest = where(mask, rows, constant(-Infinity, rows.dtype, rows.shape));
    const best = gather(lowest, argNode(lowest, 'max', 1), 1);
    const flat = reshape(best, count.shape);
    return where(
      eq(count, constant(0, count.dtype, count.shape)),
      constant(0, flat.dtype, flat.shape),
      flat,
    );
  }
  const total = reduceNode(where(mask, rows, zero), 'sum', [1]);
  if (mode === 'sum') return total;
  return div(total, binary('MAX', count, constant(1, count.dtype, count.shape)));
}

const options =
  'max_norm norm_type scale_grad_by_freq mode sparse per_sample_weights include_last_offset ' +
  'padding_idx';

/**
 * The sum, mean or maximum of the rows in each bag; an empty bag gives zeros.
 * Errors: offsets with a 2-d input or none with a 1-d one, weights outside mode 'sum'.
 * Source: torch.nn.functional.embedding_bag.
 */
export const embeddingBag = define(
  'F.embeddingBag',
  `input weight offsets? | ${options}`,
  ((
    input: Tensor,
    weight: Tensor,
    offsets: Tensor | null = null,
    options: BagOptions = {},
  ): Tensor => {
    const { mode = 'mean', perSampleWeights = null, paddingIdx = null } = options;
    if (!['sum', 'mean', 'max'].includes(mode)) {
      throw new Error(`embeddingBag: mode has to be one of sum, mean or max, got "${mode}"`);
    }
    if (perSampleWeights !== null && mode !== 'sum') {
      throw new Error(
        `embeddingBag: perSampleWeights are only supported for mode sum, got mode "${mode}"`,
      );
    }
    if (input.dtype !== 'int64' && input.dtype !== 'int32')
      throw new TypeError(`embeddingBag: expected int64 or int32 indices, got ${input.dtype}`);
    demandFloating('embeddingBag', weight);
    demandDType('embeddingBag', 'perSampleWeights', perSampleWeights, weight.dtype);
    if (weight.ndim !== 2)
      throw new Error(`embeddingBag: the weight must be 2-D, got ${showShape(weight.shape)}`);
    demandPadding('embeddingBag', paddingIdx, weight.shape[0]!);
    demandDense('embeddingBag', options);
    const { scaleGradByFreq = false } = options;
    if (scaleGradByFreq && mode === 'max') {
      throw new Error(
        'embeddingBag: max mode does not support scaling the gradient by the frequency',
      );
    }
    renormalise(weight, input, options);
    const bags = bagsOf(input, { ...options, offsets: offsets ?? options.offsets });
    const index = arranged(cast(input.node, 'int64'), bags);
    const [n, d] = weight.shape as readonly number[];
    const [count, longest] = bags.shape;
    const flat = broadcastTo(reshape(index, [count * longest, 1]), [count * longest, d!]);
    const found = named(gather(weight.node, flat, 0), 'embeddingBag');
    const places = reshape(index, [count * longest, 1]);
    const picked = scaleGradByFreq ? byFrequency(found, places, input, n!) : found;
    let rows: Node = reshape(picked, [count, longest, d!]);
    if (perSampleWeights !== null) {
      if (showShape(perSampleWeights.shape) !== showShape(input.shape)) {
        throw new Error(
          'embeddingBag: perSampleWeights must have the same shape as input: ' +
            `${showShape(perSampleWeights.shape)} and ${showShape(input.shape)}`,
        );
      }
      const factors = reshape(arranged(perSampleWeights.node, bags), [count, longest, 1]);
      rows = mul(rows, expand(factors, rows.shape));
    }
    let { real } = bags;
    if (paddingIdx !== null) {
      const skip = constant(paddingIdx < 0 ? paddingIdx + n! : paddingIdx, 'int64', index.shape);
      real = binary('AND', real, unary('NOT', eq(index, skip)));
    }
    return fromNode(combined(rows, real, mode));
  }) as (
    ...args: OptionsLast<[input: Tensor, weight: Tensor], [offsets: Tensor | null], BagOptions>
  ) => Tensor,
  'functional',
);
