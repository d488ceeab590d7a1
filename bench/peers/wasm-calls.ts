// Counts how often a library calls into WebAssembly: for those that launch a kernel by such a call.
// in:  nothing; to be asked before the library makes its instances     out: a count

export interface Calls {
  count: number;
}

function counted(exports: WebAssembly.Exports, calls: Calls): WebAssembly.Exports {
  const wrapped = Object.entries(exports).map(([name, value]) => {
    if (typeof value !== 'function') return [name, value] as const;
    const counting = (...args: unknown[]): unknown => {
      calls.count++;
      return (value as (...args: unknown[]) => unknown)(...args);
    };
    return [name, counting] as const;
  });
  return Object.fromEntries(wrapped);
}

export function countWasmCalls(): Calls {
  const calls: Calls = { count: 0 };
  const { Instance } = WebAssembly;
  const Counting = (module: WebAssembly.Module, imports?: WebAssembly.Imports) => ({
    exports: counted(new Instance(module, imports).exports, calls),
  });
  WebAssembly.Instance = Counting as unknown as typeof WebAssembly.Instance;
  return calls;
}
