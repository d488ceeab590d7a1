// Everything the bench measures. A table of contents.

import type { Work } from '../work.js';
import { bundle } from './bundle.js';
import { cnn } from './cnn.js';
import { cumsum } from './cumsum.js';
import { dataLoop } from './data-loop.js';
import { elementwise } from './elementwise.js';
import { firstMatmul } from './first-matmul.js';
import { ladder } from './ladder.js';
import { imports } from './imports.js';
import { kernelShare } from './kernel-share.js';
import { matmul } from './matmul.js';
import { memoryUse } from './memory.js';
import { mlp } from './mlp.js';
import { mlpFirstStep } from './mlp-first-step.js';
import { mlpKernels } from './mlp-kernels.js';
import { narrowSum } from './narrow-sum.js';
import { seedStep } from './seed-step.js';
import { smallOpRead } from './small-op-read.js';
import { sort } from './sort.js';

export const works: readonly Work[] = [
  seedStep,
  dataLoop,
  smallOpRead,
  ...elementwise,
  ...matmul,
  mlp,
  ...mlpKernels,
  mlpFirstStep,
  cnn,
  firstMatmul,
  memoryUse,
  cumsum,
  sort,
  narrowSum,
  imports,
  bundle,
  ...ladder,
  ...kernelShare,
];
