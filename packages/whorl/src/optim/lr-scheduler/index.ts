// The learning-rate schedules (torch.optim.lr_scheduler).

export { ChainedScheduler, SequentialLR, type SequentialLROptions } from './combined.js';
export {
  CosineAnnealingLR,
  type CosineAnnealingLROptions,
  CosineAnnealingWarmRestarts,
  type WarmRestartsOptions,
} from './cosine.js';
export { CyclicLR, type CyclicLROptions } from './cyclic.js';
export {
  ExponentialLR,
  type ExponentialLROptions,
  MultiStepLR,
  type MultiStepLROptions,
  PolynomialLR,
  type PolynomialLROptions,
  StepLR,
  type StepLROptions,
} from './decay.js';
export { type Factor, LambdaLR, type LambdaOptions, MultiplicativeLR } from './lambda.js';
export { OneCycleLR, type OneCycleLROptions } from './one-cycle.js';
export { type PlateauOptions, ReduceLROnPlateau } from './plateau.js';
export { LRScheduler, type SchedulerState } from './scheduler.js';
export { ConstantLR, type ConstantLROptions, LinearLR, type LinearLROptions } from './warmup.js';
