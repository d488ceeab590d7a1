// What looks right from Python, or to a platform, and is not: x.data as a tensor, a Tensor that is
// cloned or posted.
// in:  a slip     out: a sentence that says what to write

import './read.js';
import { Tensor } from './tensor.js';

const isTensors = (key: PropertyKey): boolean =>
  key in Tensor.prototype || key === 'shape' || key === 'dtype';

/**
 * x.data.add_(1): data is a method here, which reads. Looked up only where a function has no such
 * property.
 */
const slips = new Proxy(Function.prototype, {
  get(target, key, receiver) {
    if (!(key in target) && typeof key === 'string' && isTensors(key)) {
      throw new TypeError(
        `x.data.${key}: x.data() is a method that reads the values; PyTorch's x.data is ` +
          `x.detach(): write x.detach().${key}`,
      );
    }
    return Reflect.get(target, key, receiver) as unknown;
  },
});

const data = Tensor.prototype.data as unknown as object;
Object.setPrototypeOf(data, slips);
Object.defineProperty(Tensor.prototype, 'data', {
  get: () => data,
  set: () => {
    throw new TypeError('x.data = y: write x.detach().copy_(y), which keeps what x is');
  },
  configurable: true,
});
