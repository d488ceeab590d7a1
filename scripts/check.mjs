// Everything about the code that can be said without running it.
// in:  the sources     out: a line for each check, with its findings where there are any
// usage: node scripts/check.mjs

import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { installPackages, root } from './packages.mjs';

const bin = (/** @type {string} */ path) => `${root}/node_modules/${path}`;
const paths = ['packages', 'examples', 'bench', 'scripts'];

/** @type {[name: string, program: string, args: string[]][]} */
const checks = [
  ['types (TypeScript 5.9)', bin('typescript/bin/tsc'), ['--noEmit', '-p', root]],
  ['types (TypeScript 7)', bin('typescript-native/bin/tsc'), ['--noEmit', '-p', root]],
  ['lint', bin('@biomejs/biome/bin/biome'), ['lint', '--error-on-warnings', root]],
  ['format', bin('@biomejs/biome/bin/biome'), ['format', root]],
  [
    'imports',
    bin('dependency-cruiser/bin/dependency-cruise.mjs'),
    ['--output-type', 'err', ...paths],
  ],
];

/** @returns {{ name: string, passed: boolean }[]} */
export function runChecks() {
  return checks.map(([name, program, args]) => {
    const start = performance.now();
    const run = spawnSync(process.execPath, [program, ...args], { cwd: root, encoding: 'utf8' });
    const passed = run.status === 0;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${passed ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
    if (!passed) console.log(`${run.stdout}${run.stderr}`.trimEnd());
    return { name, passed };
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  installPackages();
  process.exitCode = runChecks().every((check) => check.passed) ? 0 : 1;
}
