// Runs the README's first example with the packed library wherever it promises to run.
// in:  packages/*, runtimes from the npm registry     out: a line for each, then the counts
// usage: node scripts/try-package.mjs

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { installChromium } from './browser.mjs';
import { buildDeclarations, buildModules, copyBesides } from './build.mjs';
import { bundleExample, install, output, pack, writeExample } from './installed-package.mjs';
import { runInChromium } from './page.mjs';
import { installPackages } from './packages.mjs';
import { bundle } from './readme-example.mjs';

const system = process.platform === 'win32' ? 'win' : process.platform;
const target = `${system}-${process.arch}`;

/**
 * The package that holds the program itself, so that nothing is downloaded on installing.
 * @type {{ name: string, specifier: string, program: string, args: string[] }[]}
 */
const runtimes = [
  ...['20', '22', '24'].map((major) => ({
    name: `Node ${major}`,
    specifier: `node-${target}@${major}`,
    program: `node-${target}/bin/node`,
    args: [],
  })),
  { name: 'Deno', specifier: 'deno', program: '.bin/deno', args: ['run', '-A', '--quiet'] },
  {
    name: 'Bun',
    specifier: `@oven/bun-${target}`,
    program: `@oven/bun-${target}/bin/bun`,
    args: ['run'],
  },
];

installPackages();
await buildModules();
buildDeclarations();
copyBesides();
const folder = mkdtempSync(join(tmpdir(), 'whorl-package-'));
const counts = { passed: 0, failed: 0, skipped: 0 };
try {
  const empty = join(folder, 'empty');
  install(empty, pack(folder).archive);
  const example = await writeExample(empty);
  const expected = output(process.execPath, [example], { cwd: empty });
  console.log(`${expected}\n\n${sizes(await bundle("export * from 'whorl';", coreIn(empty)))}`);
  report(`Node ${process.versions.node}, this one`, () => expected, expected);
  for (const runtime of runtimes) tryRuntime(runtime, empty, example, expected);
  const program = await bundleExample(empty);
  installChromium();
  for (const isolated of [true, false]) {
    const lines = await runInChromium(program, { isolated }).catch(String);
    const name = `Chromium, ${isolated ? 'with' : 'without'} shared memory`;
    report(name, () => (Array.isArray(lines) ? lines.join('\n') : lines), expected);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed > 0 ? 1 : 0;

/**
 * @param {typeof runtimes[number]} runtime
 * @param {string} empty
 * @param {string} example
 * @param {string} expected
 */
function tryRuntime(runtime, empty, example, expected) {
  const own = join(folder, runtime.name.replace(' ', '-'));
  try {
    install(own, runtime.specifier);
  } catch {
    counts.skipped++;
    console.log(`skipped ${runtime.name}: npm has no ${runtime.specifier} for this system`);
    return;
  }
  const program = join(own, 'node_modules', runtime.program);
  const env = { DENO_DIR: join(own, 'cache'), DENO_NO_UPDATE_CHECK: '1' };
  const version = output(program, ['--version'], { cwd: own, env }).split('\n')[0];
  report(
    `${runtime.name}: ${version}`,
    () => output(program, [...runtime.args, example], { cwd: empty, env }),
    expected,
  );
}

/**
 * @param {string} name
 * @param {() => string} run
 * @param {string} expected
 */
function report(name, run, expected) {
  let printed;
  try {
    printed = run();
  } catch (error) {
    printed = error instanceof Error ? error.message : String(error);
  }
  const passed = printed === expected;
  counts[passed ? 'passed' : 'failed']++;
  console.log(`${passed ? 'ok     ' : 'FAILED '} ${name}`);
  if (!passed) console.log(printed);
}

/** @returns {{ folder: string, minify: true }} */
function coreIn(/** @type {string} */ empty) {
  return { folder: empty, minify: true };
}

function sizes(/** @type {string} */ core) {
  const kilobytes = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} KB`;
  return `core: ${kilobytes(core.length)} minified, ${kilobytes(gzipSync(core).length)} gzip`;
}
