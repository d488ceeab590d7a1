// The library as npm packs it, installed into an empty folder and used from there.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDeclarations, buildModules, copyBesides } from '../../../../scripts/build.mjs';
import { install, output, pack, writeExample } from '../../../../scripts/installed-package.mjs';
import { root } from '../../../../scripts/packages.mjs';
import { readmeExample } from '../../../../scripts/readme-example.mjs';

const compilers = ['typescript', 'typescript-native'];

describe('the packed library', () => {
  const folder = mkdtempSync(join(tmpdir(), 'whorl-package-'));
  const empty = join(folder, 'empty');
  let files: string[] = [];

  beforeAll(async () => {
    await buildModules();
    buildDeclarations();
    copyBesides();
    const packed = pack(folder);
    files = packed.files;
    install(empty, packed.archive);
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What a compiler says of a program beside the installed package. */
  function complaints(compiler: string, file: string, program: string): string {
    writeFileSync(join(empty, file), `${program}\nexport {};\n`);
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext'];
    const args = [`${root}/node_modules/${compiler}/bin/tsc`, ...options, file];
    return output(process.execPath, args, { cwd: empty });
  }

  it('holds dist, README and LICENSE, and nothing else', () => {
    const others = files.filter((file) => !file.startsWith('dist/'));
    expect(others.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
    expect(files.filter((file) => !/\.(js|d\.ts)$/.test(file))).toEqual(others);
  });

  it("runs the README's first example", async () => {
    const example = await writeExample(empty);
    expect(output(process.execPath, [example], { cwd: empty })).toMatch(/\d\.\d{6}/);
  });

  it.each(compilers)(
    'has declarations that %s reads',
    (compiler) => {
      expect(complaints(compiler, 'example.ts', readmeExample())).toBe('');
    },
    120_000,
  );

  const bySubpath = `
    import * as datasets from 'whorl/datasets';
    import * as nn from 'whorl/nn';
    import { relu } from 'whorl/nn/functional';
    import * as optim from 'whorl/optim';
    const { X, Y } = datasets.spiral({ classes: 3, samplesPerClass: 20 });
    const layer = new nn.Linear(2, 3);
    const optimizer = new optim.SGD(layer.parameters(), { lr: 0.1 });
    const loss = new nn.CrossEntropyLoss().forward(relu(layer.forward(X)), Y);
    loss.backward();
    optimizer.step();
    console.log(Number.isFinite(await loss.item()));
  `;

  it('lets parts be imported by themselves, and they are the same', () => {
    const program = join(empty, 'parts.mjs');
    const same = `import * as whorl from 'whorl';
      console.log(whorl.nn.Linear === nn.Linear, whorl.optim.SGD === optim.SGD,
        whorl.datasets.spiral === datasets.spiral, whorl.nn.functional.relu === relu);`;
    writeFileSync(program, bySubpath);
    expect(output(process.execPath, [program], { cwd: empty })).toBe('true');
    writeFileSync(program, bySubpath + same);
    expect(output(process.execPath, [program], { cwd: empty })).toBe('true\ntrue true true true');
  });

  it('has declarations for the parts', () => {
    expect(complaints('typescript-native', 'parts.ts', bySubpath)).toBe('');
  });

  it('leaves out of a bundle the modules, optimizers and data that a program does not name', async () => {
    const kept = async (source: string) => {
      const { metafile } = await build({
        stdin: { contents: source, resolveDir: empty },
        ...{ bundle: true, write: false, metafile: true, format: 'esm', logLevel: 'silent' },
      });
      const [{ inputs }] = Object.values(metafile!.outputs) as [Metafile['outputs'][string]];
      const files = Object.keys(inputs).filter((file) => inputs[file]!.bytesInOutput > 0);
      return files.map((file) => file.replace(/.*\/dist\//, ''));
    };
    const files = await kept(bySubpath);
    expect(files).toEqual(
      expect.arrayContaining(['nn/linear.js', 'optim/sgd.js', 'operators/order/sort.js']),
    );
    expect(files.filter((file) => /transformer|recurrent|adam|cyclic/.test(file))).toEqual([]);
    const small = await kept("import { randn } from 'whorl'; console.log(randn(3).sum());");
    expect(small.filter((file) => /^(nn|optim|data)\//.test(file))).toEqual([]);
  });

  it('is a few files for Node, of which an error in values leaves out all frames', () => {
    const loaded = files.filter((file) => file.startsWith('dist/node/'));
    expect(loaded.length).toBeLessThan(25);
    const program = join(empty, 'late.mjs');
    writeFileSync(
      program,
      `import { tensor } from 'whorl';
      const computed = tensor([2n]).mul(4);
      await tensor([1, 2, 3]).indexSelect(0, computed).data().catch(({ stack }) => console.log(stack));`,
    );
    const stack = output(process.execPath, [program], { cwd: empty });
    expect(stack).toContain('late.mjs:3');
    expect(stack).not.toContain('dist/node');
  });

  it('brings the command', () => {
    const command = join(empty, 'node_modules/whorl/dist/node/cli.js');
    const help = output(process.execPath, [command, 'spiral', '--help'], { cwd: empty });
    expect(help).toContain('--seed');
  });

  it('draws figures with that command where @whorl/plot is installed beside it', () => {
    const both = join(folder, 'both');
    install(both, pack(folder).archive, pack(folder, 'plot').archive);
    const command = join(both, 'node_modules/.bin/whorl');
    const options = ['--epochs', '2', '--samples', '20', '--out', 'figures', '--quiet'];
    output(command, ['spiral', ...options], { cwd: both });
    const figures = readdirSync(join(both, 'figures'));
    expect(figures.filter((file) => file.endsWith('.svg')).length).toBeGreaterThan(2);
    expect(figures.filter((file) => file.endsWith('.png')).length).toBeGreaterThan(2);
  }, 120_000);
});

describe('the lock file', () => {
  it('names no address to download from, so that every registry will do', () => {
    const lock = readFileSync(`${root}/package-lock.json`, 'utf8');
    expect(lock.match(/"resolved": "\w+:.*/g)).toBeNull();
  });
});
