// The devices and what they are asked: import the runtime from here.

export type {
  Call,
  Device,
  Executable,
  Failure,
  LoadedProgram,
  Memory,
  MemoryUse,
  ProgramCode,
  Rest,
  Scalar,
  SlotType,
} from './device.js';
export { inWords, MemoryFault, NeedsAwaitError, OutOfMemoryError } from './errors.js';
export { createJsDevice, JsDevice } from './js/device.js';
export { jsTarget } from './js/target.js';
export type { HostOptions } from './memory/pooled.js';
export { mostThreads } from './wasm/threads/control.js';
export { LostWorkerError } from './wasm/threads/team.js';
export { nextTurn } from './turn.js';
export type { WasmOptions } from './wasm/device.js';
export { createWasmDevice, WasmDevice } from './wasm/device.js';
export { wasmTarget } from './wasm/target.js';
