// Bundles of the library, as tools make them, run by themselves: every format, every part, with and without what a
// platform may withhold.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';

const source = (path: string) => fileURLToPath(new URL(`../../src/${path}`, import.meta.url));
const alias = {
  'whorl/nn/functional': source('operators/nn/index.ts'),
  'whorl/nn': source('nn/index.ts'),
  'whorl/optim': source('optim/index.ts'),
  'whorl/datasets': source('data/datasets.ts'),
  'whorl/reference': source('engine/devices/reference.ts'),
  whorl: source('index.ts'),
};

const folder = mkdtempSync(join(tmpdir(), 'whorl-bundles-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
async function bundle(contents: string, options: BuildOptions): Promise<string> {
  const outfile = join(folder, `${++files}.${options.format === 'esm' ? 'mjs' : 'cjs'}`);
  const stdin = { contents, resolveDir: folder, loader: 'ts' as const };
  await build({ stdin, bundle: true, outfile, alias, logLevel: 'silent', ...options });
  return outfile;
}

function run(args: readonly string[], env: Record<string, string> = {}) {
  const own = { ...process.env, WHORL_DEVICE: '', WHORL_DEBUG: '', ...env };
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    env: own,
    encoding: 'utf8',
  });
  return { stdout: stdout.trim(), stderr, status };
}

const sum = `import { tensor } from 'whorl'; console.log(tensor([1, 2, 3]).sum().itemSync());`;

describe('a bundle', () => {
  it.each<[string, BuildOptions]>([
    ['cjs for Node', { format: 'cjs', platform: 'node' }],
    ['cjs, minified', { format: 'cjs', minify: true }],
    ['iife', { format: 'iife' }],
    ['esm', { format: 'esm', minify: true }],
  ])('computes: %s', async (_, options) => {
    expect(run([await bundle(sum, options)])).toMatchObject({ stdout: '6', status: 0 });
  });

  it('computes where it was imported from no file', async () => {
    const file = await bundle(sum, { format: 'esm' });
    const program = `import { readFileSync } from 'node:fs';
      const text = readFileSync(${JSON.stringify(file)}, 'utf8');
      await import('data:text/javascript,' + encodeURIComponent(text));`;
    const host = join(folder, 'host.mjs');
    writeFileSync(host, program);
    expect(run([host])).toMatchObject({ stdout: '6', status: 0 });
  });

  it('listens to WHORL_DEBUG, though it names nothing of it', async () => {
    const file = await bundle(sum, { format: 'esm' });
    expect(run([file], { WHORL_DEBUG: '1' }).stderr).toMatch(/^flush 1: 1 kernel/);
    expect(run([file]).stderr).toBe('');
  });

  it('reads no environment that may not be read', async () => {
    const file = await bundle(sum, {
      format: 'esm',
      banner: {
        js: `const { env } = process;
          process.env = new Proxy(env, { get(_, name) {
            if (String(name).startsWith('WHORL')) throw new Error('NotCapable');
            return env[name];
          } });`,
      },
    });
    expect(run([file])).toMatchObject({ stdout: '6', status: 0 });
  });

  it('computes without WebAssembly where the reference is imported, and says so', async () => {
    const file = await bundle(`import 'whorl/reference'; ${sum}`, { format: 'cjs' });
    const { stdout, stderr } = run(['--no-expose-wasm', file]);
    expect([stdout, /WebAssembly is not available/.test(stderr)]).toEqual(['6', true]);
  });

  it('says what is to be imported where there is no WebAssembly', async () => {
    const file = await bundle(sum, { format: 'cjs' });
    expect(run(['--no-expose-wasm', file]).stderr).toMatch(
      /WebAssembly is not available here\. import 'whorl\/reference'/,
    );
  });

  it('says what a Content-Security-Policy must allow', async () => {
    const refusal = 'CompileError: violates because unsafe-eval is not an allowed source of script';
    const file = await bundle(sum, {
      format: 'esm',
      banner: {
        js: `WebAssembly.Module = class { constructor() { throw new Error('${refusal}'); } };`,
      },
    });
    expect(run([file]).stderr).toMatch(/Content-Security-Policy.*'wasm-unsafe-eval'/);
  });
});

describe('a part that is imported by itself', () => {
  const methods = (name: string, from: string) => `
    import { ${name} } from '${from}';
    import { spiral } from 'whorl/datasets';
    const { X } = spiral({ classes: 2, samplesPerClass: 2, noise: 0.1 });
    console.log(typeof ${name}, Object.getOwnPropertyNames(Object.getPrototypeOf(X)).sort().join(' '));`;

  it('brings all methods of Tensor, also after bundling', async () => {
    const everything = methods('nn', 'whorl').replace('typeof nn', `'function'`);
    const wanted = run([await bundle(everything, { format: 'esm' })]).stdout;
    expect(wanted).toMatch(/ det .* norm .* triu /);
    for (const [name, from] of [
      ['spiral as moons', 'whorl/datasets'],
      ['Linear', 'whorl/nn'],
      ['SGD', 'whorl/optim'],
      ['relu', 'whorl/nn/functional'],
    ] as const) {
      const program = methods(name, from).replace(`typeof ${name}`, `'function'`);
      const file = await bundle(program, { format: 'esm', minify: true });
      expect([from, run([file]).stdout]).toEqual([from, wanted]);
    }
  }, 60_000);
});

describe('an error in values', () => {
  const failing = `
    import { nn, tensor } from 'whorl';
    const rows = new nn.Embedding(3, 2).forward(tensor([0n, 2n]).add(5n));
    async function readIt() { await rows.sum().item(); }
    readIt().catch((error) => console.log(error.stack));`;

  it('carries the line that read it, and with WHORL_DEBUG the line that made it', async () => {
    const file = join(folder, 'failing.mjs');
    writeFileSync(file, failing.replace(`'whorl'`, JSON.stringify(source('index.ts'))));
    const tsx = ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href];
    const plain = run([...tsx, file]).stdout.split('\n');
    expect(plain[0]).toMatch(/WHORL_DEBUG=1 or call setDebug\(1\)/);
    expect(plain[1]).toMatch(/at readIt .*failing\.mjs:4/);
    const debugged = run([...tsx, file], { WHORL_DEBUG: '1' }).stdout.split('\n');
    expect(debugged[1]).toMatch(/failing\.mjs:3/);
  }, 60_000);
});
