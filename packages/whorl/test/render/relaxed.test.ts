// Relaxed FMA: one instruction for a product that is added, only on request and only where it exists.

import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { setRelaxedFma, usesRelaxedFma } from '../../src/engine/devices/relaxed-fma.js';
import { hasRelaxedFma, renderWasm } from '../../src/render/index.js';
import { optimise } from '../../src/optimise/index.js';
import { whorl } from '../loose.js';
import { matmul } from '../optimise/nests.js';
import { plainMemory } from '../targets.js';
import { wasmTarget } from '../../src/runtime/index.js';

/** Code, low seven bits first, of f32x4.relaxed_madd. */
const madd = [0xfd, 0x85, 0x02];
const countIn = (bytes: Uint8Array): number => {
  let count = 0;
  bytes.forEach((byte, at) => {
    if (byte === madd[0] && bytes[at + 1] === madd[1] && bytes[at + 2] === madd[2]) count++;
  });
  return count;
};

describe('relaxed FMA', () => {
  afterEach(() => setRelaxedFma(false));
  const product = optimise(matmul(64, 64, 64), wasmTarget);

  it('stands in a kernel on request only', () => {
    expect(countIn(renderWasm(product, plainMemory))).toBe(0);
    expect(countIn(renderWasm(product, { ...plainMemory, relaxed: true }))).toBe(8);
  });

  it('is off by default, and an error where the engine has none', () => {
    expect(usesRelaxedFma()).toBe(false);
    if (hasRelaxedFma()) setRelaxedFma(true);
    else expect(() => setRelaxedFma(true)).toThrow('this engine has no relaxed SIMD');
    expect(usesRelaxedFma()).toBe(hasRelaxedFma());
  });

  it('leaves kernels of the other kind alone: switched on and off again, the bits are those of before', () => {
    if (!hasRelaxedFma()) return;
    const [a, b] = [whorl.rand(64, 300), whorl.rand(300, 64)];
    const bits = (): string => a.matmul(b).dataSync().join();
    const before = bits();
    setRelaxedFma(true);
    expect(bits()).not.toBe(before);
    setRelaxedFma(false);
    expect(bits()).toBe(before);
  });

  it('is found, and rounds once, in an engine that is told to have it', () => {
    const bytes = Buffer.from(renderWasm(product, { ...plainMemory, relaxed: true }));
    const script = `
      const bytes = Buffer.from(process.argv[1], 'base64');
      const memory = new WebAssembly.Memory({ initial: 32 });
      const { run } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports;
      const at = [0, 1, 2].map((n) => 2 ** 20 + n * 2 ** 16);
      const x = 1 + 2 ** -12;
      new Float32Array(memory.buffer, at[0], 4096).fill(x);
      new Float32Array(memory.buffer, at[1], 4096).fill(x);
      new Uint32Array(memory.buffer, 64, 3).set(at);
      run(64, 2 ** 16, 0, 1);
      process.stdout.write(String(new Float32Array(memory.buffer, at[2], 1)[0]));`;
    const flag = Number(process.versions.node.split('.')[0]) < 22;
    const flags = flag ? ['--experimental-wasm-relaxed-simd'] : [];
    const got = execFileSync(process.execPath, [...flags, '-e', script, bytes.toString('base64')]);
    const x = 1 + 2 ** -12;
    let [once, twice] = [0, 0];
    for (let n = 0; n < 64; n++) {
      once = Math.fround(x * x + once);
      twice = Math.fround(Math.fround(x * x) + twice);
    }
    // engines may round twice on a processor without the instruction
    expect([once, twice]).toContain(Number(String(got)));
  });
});
