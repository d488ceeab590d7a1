// Counts how often a library calls into WebAssembly, and for how long: a kernel is such a call.
// in:  nothing; to be asked before the library makes its instances     out: a count, milliseconds

export interface Calls {
  count: number;
  milliseconds: number;
}

function counted(exports: WebAssembly.Exports, calls: Calls): WebAssembly.Exports {
  const wrapped = Object.entries(exports).map(([name, value]) => {
    if (typeof value !== 'function') return [name, value] as const;
    const counting = (...args: unknown[]): unknown => {
      calls.count++;
      const start = performance.now();
      const result: unknown = value(...args);
      calls.milliseconds += performance.now() - start;
      return result;
    };
    return [name, counting] as const;
  });
  return Object.fromEntries(wrapped);
}

export function countWasmCalls(): Calls {
  const calls: Calls = { count: 0, milliseconds: 0 };
  const { Instance } = WebAssembly;
  class CountingInstance {
    readonly exports: WebAssembly.Exports;
    constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
      this.exports = counted(new Instance(module, imports).exports, calls);
    }
  }
  WebAssembly.Instance = CountingInstance;
  return calls;
}
