// The library as its users get it: packed by npm, installed into an empty folder.
// in:  packages/whorl/dist     out: a folder whose node_modules holds the packed library

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, readmeExample } from './readme-example.mjs';
import { npmCommand, root } from './packages.mjs';

/**
 * @param {string} folder where to put the archive
 * @param {'whorl' | 'plot'} name
 * @returns {{ archive: string, files: string[] }}
 */
export function pack(folder, name = 'whorl') {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const [packed] = JSON.parse(npm(args, `${root}/packages/${name}`));
  const files = packed.files.map((/** @type {{ path: string }} */ file) => file.path);
  return { archive: join(folder, packed.filename), files };
}

/**
 * @param {string} folder is made where it is not there
 * @param {string[]} specifiers archives or names of packages
 */
export function install(folder, ...specifiers) {
  mkdirSync(folder, { recursive: true });
  // A package.json of its own, or npm would install into a folder further up.
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  npm(['install', '--ignore-scripts', '--prefer-offline', ...specifiers], folder);
}

/**
 * The README's first example as plain JavaScript, which every runtime reads.
 * @param {string} folder one with the library installed
 * @returns {Promise<string>} the path of the program
 */
export async function writeExample(folder) {
  const { transform } = await import('esbuild');
  const { code } = await transform(readmeExample(), { loader: 'ts', format: 'esm' });
  const file = join(folder, 'example.mjs');
  writeFileSync(file, code);
  return file;
}

/** @returns {Promise<string>} the example with the installed library, as one minified module */
export function bundleExample(/** @type {string} */ folder) {
  return bundle(readmeExample(), { folder, minify: true });
}

/**
 * @param {string} file
 * @param {string[]} args
 * @param {{ cwd: string, env?: Record<string, string> }} options
 * @returns {string} what it printed
 */
export function output(file, args, { cwd, env = {} }) {
  const limit = 120_000;
  const options = { cwd, env: { ...process.env, ...env }, timeout: limit };
  const run = spawnSync(file, args, { ...options, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (run.status === 0) return run.stdout.trimEnd();
  const reason = run.error?.message ?? (run.stderr || run.stdout).trim().slice(-2000);
  throw new Error(`${[file, ...args].join(' ')} failed: ${reason}`);
}

/**
 * @param {string[]} args
 * @param {string} cwd
 */
function npm(args, cwd) {
  const command = npmCommand();
  return output(command.file, [...command.args, ...args, '--loglevel=error'], { cwd });
}
