// Makes node_modules what the lock file says, and does nothing when it already is.
// in:  package-lock.json, what npm last installed     out: an installed node_modules

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A sentence for the person at the terminal, and the end of the program. No stack: it is no bug. */
export function stop(/** @type {string} */ sentence) {
  console.error(sentence);
  process.exit(1);
}

/** Installs by the lock file where node_modules is missing or has another version of something. */
export function installPackages() {
  const difference = firstDifference();
  if (difference === null) return;
  console.error(`Installing packages (${difference}) ...`);
  const npm = npmCommand();
  const args = [
    ...npm.args,
    'ci',
    '--loglevel=error',
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
  ];
  // npm's own notes go to stderr, so that stdout holds nothing but what the command itself says.
  const run = spawnSync(npm.file, args, { cwd: root, stdio: ['ignore', 2, 2], shell: npm.shell });
  if (run.status === 0) return;
  stop(
    'Could not install the packages: npm says why above. Whorl needs them from the npm registry.',
  );
}

/** npm runs its scripts with its own path in the environment; by hand, `npm` is on the PATH. */
export function npmCommand() {
  const path = process.env['npm_execpath'];
  if (path?.endsWith('npm-cli.js')) return { file: process.execPath, args: [path], shell: false };
  return { file: 'npm', args: [], shell: process.platform === 'win32' };
}

/** @returns {string | null} what differs between the lock file and node_modules */
function firstDifference() {
  const installedLock = `${root}/node_modules/.package-lock.json`;
  if (!existsSync(installedLock)) return 'none are installed yet';
  const wanted = readLock(`${root}/package-lock.json`);
  const installed = readLock(installedLock);
  for (const [path, entry] of Object.entries(wanted)) {
    // Optional packages are other systems' binaries; links and folders are the workspaces.
    if (!path.startsWith('node_modules/') || entry.optional || entry.link) continue;
    if (installed[path]?.version !== entry.version)
      return `${path.slice(13)} is not ${entry.version}`;
  }
  return null;
}

/** @returns {Record<string, { version?: string, optional?: boolean, link?: boolean }>} */
function readLock(/** @type {string} */ path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}
