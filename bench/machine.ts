// Says what the figures were measured on, without which they mean little.
// in:  the machine     out: a few lines

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { root } from '../scripts/packages.mjs';

export function describeMachine(): string {
  const { node, v8 } = process.versions;
  const gibibytes = (totalmem() / 2 ** 30).toFixed(0);
  const cores = availableParallelism();
  return [
    `CPU      ${cpus()[0]?.model.trim() ?? 'unknown'}, ${cores} cores, ${gibibytes} GiB`,
    `system   ${platform()} ${release()} ${arch()}, load ${loadavg()[0]!.toFixed(1)}`,
    `engine   Node ${node}, V8 ${v8}`,
    `peers    ${peers().join(', ')}`,
  ].join('\n');
}

function peers(): string[] {
  const { dependencies } = JSON.parse(readFileSync(`${root}/bench/package.json`, 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const pinned = Object.entries(dependencies).map(([name, version]) => `${name} ${version}`);
  const torch = torchVersion();
  return torch === null ? pinned : [...pinned, `torch ${torch}`];
}

/** From the package's own note, without the seconds that importing it takes. */
function torchVersion(): string | null {
  const program = "from importlib.metadata import version; print(version('torch'))";
  const python = process.env['PYTHON'] ?? 'python3';
  const { status, stdout } = spawnSync(python, ['-c', program], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}
