// The library in a page: the README's first example prints in Chromium what it prints in Node.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../../../scripts/packages.mjs';
import { runInChromium } from '../../../../scripts/page.mjs';
import { bundle, readmeExample } from '../../../../scripts/readme-example.mjs';

const whorl = `${root}/packages/whorl/src/index.ts`;

async function runInNode(program: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'whorl-example-'));
  try {
    writeFileSync(join(folder, 'program.mjs'), program);
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'program.mjs')]);
    return stdout.trimEnd().split('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the page', () => {
  const program = 'console.log(String(crossOriginIsolated), typeof SharedArrayBuffer);';

  it('may share memory where the server sends the two headers', async () => {
    expect(await runInChromium(program, { isolated: true })).toEqual(['true function']);
  });

  it('may not where it sends neither', async () => {
    expect(await runInChromium(program, { isolated: false })).toEqual(['false undefined']);
  });

  it('hands an error of the program back', async () => {
    const failing = "throw new Error('as expected');";
    await expect(runInChromium(failing, { isolated: false })).rejects.toThrow('as expected');
  });
});

describe("the README's first example", () => {
  let program = '';
  let expected: string[] = [];

  beforeAll(async () => {
    program = await bundle(readmeExample(), { folder: root, whorl });
    expected = await runInNode(program);
  }, 120_000);

  it('prints its losses in Node', () => {
    expect(expected.length).toBeGreaterThan(1);
    expect(expected.join('\n')).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('prints the same numbers in a page with shared memory', async () => {
    expect(await runInChromium(program, { isolated: true })).toEqual(expected);
  });

  it('prints the same numbers in a page without it', async () => {
    expect(await runInChromium(program, { isolated: false })).toEqual(expected);
  });
});
