// All kinds of programs.

import type { Family } from '../family.js';
import { argumentsFamily } from './arguments.js';
import { compileFamily } from './compile.js';
import { errorsFamily } from './errors.js';
import { gradientsFamily } from './gradients.js';
import { leaksFamily } from './leaks.js';
import { sizesFamily } from './sizes.js';
import { structuresFamily } from './structures.js';
import { threadsFamily } from './threads.js';
import { trainingFamily } from './training.js';
import { viewsFamily } from './views.js';

export const families: readonly Family[] = [
  structuresFamily,
  viewsFamily,
  gradientsFamily,
  compileFamily,
  trainingFamily,
  threadsFamily,
  errorsFamily,
  leaksFamily,
  argumentsFamily,
  sizesFamily,
];
