// The bench: Whorl beside its peers and a hand-written limit, as ratios in one run.
// in:  --only, --json, --rounds, --slice, --against     out: a table for each work, a JSON file when asked for
// usage: npm run bench [-- --only NAME --json FILE --against DIR]

import { writeFileSync } from 'node:fs';
import { buildModules } from '../scripts/build.mjs';
import { compared, pairs, prepareOther } from './against.js';
import type { Result } from './harness.js';
import { describeMachine } from './machine.js';
import { operators, runOperators } from './operators/run.js';
import { readOptions, usage } from './options.js';
import { json, table } from './report.js';
import { everyone, runWork } from './run-work.js';
import type { Work } from './work.js';
import { works } from './works/index.js';

function fail(error: unknown, code: number): never {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(code);
}

function optionsOrExit() {
  try {
    return readOptions(
      process.argv.slice(2),
      [...works, operators].map(({ name }) => name),
    );
  } catch (error) {
    return fail(error, 2);
  }
}

const options = optionsOrExit();
if (options.help) {
  const lines = [...works, operators].map(({ name, says }) => `  ${name.padEnd(22)}${says}`);
  console.log(`${usage}\n\n${lines.join('\n')}`);
  process.exit();
}
let other: string | null = null;
try {
  if (options.against !== null) other = prepareOther(options.against);
  if (options.json) writeFileSync(options.json, json([]));
  await buildModules();
} catch (error) {
  fail(error, 1);
}

console.log(`${describeMachine()}\n`);
const results: Result[] = [];
const ratios: string[] = [];
const isAsked = ({ name, isAside = false }: Work) =>
  options.only.length === 0 ? !isAside : options.only.some((part) => name.startsWith(part));
for (const work of works.filter(isAsked)) {
  const entrants = other === null ? everyone(work) : pairs(work, other);
  const own = await runWork(work, options, (line) => console.log(line), entrants);
  results.push(...own);
  ratios.push(...compared(work, own));
  // After each work, so that an interrupted run leaves what there is.
  if (options.json) writeFileSync(options.json, json(results));
  if (own.length > 0) console.log(`${table(work, own)}\n`);
}
if (options.only.includes(operators.name)) {
  results.push(...(await runOperators(options.calls, (line) => console.log(line))));
  if (options.json) writeFileSync(options.json, json(results));
}
if (other !== null) {
  console.log(['times what it was: by medians, by least', ...ratios].join('\n'));
}
