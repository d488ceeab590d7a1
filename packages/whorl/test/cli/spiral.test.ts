// The command from settings to files, on a tiny spiral.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { defaults, type SpiralOptions } from '../../src/cli/options.js';
import { getNumThreads, setNumThreads } from '../../src/index.js';
import { runSpiral } from '../../src/cli/spiral.js';

const folder = mkdtempSync(join(tmpdir(), 'whorl-spiral-'));
const tiny: SpiralOptions = {
  ...defaults,
  samples: 10,
  hidden: 4,
  epochs: 3,
  quiet: true,
  out: join(folder, 'new', 'figures'),
  log: join(folder, 'log'),
};

afterEach(() => {
  setNumThreads(1);
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

function captured(stream: NodeJS.WriteStream): string[] {
  const texts: string[] = [];
  vi.spyOn(stream, 'write').mockImplementation((text) => {
    texts.push(String(text));
    return true;
  });
  return texts;
}

describe('runSpiral', () => {
  it('writes figures and one log per model, and says where they are', async () => {
    const said = captured(process.stdout);
    expect(await runSpiral(tiny)).toBe(0);
    expect(readdirSync(tiny.log!).sort()).toEqual(['linear-sgd.txt', 'relu-adam.txt']);
    const lines = readFileSync(join(tiny.log!, 'relu-adam.txt'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatch(/^\[EPOCH\]: 2, \[LOSS\]: \d\.\d{6}, \[ACCURACY\]: \d\.\d{3}$/);
    const figures = readdirSync(tiny.out).sort();
    expect(figures.filter((name) => name.endsWith('.png'))).toHaveLength(5);
    for (const name of figures) expect(said.join('')).toContain(name);
  }, 60_000);

  const logsOf = async (options: Partial<SpiralOptions>) => {
    expect(await runSpiral({ ...tiny, ...options })).toBe(0);
    return readdirSync(tiny.log!).map((name) => readFileSync(join(tiny.log!, name), 'utf8'));
  };

  it('writes the same logs with a compiled training step', async () => {
    captured(process.stdout);
    const written = await logsOf({ epochs: 20 });
    expect(await logsOf({ epochs: 20, compile: true })).toEqual(written);
  }, 60_000);

  it('writes the same logs with a compiled training step that two threads share', async () => {
    captured(process.stdout);
    // large enough to be shared
    const large = { samples: 1000, hidden: 100, epochs: 5 };
    const written = await logsOf(large);
    expect(await logsOf({ ...large, compile: true, threads: 2 })).toEqual(written);
    expect(getNumThreads()).toBe(2);
  }, 60_000);

  it.skipIf(process.platform === 'win32')(
    'refuses a folder that cannot be made, in one sentence',
    async () => {
      const said = captured(process.stderr);
      expect(await runSpiral({ ...tiny, out: '/dev/null/figures' })).toBe(2);
      expect(said.join('')).toMatch(
        /^Cannot write into the folder '\/dev\/null\/figures': \w+\.\n$/,
      );
      if (process.platform === 'linux')
        expect(await runSpiral({ ...tiny, out: '/proc/figures' })).toBe(2);
    },
  );
});
