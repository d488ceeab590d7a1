// jax-js on its WebAssembly backend, loaded when a contestant of it runs and not before.
// in:  nothing     out: its module

export async function loadJax() {
  const jax = await import('@jax-js/jax');
  await jax.init('wasm');
  jax.defaultDevice('wasm');
  return jax;
}

export type Jax = Awaited<ReturnType<typeof loadJax>>;
