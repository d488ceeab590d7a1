// The CPU devices: launching kernels, growth, the status word, the error without memory.

import { describe, expect, it } from 'vitest';
import type { Call, Memory } from '../../src/runtime/index.js';
import { createJsDriver, createWasmDriver, OutOfMemoryError } from '../../src/runtime/index.js';

type Device = ReturnType<typeof createJsDriver> | ReturnType<typeof createWasmDriver>;

const devices: [string, () => Device][] = [
  ['js', () => createJsDriver()],
  ['wasm, shared', () => createWasmDriver({ shared: true })],
  ['wasm, unshared', () => createWasmDriver({ shared: false })],
];

const floats = (device: Device, memory: Memory): Float32Array => {
  const { buffer, offset } = device.locate(memory);
  return new Float32Array(buffer, offset, memory.bytes / 4);
};

/** run(args, scratch, from, to): stores the float in the buffer and sets the status word to 7. */
function storeModule(shared: boolean): Uint8Array {
  const section = (id: number, ...body: number[]) => [id, body.length, ...body];
  const text = (s: string) => [s.length, ...[...s].map((c) => c.charCodeAt(0))];
  const limits = shared ? [3, 1, 0x80, 0x80, 4] : [0, 1];
  // f32.store(i32.load(args), f32.load(args + 8)); i32.store(0, 7)
  const store = [0x20, 0, 0x28, 2, 0, 0x20, 0, 0x2a, 2, 8, 0x38, 2, 0];
  const code = [0, ...store, 0x41, 0, 0x41, 7, 0x36, 2, 0, 0x0b];
  return new Uint8Array([
    0,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0,
    ...section(1, 1, 0x60, 4, 0x7f, 0x7f, 0x7f, 0x7f, 0),
    ...section(2, 1, ...text('env'), ...text('memory'), 2, ...limits),
    ...section(3, 1, 0),
    ...section(7, 1, ...text('run'), 0, 0),
    ...section(10, 1, code.length, ...code),
  ]);
}

/** One buffer, one float. */
const call: Call = {
  bytes: 16,
  buffers: [0],
  params: [{ offset: 8, type: 'f32' }],
  blocks: 1,
};

const storeText = `/* float32 */
(m, p, scratch, status) => { m[0][0] = p[0]; status[0] = 7; }`;

describe.each(devices)('%s', (name, create) => {
  const code = name === 'js' ? storeText : storeModule(name === 'wasm, shared');

  it('launches a kernel with memories and scalars', () => {
    const device = create();
    const memory = device.allocate(4);
    device.launch(device.load('store', code, call), [memory], [1.5]);
    expect(floats(device, memory)[0]).toBe(1.5);
  });

  it('hands the status word out once', () => {
    const device = create();
    device.launch(device.load('store', code, call), [device.allocate(4)], [1.5]);
    expect([device.takeStatus(), device.takeStatus()]).toEqual([7, 0]);
  });

  it('keeps contents, kernels and status over growth', () => {
    const device = create();
    const executable = device.load('store', code, call);
    const memory = device.allocate(16);
    floats(device, memory).set([1, 2, 3, 4]);
    const large = device.allocate(2 ** 23);
    expect(floats(device, memory)).toEqual(new Float32Array([1, 2, 3, 4]));
    device.launch(executable, [large], [2.5]);
    expect(floats(device, large)[0]).toBe(2.5);
    expect(device.takeStatus()).toBe(7);
  });

  it('refuses memory that was given back', () => {
    const device = create();
    const memory = device.allocate(16);
    device.free(memory);
    const launch = () => device.launch(device.load('store', code, call), [memory], [1]);
    expect(launch).toThrow('used after it was given back');
    expect(() => device.free(memory)).toThrow('given back twice');
  });

  it('says the sizes when there is no memory, and goes on working', () => {
    const device = create();
    device.allocate(1024);
    const ask = () => device.allocate(5 * 2 ** 30);
    expect(ask).toThrow(OutOfMemoryError);
    expect(ask).toThrow(/5\.00 GiB were asked for while 1\.00 KiB are in use.*4\.00 GiB at most/s);
    expect(device.allocate(1024).bytes).toBe(1024);
  });

  it('refuses code of the wrong kind', () => {
    const wrong = name === 'js' ? new Uint8Array(8) : 'text';
    expect(() => create().load('k', wrong, call)).toThrow('kernel k is');
  });
});
