// What the reference can: the very kernels that the CPU device
// is given, since it says what these mean.
// in:  nothing     out: its record

import type { Target } from '../../target/target.js';
import { wasmTarget } from '../wasm/target.js';

export const jsTarget: Target = wasmTarget;
