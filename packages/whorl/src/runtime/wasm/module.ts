// Compiles a module, and says what to do where a page may not.
// in:  bytes     out: a WebAssembly module

/** Errors: a page whose Content-Security-Policy forbids it, with what to allow. */
export function compileModule(code: Uint8Array): WebAssembly.Module {
  try {
    return new WebAssembly.Module(code as Uint8Array<ArrayBuffer>);
  } catch (error) {
    if (!/unsafe-eval|content security policy|blocked by CSP/i.test(String(error))) throw error;
    throw new Error(
      "wasm: this page's Content-Security-Policy forbids WebAssembly. Allow it with " +
        "script-src 'wasm-unsafe-eval' ('unsafe-eval' is not needed).",
      { cause: error },
    );
  }
}
