// The optimizers (torch.optim).

export { Adam, type AdamOptions, AdamW } from './adam.js';
export { Optimizer, type OptimizerState, type Parameters } from './optimizer.js';
export { SGD, type SGDOptions } from './sgd.js';
