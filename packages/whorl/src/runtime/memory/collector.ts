// Finds a way to make the garbage collector forget unused objects now, inside a synchronous loop.
// out: a function that collects, or null where the platform has none (browsers, Bun, Deno)

export type Collect = () => void;

interface Script {
  runInContext(context: object): unknown;
}
interface Vm {
  createContext(sandbox: object, options: { microtaskMode: 'afterEvaluate' }): object;
  runInNewContext(code: string): unknown;
  readonly Script: new (code: string) => Script;
}
interface V8 {
  setFlagsFromString(flags: string): void;
}
interface NodeProcess {
  getBuiltinModule?: (name: string) => unknown;
}

/** Built in a function of its own, so that no register of the caller keeps the object alive. */
const refToNothing = (): WeakRef<object> => new WeakRef({});

/** A WeakRef is kept alive to the end of the job that made or read it. A script in a context with
 *  its own micro-task queue ends a job of its own; after it a collection does clear WeakRefs. */
function nodeCollector(load: (name: string) => unknown): Collect {
  const vm = load('node:vm') as Vm;
  (load('node:v8') as V8).setFlagsFromString('--expose-gc');
  const collect = vm.runInNewContext('gc') as Collect;
  const context = vm.createContext({}, { microtaskMode: 'afterEvaluate' });
  const endJob = new vm.Script('0');
  return () => {
    endJob.runInContext(context);
    collect();
  };
}

/** Believed only after it was seen to clear a WeakRef made in this very job. */
function proven(collect: Collect): Collect | null {
  const witness = refToNothing();
  collect();
  return witness.deref() === undefined ? collect : null;
}

let found: Collect | null | undefined;

/** Looked for once per process, when first needed: it takes a few milliseconds. */
export function findCollector(): Collect | null {
  if (found !== undefined) return found;
  found = null;
  try {
    const host = (globalThis as { process?: NodeProcess }).process;
    const load = host?.getBuiltinModule;
    if (load !== undefined) found = proven(nodeCollector(load));
  } catch {
    // another runtime that only looks like Node: memory comes back between macrotasks instead
  }
  return found;
}
