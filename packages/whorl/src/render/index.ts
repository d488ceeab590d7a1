// The renderers: import them from here.
// in:  kernels of the loop IR     out: text or bytes; no renderer touches a device

export { renderJs } from './js/render.js';
export { describeKernel } from './text.js';
export { hasRelaxedFma } from './wasm/relaxed.js';
export type { WasmTarget } from './wasm/render.js';
export { renderWasm } from './wasm/render.js';
