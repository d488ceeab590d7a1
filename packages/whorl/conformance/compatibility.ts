// Writes docs/compatibility.md: what of PyTorch is offered, measured by a conformance run.
// in:  the JSON of a run, [the file to write]     out: tables of operators, modules, draws, differences
import { readFileSync, writeFileSync } from 'node:fs';
import { signatures } from '../src/tensor/define.js';
import { callText, rowOf, rowText } from './adapter.js';
import type { Kind, Outcome } from './outcome.js';
import { answered } from './refusals.js';
import { type Counts, isOffered, type Offered, type Summary, summarise } from './report.js';

/** What differs for everybody who ports a program, whatever the operator. */
const differences: readonly string[] = [
  'JavaScript has one number type. A whole number keeps an integer tensor integer, a fraction ' +
    'makes it float32; where Python writes `2.0` beside integers, pass ' +
    "`tensor(2, { dtype: 'float32' })`.",
  "`tensor([1, 2])` is float32 whatever the numbers; bigints or `{ dtype: 'int64' }` make int64.",
  'Parameters that Python code names (`keepdim=True`) go into one options object at the end, in ' +
    'camelCase; `None` is an argument left out.',
  'Operators whose result has a shape that hangs on values (`nonzero`, `unique`, `maskedSelect`, ' +
    'boolean masks in `at`) give promises.',
  '`device` takes `cpu`, and `reference` where it is imported; [devices.md](devices.md) says what ' +
    'lies where.',
];

const heading = (title: string, lines: string[]): string[] => ['', `## ${title}`, '', ...lines];

function markdownTable(columns: readonly string[], rows: readonly (string | number)[][]): string[] {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)];
}

const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;

const pytorchName = (name: string): string => `torch.${name}`.replace('torch.F.', 'F.');

/** Where the call has another form than op(input, ...). */
const specialCalls: Readonly<Record<string, string>> = {
  __getitem__: 'x.at(...items)',
  slice: 'x.at(slice(start, end, step))',
  T: 'x.T',
  mT: 'x.mT',
  where: 'where(condition, x, other)',
  einsum: 'einsum(equation, ...tensors)',
};

const callOf = (name: string): string => {
  const text = specialCalls[name] ?? callText(recordedName(name));
  return text === undefined ? '' : code(text);
};

const casesText = ({ passed, failed, skipped }: Counts): string =>
  failed + skipped === 0 ? `${passed}` : `${passed} of ${passed + failed + skipped}`;

function operatorSections(operators: Offered[]): string[] {
  const sorted = [...operators].sort((a, b) => a.name.localeCompare(b.name));
  const whole = sorted.filter(isOffered);
  const none = sorted.filter(({ passed, failed }) => passed + failed === 0);
  const part = sorted.filter((entry) => !isOffered(entry) && !none.includes(entry));
  const rows = (list: Offered[]) =>
    list.map((entry) => [code(pytorchName(entry.name)), callOf(entry.name), casesText(entry)]);
  const columns = ['PyTorch', 'here', 'cases'];
  return [
    ...heading(`Operators: ${whole.length} of ${sorted.length}`, [
      'Outputs and gradients agree with PyTorch, and what it refuses is refused.',
      '',
      ...markdownTable(columns, rows(whole)),
    ]),
    ...(part.length === 0
      ? []
      : heading(`Operators in part: ${part.length}`, markdownTable(columns, rows(part)))),
    ...(none.length === 0
      ? []
      : heading(`Not yet: ${none.length}`, [
          none.map(({ name }) => code(pytorchName(name))).join(', '),
        ])),
  ];
}

const recordedName = (name: string): string => name.replace(/^F\./, 'nn.functional.');

/** The rows of the library's own table that no recorded case calls. */
function unrecordedSection(operators: readonly Offered[]): string[] {
  const called = new Set(operators.map(({ name }) => rowOf(recordedName(name))?.key));
  const rows = [...signatures].filter(
    ([key]) => !called.has(key) && !called.has(key.replace(/_$/, '')) && !key.startsWith('init.'),
  );
  const calls = rows.map(([key, { kind }]) => code(rowText(key, kind === 'method')));
  return heading(`Operators beyond the recorded cases: ${rows.length}`, [
    "The library's own table has these, too: aliases, what reads and writes, what draws.",
    '',
    calls.sort((a, b) => a.localeCompare(b)).join(', '),
  ]);
}

function namedSection(title: string, kind: Kind, outcomes: readonly Outcome[]): string[] {
  const names = [...new Set(outcomes.filter((o) => o.kind === kind).map(({ name }) => name))];
  if (names.length === 0) return [];
  const rows = names.sort().map((name) => {
    const own = outcomes.filter((o) => o.kind === kind && o.name === name);
    const { total } = summarise(own);
    const state = isOffered(total)
      ? 'yes'
      : total.passed + total.failed === 0
        ? 'not yet'
        : 'in part';
    return [code(name), state, casesText(total)];
  });
  const yes = rows.filter(([, state]) => state === 'yes').length;
  return heading(
    `${title}: ${yes} of ${rows.length}`,
    markdownTable(['name', 'offered', 'cases'], rows),
  );
}

function overview({ total, kinds, variants }: Summary): string[] {
  const rows = Object.entries(kinds).map(([kind, { passed, failed, skipped }]) => [
    kind,
    passed,
    failed,
    skipped,
  ]);
  return [
    ...markdownTable(
      ['cases', 'agree', 'differ', 'not offered'],
      [...rows, ['all', total.passed, total.failed, total.skipped]],
    ),
    '',
    `Of ${variants.length} operator variants, ${variants.filter(isOffered).length} ` +
      'are offered entirely.',
  ];
}

export function compatibilityPage(outcomes: readonly Outcome[]): string {
  const summary = summarise(outcomes);
  return [
    '# Compatibility with PyTorch',
    '',
    'Written by `npm run compatibility` from a run of the recorded cases; do not edit.',
    '',
    ...overview(summary),
    ...heading(
      'Deliberate differences',
      [...differences, ...answered.map(({ because }) => because)].map((text) => `- ${text}`),
    ),
    ...operatorSections(summary.operators),
    ...unrecordedSection(summary.operators),
    ...namedSection('Modules', 'module', outcomes),
    ...namedSection('Losses', 'loss', outcomes),
    ...namedSection('Optimizers', 'optimizer', outcomes),
    ...namedSection('Learning-rate schedules', 'scheduler', outcomes),
    ...namedSection('Random numbers, initialisers, data loading', 'random', outcomes),
    ...namedSection('Whole training runs', 'training', outcomes),
  ]
    .join('\n')
    .concat('\n');
}

const [run, page = 'docs/compatibility.md'] = process.argv.slice(2);
if (run !== undefined && process.argv[1]?.endsWith('compatibility.ts')) {
  const { outcomes } = JSON.parse(readFileSync(run, 'utf8')) as { outcomes: Outcome[] };
  writeFileSync(page, compatibilityPage(outcomes));
  console.log(`wrote ${page}`);
}
