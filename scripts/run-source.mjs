// Runs one of the repository's TypeScript programs, after installing what it needs.
// in:  a file and its options     out: what the program says, and its exit code
// usage: node scripts/run-source.mjs FILE [options]

import { spawn } from 'node:child_process';
import { installPackages, root } from './packages.mjs';

installPackages();
const [file = '', ...options] = process.argv.slice(2);
const loader = ['--import', 'tsx/esm', '--expose-gc'];
// tsx reads tsconfig.json for the paths under which `whorl` is its own source.
const env = { ...process.env, TSX_TSCONFIG_PATH: `${root}/tsconfig.json` };
const child = spawn(process.execPath, [...loader, file, ...options], { stdio: 'inherit', env });
// The program decides what an interrupt means; leaving before it would tear its output off.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => child.kill(signal));
}
child.on('close', (code, signal) => process.exit(signal ? 130 : (code ?? 1)));
