// The strict device by itself: what it does it does later, in order, and nobody looks into its memory.

import { describe, expect, it } from 'vitest';
import type { Memory } from '../../src/runtime/index.js';
import { StrictDriver } from './driver.js';

const floats = (...values: number[]): Uint8Array =>
  new Uint8Array(Float32Array.from(values).buffer);
const valuesOf = async (driver: StrictDriver, memory: Memory): Promise<number[]> => [
  ...new Float32Array((await driver.read(memory, 0, memory.bytes)).buffer),
];

/** m0 := m0 * p0 + 1, and code 7 where the first element is negative. */
const text = `/* float32 */
(m, p, scratch, status) => {
  if (m[0][0] < 0) status[0] = 7;
  for (let i = 0; i < m[0].length; i++) m[0][i] = m[0][i] * p[0] + 1;
}`;

describe('the strict device', () => {
  it('does what it is given in order, whatever the moments at which it works', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const driver = new StrictDriver(seed);
      const kernel = driver.load('step', text);
      const [a, b] = [driver.allocate(8), driver.allocate(8)];
      driver.write(a, 0, floats(1, 2));
      driver.launch(kernel, [a], [10]);
      driver.copy(a, b, 8);
      driver.launch(kernel, [a], [10]);
      const [first, second] = await Promise.all([valuesOf(driver, b), valuesOf(driver, a)]);
      expect(first).toEqual([11, 21]);
      expect(second).toEqual([111, 211]);
    }
  });

  it('has done nothing when a call returns', async () => {
    const driver = new StrictDriver();
    const memory = driver.allocate(4);
    const bytes = floats(3);
    driver.write(memory, 0, bytes);
    // what the host does with its bytes afterwards is its own affair
    bytes.fill(0);
    const read = valuesOf(driver, memory);
    driver.write(memory, 0, floats(5));
    expect(await read).toEqual([3]);
  });

  it('shows no bytes: a piece of memory is a size', () => {
    const memory = new StrictDriver().allocate(4);
    expect(Object.keys(memory)).toEqual(['bytes']);
    expect(JSON.stringify(memory)).toBe('{"bytes":4}');
  });

  it('holds nonsense where nobody wrote', async () => {
    const driver = new StrictDriver();
    expect(await valuesOf(driver, driver.allocate(8))).toEqual([Number.NaN, Number.NaN]);
  });

  it('uses memory that was given back only for what was submitted before', async () => {
    const driver = new StrictDriver();
    const memory = driver.allocate(4);
    driver.write(memory, 0, floats(1));
    const read = valuesOf(driver, memory);
    driver.free(memory);
    expect(await read).toEqual([1]);
    expect(() => driver.write(memory, 0, floats(2))).toThrow('used after it was given back');
    expect(driver.memory()).toMatchObject({ used: 0, peak: 4, buffers: 0 });
  });

  it('tells of a failed check afterwards, once, by its ticket', async () => {
    const driver = new StrictDriver();
    const kernel = driver.load('step', text);
    const memory = driver.allocate(4);
    driver.write(memory, 0, floats(-1));
    driver.launch(kernel, [memory], [1], 41);
    driver.launch(kernel, [memory], [1], 42);
    expect(await driver.settle()).toEqual([{ ticket: 41, code: 7 }]);
    expect(await driver.settle()).toEqual([]);
  });

  it('takes no int64 as a parameter', () => {
    const driver = new StrictDriver();
    const kernel = driver.load('step', text);
    expect(() => driver.launch(kernel, [driver.allocate(4)], [1n])).toThrow('no int64');
  });

  it('breaks every promise once it is lost, those given before too', async () => {
    const driver = new StrictDriver();
    const memory = driver.allocate(4);
    const before = valuesOf(driver, memory);
    driver.lose();
    await expect(before).rejects.toThrow('the device was lost');
    await expect(driver.settle()).rejects.toThrow('the device was lost');
  });
});
