// All kinds of programs.

import type { Family } from '../family.js';
import { compileFamily } from './compile.js';
import { gradientsFamily } from './gradients.js';
import { structuresFamily } from './structures.js';
import { viewsFamily } from './views.js';

export const families: readonly Family[] = [
  structuresFamily,
  viewsFamily,
  gradientsFamily,
  compileFamily,
];
