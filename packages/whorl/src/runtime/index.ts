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
export { createJsDevice, JsDevice } from './js.js';
export type { HostOptions } from './pooled.js';
export { scratchBytes } from './pooled.js';
export { mostThreads } from './threads/control.js';
export { LostWorkerError } from './threads/team.js';
export { nextTurn } from './turn.js';
export type { WasmOptions } from './wasm.js';
export { createWasmDevice, WasmDevice } from './wasm.js';
