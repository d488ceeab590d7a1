// WHORL_CHECK: a kernel that writes behind a buffer is found, on every device.

import { expect, test } from 'vitest';
import { createJsDriver } from '../../src/runtime/js/driver.js';
import { createWasmDriver } from '../../src/runtime/wasm/driver.js';

const devices = { js: createJsDriver, wasm: createWasmDriver };

for (const [name, create] of Object.entries(devices)) {
  test(`${name}: a write behind a buffer is told with how far behind and of what size it is`, () => {
    const device = create({ guarded: true });
    const kept = device.allocate(20);
    device.allocate(1000);
    expect(() => device.checkMemory()).not.toThrow();
    const { buffer, offset } = device.locate(kept);
    const bytes = new Uint8Array(buffer as ArrayBuffer);
    bytes[offset + 19] = 1;
    expect(() => device.checkMemory()).not.toThrow();
    bytes[offset + 20 + 12] = 1;
    expect(() => device.checkMemory()).toThrow('12 bytes behind a buffer of 20 bytes');
    expect(() => device.checkMemory()).not.toThrow();
    bytes[offset + 20] = 1;
    expect(() => device.free(kept)).toThrow('0 bytes behind a buffer of 20 bytes');
  });

  test(`${name}: without guards buffers lie side by side`, () => {
    const device = create();
    const [a, b] = [device.allocate(32), device.allocate(32)];
    expect(device.locate(b).offset - device.locate(a).offset).toBe(32);
  });
}
