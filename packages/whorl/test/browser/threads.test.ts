// Threads in a page: workers share the work of awaited reads; what is in flight is finished by the next.

import { describe, expect, it } from 'vitest';
import { root } from '../../../../scripts/packages.mjs';
import { runInChromium } from '../../../../scripts/page.mjs';
import { bundle } from '../../../../scripts/readme-example.mjs';

const whorl = `${root}/packages/whorl/src/index.ts`;

const head = `
import { getNumThreads, manualSeed, randn, setNumThreads } from 'whorl';
import { driver } from './packages/whorl/test/devices/default.ts';

const taken = () => driver().team.team?.taken ?? [];
const byOthers = () => taken().slice(1).reduce((sum, count) => sum + count, 0);
const print = (...values) => console.log(values.join(' '));

manualSeed(1);
const [a, b] = [randn(320, 320), randn(320, 320)];
const alone = [...a.matmul(b).dataSync()];
const same = (data) => data.every((value, i) => Object.is(value, alone[i]));
setNumThreads(3);

/** How often a launch left its end to be awaited. */
let flights = 0;
const device = driver();
const launchSoon = device.launchSoon.bind(device);
device.launchSoon = (...launch) => {
  const rest = launchSoon(...launch);
  if (rest !== null) flights++;
  return rest;
};

/** Until workers took part: they start when the page gives them a turn. */
async function allAtWork() {
  for (let i = 0; i < 3000; i++) {
    await a.matmul(b).data();
    if (taken().every((count) => count > 0)) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error('workers took no part: ' + taken());
}
`;

async function inPage(program: string, isolated = true): Promise<string[]> {
  return runInChromium(await bundle(head + program, { folder: root, whorl }), { isolated });
}

describe('threads in a page', () => {
  it('share the work of awaited reads, with the same bits', async () => {
    const lines = await inPage(`
      await allAtWork();
      const before = byOthers();
      const right = [];
      for (let i = 0; i < 20; i++) right.push(same(await a.matmul(b).data()));
      print(getNumThreads(), right.every(Boolean), byOthers() > before);`);
    expect(lines).toEqual(['3 true true']);
  }, 60_000);

  it('take no part in synchronous reads', async () => {
    const lines = await inPage(`
      await allAtWork();
      const before = byOthers();
      const right = [];
      for (let i = 0; i < 20; i++) right.push(same(a.matmul(b).dataSync()));
      print(right.every(Boolean), byOthers() === before);`);
    expect(lines).toEqual(['true true']);
  }, 60_000);

  it('give what a value was at the call, whatever is written, read or asked meanwhile', async () => {
    const lines = await inPage(`
      await allAtWork();
      const right = [];
      for (let i = 0; i < 30; i++) {
        const product = a.matmul(b);
        const asked = product.data();
        product.add_(1);
        const other = a.matmul(b);
        const both = [other.data(), other.data()];
        right.push(same(a.matmul(b).dataSync()), same(await asked));
        for (const one of both) right.push(same(await one));
        right.push(Math.abs((await product.data())[0] - alone[0] - 1) < 1e-3);
      }
      print(right.length, right.every(Boolean), flights > 0);`);
    expect(lines).toEqual(['150 true true']);
  }, 60_000);

  it('that are lost while they compute give an error to who awaits', async () => {
    const lines = await inPage(`
      device.team.patience = 1000;
      const [c, d] = [randn(1200, 1200), randn(1200, 1200)];
      let message = '';
      // Chromium lets a worker that was ended go on for two seconds. One that has no part in hand
      // when they are over loses nothing: then it is the turn of others.
      for (let i = 0; i < 10 && message === ''; i++) {
        setNumThreads(1);
        setNumThreads(3);
        await allAtWork();
        for (const member of device.team.team.members) member.end();
        const until = performance.now() + 3000;
        while (message === '' && performance.now() < until) {
          await c.matmul(d).data().catch((error) => { message = error.message; });
        }
      }
      print(message);
      print(getNumThreads(), same(await a.matmul(b).data()));`);
    expect(lines).toEqual([
      expect.stringMatching(/^threads: \d+ of \d+ parts did not end in [\d.]+ seconds\. /),
      '1 true',
    ]);
  }, 60_000);

  it('need a page that is isolated, and say so', async () => {
    const lines = await inPage('print(getNumThreads(), same(await a.matmul(b).data()));', false);
    expect(lines).toEqual([
      expect.stringContaining('setNumThreads(3): memory cannot be shared with workers here'),
      '1 true',
    ]);
  }, 60_000);
});
