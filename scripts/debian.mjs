// Installs packages of the system where that can be done without asking.
// in:  names of Debian packages     out: whether they are installed now

import { spawnSync } from 'node:child_process';

/**
 * Debian and its children only, and only as root or with a sudo that asks nothing.
 * @param {string[]} names
 */
export function installDebian(...names) {
  const prefix = privilege();
  if (prefix === null || !succeeds(['apt-get', '--version'])) return false;
  console.error(`Installing ${names.join(' and ')} with apt-get ...`);
  const wait = ['-o', 'DPkg::Lock::Timeout=300'];
  // A failed update is no reason to give up: the lists may be good enough.
  succeeds([...prefix, 'apt-get', ...wait, 'update']);
  const install = ['apt-get', ...wait, 'install', '-y', '--no-install-recommends', ...names];
  return succeeds([...prefix, ...install]);
}

/** @returns {string[] | null} what to write before a command so that root runs it */
function privilege() {
  if (process.getuid?.() === 0) return ['env', 'DEBIAN_FRONTEND=noninteractive'];
  if (!succeeds(['sudo', '-n', 'true'])) return null;
  return ['sudo', '-n', 'env', 'DEBIAN_FRONTEND=noninteractive'];
}

/** @param {string[]} command */
function succeeds([file, ...args]) {
  const run = spawnSync(/** @type {string} */ (file), args, {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return run.status === 0;
}
