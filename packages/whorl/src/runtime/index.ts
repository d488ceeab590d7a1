// The devices and what they are asked: import the runtime from here.

export type {
  Call,
  Driver,
  Executable,
  Failure,
  Immediate,
  Late,
  LoadedProgram,
  Memory,
  MemoryUse,
  ProgramCode,
  Rest,
  Scalar,
  SlotType,
} from './driver.js';
export { inWords, MemoryFault, NeedsAwaitError, OutOfMemoryError } from './errors.js';
export { createJsDriver, JsDriver } from './js/driver.js';
export { jsTarget } from './js/target.js';
export type { HostOptions } from './memory/pooled.js';
export { mostThreads } from './wasm/threads/control.js';
export { LostWorkerError } from './wasm/threads/team.js';
export { nextTurn } from './turn.js';
export type { WasmOptions } from './wasm/driver.js';
export { createWasmDriver, WasmDriver } from './wasm/driver.js';
export { wasmTarget } from './wasm/target.js';
