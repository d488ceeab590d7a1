// Linear and bilinear maps (torch.nn.functional).

import { add, mul } from '../../graph/build.js';
import { broadcastTo, permute, reshape, expand } from '../../graph/movement.js';
import { reduce } from '../../graph/reductions.js';
import { define } from '../../tensor/define.js';
import { showShape } from '../../tensor/dims.js';
import { demandNumbers } from '../../tensor/floating.js';
import { matmulNode } from '../product/matmul.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';

/**
 * x W^T + b. input: [*, in], weight: [out, in] or [in], bias: [out]; gives [*, out].
 * Source: torch.nn.functional.linear.
 */
export const linear = define(
  'F.linear',
  'input weight bias?',
  (x: Tensor, weight: Tensor, bias?: Tensor | null) => {
    demandNumbers('linear', x);
    const features = weight.shape[weight.ndim - 1]!;
    if (x.dtype !== weight.dtype || (bias != null && bias.dtype !== weight.dtype)) {
      throw new Error(
        `linear: expected input, weight and bias of one dtype, got ${x.dtype}, ${weight.dtype}` +
          (bias == null ? '' : `, ${bias.dtype}`),
      );
    }
    if (x.ndim === 0 || x.shape[x.ndim - 1] !== features) {
      throw new Error(
        `linear: cannot multiply ${showShape(x.shape)} by a weight of ` +
          `${showShape(weight.shape)}: ` +
          `expected ${features} features in the last dim`,
      );
    }
    const rows = x.ndim === 1 ? reshape(x.node, [1, features]) : x.node;
    const w = weight.ndim === 1 ? reshape(weight.node, [1, features]) : weight.node;
    const product = matmulNode('linear', rows, permute(w, [1, 0]));
    const lead = x.shape.slice(0, -1);
    const shape = weight.ndim === 1 ? lead : [...lead, weight.shape[0]!];
    const result = reshape(product, shape);
    return fromNode(bias == null ? result : add(result, broadcastTo(bias.node, shape)));
  },
  'functional',
);

/** x1^T A x2 + b. input1: [*, in1], input2: [*, in2], weight: [out, in1, in2]; gives [*, out]. */
export const bilinear = define(
  'F.bilinear',
  'input1 input2 weight bias?',
  (x1: Tensor, x2: Tensor, weight: Tensor, bias?: Tensor | null) => {
    demandNumbers('bilinear', x1);
    const [out, in1, in2] = weight.shape as readonly number[];
    const lead = x1.shape.slice(0, -1);
    const fits =
      x1.shape[x1.ndim - 1] === in1 &&
      x2.shape[x2.ndim - 1] === in2 &&
      showShape(lead) === showShape(x2.shape.slice(0, -1));
    if (!fits) {
      throw new Error(
        `bilinear: inputs ${showShape(x1.shape)} and ${showShape(x2.shape)} do not fit a weight ` +
          'of ' +
          showShape(weight.shape),
      );
    }
    const rows = lead.reduce((n, d) => n * d, 1);
    // [rows, out * in2], then the product with x2 summed over in2
    const flat = reshape(permute(weight.node, [1, 0, 2]), [in1!, out! * in2!]);
    const half = reshape(matmulNode('bilinear', reshape(x1.node, [rows, in1!]), flat), [
      rows,
      out!,
      in2!,
    ]);
    const right = expand(reshape(x2.node, [rows, 1, in2!]), [rows, out!, in2!]);
    const result = reshape(reduce(mul(half, right), 'sum', [2], 'serial'), [...lead, out!]);
    return fromNode(bias == null ? result : add(result, broadcastTo(bias.node, [...lead, out!])));
  },
  'functional',
);
