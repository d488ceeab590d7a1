// The scalar whose gradients are recorded: a weighted sum of all floating outputs.
// in:  the outputs     out: sum(linspace(0.5, 1.5, n) * output), added; or nothing to differentiate
import type { Tensor } from '../src/index.js';
import { partsOf } from './compare.js';
import { free, isTensor } from './library.js';

/** torch.linspace(0.5, 1.5, n) in float32, made from both ends as PyTorch does. */
export function weights(count: number): Float32Array {
  const result = new Float32Array(count);
  const step = Math.fround(1 / (count - 1));
  for (let i = 0; i < count; i++) {
    result[i] = i < count / 2 ? 0.5 + step * i : 1.5 - step * (count - 1 - i);
  }
  if (count === 1) result[0] = 0.5;
  return result;
}

/** All tensors in a result, in order, however deeply nested. */
export function tensorsIn(value: unknown): Tensor[] {
  if (isTensor(value)) return [value];
  const parts =
    partsOf(value) ?? (typeof value === 'object' && value !== null ? Object.values(value) : []);
  return parts.flatMap(tensorsIn);
}

export function weightedSum(result: unknown): Tensor | undefined {
  let total: Tensor | undefined;
  for (const output of tensorsIn(result)) {
    if (!output.requiresGrad) continue;
    const weight = free('tensor')(weights(output.numel()), {
      dtype: 'float32',
      shape: [...output.shape],
      device: output.device,
    }) as Tensor;
    const sum = output.mul(weight).sum();
    total = total === undefined ? sum : total.add(sum);
  }
  return total;
}
