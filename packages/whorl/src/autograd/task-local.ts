// A value that belongs to a task: what an asynchronous function set stays with it across its
// awaits.
// in:  what the platform offers
// out: run and get; null where it offers nothing (browsers of today)

/** What AsyncContext.Variable (a proposal) and Node's AsyncLocalStorage have in common. */
export interface TaskLocal<T> {
  /** Runs `body`; whatever it starts and awaits finds `value`. */
  run<R>(value: T, body: () => R): R;
  get(): T | undefined;
}

interface Storage<T> {
  run<R>(value: T, body: () => R): R;
  getStore(): T | undefined;
}

type Made<C> = new () => C;

interface Platform {
  AsyncContext?: { Variable?: Made<TaskLocal<never>> };
  AsyncLocalStorage?: Made<Storage<never>>;
  process?: {
    getBuiltinModule?(name: string): { AsyncLocalStorage?: Made<Storage<never>> } | undefined;
  };
}

/** Asked by name at run time: no bundle imports a module of Node's. */
function storageClass({ AsyncLocalStorage, process }: Platform) {
  if (AsyncLocalStorage !== undefined) return AsyncLocalStorage;
  try {
    return process?.getBuiltinModule?.('node:async_hooks')?.AsyncLocalStorage;
  } catch {
    return undefined;
  }
}

export function taskLocal<T>(): TaskLocal<T> | null {
  const platform = globalThis as Platform;
  const Variable = platform.AsyncContext?.Variable as Made<TaskLocal<T>> | undefined;
  if (Variable !== undefined) return new Variable();
  const Storage = storageClass(platform) as Made<Storage<T>> | undefined;
  if (Storage === undefined) return null;
  const storage = new Storage();
  return { run: (value, body) => storage.run(value, body), get: () => storage.getStore() };
}
