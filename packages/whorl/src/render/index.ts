// The renderers: import them from here.
// in:  kernels of the loop IR     out: text or bytes; no renderer touches a device

export { renderJs } from './js/render.js';
export type { Call, Slot } from './wasm/call.js';
export { callOf } from './wasm/call.js';
export type { FunctionNames, RenderOptions } from './wasm/render.js';
export { kernelFunctions, renderWasm } from './wasm/render.js';
export type { ProgramCode, ProgramSpec } from './wasm/program.js';
export { renderProgram } from './wasm/program.js';
export { hasRelaxedFma } from './wasm/relaxed.js';
