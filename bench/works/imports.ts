// What a program waits for before its first line: the import of a library in Node.
// in:  a package     out: milliseconds, the median of several processes

import { spawnSync } from 'node:child_process';
import { summarise } from '../harness.js';
import { root } from '../../scripts/packages.mjs';
import { type Counted, identity, type Work } from '../work.js';

const processes = 9;

/** By the clock of a process that does nothing else. */
function once(name: string): number {
  const program = `const start = performance.now(); await import('${name}');
    console.log(performance.now() - start); process.exit();`;
  const args = ['--input-type=module', '--eval', program];
  const { stdout } = spawnSync(process.execPath, args, { cwd: `${root}/bench`, encoding: 'utf8' });
  return Number(stdout);
}

const timeOf = (name: string) => async (): Promise<Counted> => ({
  value: summarise(Array.from({ length: processes }, () => once(name))).median,
});

export const imports: Work = {
  name: 'import',
  says: 'loading the library into Node',
  unit: 'ms',
  better: 'lower',
  fromMs: identity,
  warmUp: 0,
  rounds: 1,
  contestants: { whorl: timeOf('whorl'), 'jax-js': timeOf('@jax-js/jax') },
};
