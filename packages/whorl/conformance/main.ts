// Replays recorded PyTorch cases against the library.
// in:  PATH... [--compile] [--device NAME] [--threads N] [--only GLOB] [--json FILE] [--most N]     out: a report; exit code 1 on failures
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import '../src/engine/devices/reference.js';
import { setNumThreads } from '../src/index.js';
import { readCases } from './cases.js';
import { compiledLine, compiling } from './compiled.js';
import { globToRegExp, matches } from './glob.js';
import { place } from './placing.js';
import { type Case, type Outcome, runCase } from './outcome.js';
import { deliberate, missing, report, summarise } from './report.js';
import { widened } from './tolerances.js';

const usage = `usage: conformance PATH... [options]
  PATH    a recorded file, or a folder of them
  --only  cases whose id or name matches: 'operators/add*', 'Linear', 'random/py.*'
  --json  writes every outcome to FILE
  --most  prints at most N failures
  --slow  prints the twenty cases that took longest
  --device  where tensors are made: cpu, reference, or strict, which can as little as a GPU
  --beside  operands lie on that device, while the default one stays the cpu
  --threads  so many share the work of large kernels
  --compile  what a case does runs through compile(), recorded and then replayed`;

async function runAll(cases: readonly Case[]): Promise<{ outcome: Outcome; time: number }[]> {
  const results = [];
  for (const each of cases) {
    const start = performance.now();
    const outcome = await runCase(each);
    results.push({ outcome, time: performance.now() - start });
  }
  return results;
}

function writeJson(path: string, outcomes: Outcome[]): void {
  const content = {
    summary: summarise(outcomes),
    missing: Object.fromEntries(missing(outcomes)),
    deliberate: Object.fromEntries(deliberate(outcomes)),
    widened,
    outcomes,
  };
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(content, null, 1)}\n`);
}

/** As many threads as --threads says; false, and a sentence, where that is no number of threads. */
function shareWork(threads: string | undefined): boolean {
  if (threads === undefined) return true;
  try {
    setNumThreads(Number(threads));
    return true;
  } catch (error) {
    console.error(`--threads: ${(error as Error).message}`);
    return false;
  }
}

/** Where the tensors of cases lie; false, and a sentence, where there is no such device. */
async function computeOn(name: string | undefined, beside: boolean): Promise<boolean> {
  if (name === undefined) return true;
  if (name === 'strict') await import('../test/strict/device.js');
  try {
    place(name, beside);
    return true;
  } catch (error) {
    console.error(`--device: ${(error as Error).message}`);
    return false;
  }
}

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      json: { type: 'string' },
      most: { type: 'string' },
      slow: { type: 'boolean' },
      compile: { type: 'boolean' },
      threads: { type: 'string' },
      device: { type: 'string' },
      beside: { type: 'boolean' },
    },
  });
  if (positionals.length === 0) {
    console.error(usage);
    return 2;
  }
  const pattern = values.only === undefined ? undefined : globToRegExp(values.only);
  const cases = readCases(positionals).filter(
    ({ id }) => pattern === undefined || matches(pattern, id),
  );
  if (cases.length === 0) {
    console.error('no cases found');
    return 2;
  }
  if (!shareWork(values.threads)) return 2;
  if (!(await computeOn(values.device, values.beside === true))) return 2;
  compiling.enabled = values.compile === true;
  const results = await runAll(cases);
  const outcomes = results.map(({ outcome }) => outcome);
  if (values.slow === true) {
    const slowest = results.sort((a, b) => b.time - a.time).slice(0, 20);
    for (const { outcome, time } of slowest) console.log(`${time.toFixed(0)} ms  ${outcome.id}`);
  }
  if (values.json !== undefined) writeJson(values.json, outcomes);
  if (compiling.enabled) console.log(compiledLine(cases.length));
  console.log(report(outcomes, values.most === undefined ? Infinity : Number(values.most)));
  return outcomes.some(({ status }) => status === 'failed') ? 1 : 0;
}

process.exitCode = await main();
