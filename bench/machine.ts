// Says what the figures were measured on, without which they mean little.
// in:  the machine     out: a few lines

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
  return Object.entries(dependencies).map(([name, version]) => `${name} ${version}`);
}
