// Everything the bench measures. A table of contents.

import type { Work } from '../work.js';
import { bundle } from './bundle.js';
import { cumsum } from './cumsum.js';
import { dataLoop } from './data-loop.js';
import { elementwise } from './elementwise.js';
import { matmul } from './matmul.js';
import { memoryPeak } from './memory-peak.js';
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
  cumsum,
  sort,
  narrowSum,
  memoryPeak,
  bundle,
];
