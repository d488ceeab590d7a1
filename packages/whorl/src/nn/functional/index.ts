// torch.nn.functional.

export * from './activation.js';
export * from './classification.js';
export * from './linear.js';
export * from './regression.js';
