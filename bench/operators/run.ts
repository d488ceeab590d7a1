// Measures every operator beside PyTorch's, forward and with gradients, on one thread.
// in:  the bench's options     out: results, and a table with the worst ratio first

import { root } from '../../scripts/packages.mjs';
import { type Result, summarise } from '../harness.js';
import { figure } from '../report.js';
import { inputs } from './inputs.js';
import { missing } from './missing.js';
import { type Answer, Partner, type Question } from './partner.js';
import { samples } from './samples.js';
import { lettersIn, spelled } from './spelling.js';

export const operators = {
  name: 'operators',
  says: "every operator beside PyTorch's, forward and back, the worst ratio first",
};

interface Row {
  readonly name: string;
  readonly whorl: number;
  readonly pytorch: number;
}

const rounds = 5;
/** milliseconds */
const slice = 12;

const whorlProcess = (): Partner =>
  new Partner(
    process.execPath,
    ['--import', 'tsx/esm', `${root}/bench/operators/whorl.ts`],
    // No paths in this tsconfig: `whorl` is what npm run build made.
    { TSX_TSCONFIG_PATH: `${root}/tsconfig.base.json` },
  );

const pytorchProcess = (): Partner =>
  new Partner(process.env['PYTHON'] ?? 'python3', [`${root}/bench/peers/operators.py`]);

type Check = number | null;
const isNear = (a: Check, b: Check): boolean =>
  a === null || b === null ? a === b : Math.abs(a - b) <= 1e-3 * (Math.abs(a) + Math.abs(b) + 1e-3);

class Measuring {
  readonly results: Result[] = [];
  readonly rows: Row[] = [];
  readonly #pair = { whorl: whorlProcess(), pytorch: pytorchProcess() };

  constructor(private readonly note: (line: string) => void) {}

  async sample(sample: string, gradients: boolean): Promise<void> {
    const { whorl, pytorch } = spelled(sample);
    const name = gradients ? `${whorl} and back` : whorl;
    const named = lettersIn(whorl, inputs);
    const ask = (partner: Partner, text: string, python: boolean): Promise<Answer> => {
      const made = (letter: string) =>
        python ? spelled(inputs[letter]!).pytorch : inputs[letter]!;
      const uses = Object.fromEntries(named.map((letter) => [letter, made(letter)]));
      return partner.ask({ text, uses, gradients, ms: slice } satisfies Question);
    };
    const times = { whorl: [] as number[], pytorch: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      const own = await ask(this.#pair.whorl, whorl, false);
      const other = await ask(this.#pair.pytorch, pytorch, true);
      const why = own.error ? `whorl: ${own.error}` : other.error && `pytorch: ${other.error}`;
      if (why) return this.note(`${name}: left out: ${why}`);
      if (own.ms == null || other.ms == null) {
        if (own.ms !== other.ms) this.note(`${name}: only one of the two has a gradient`);
        return;
      }
      if (round === 0 && !isNear(own.check ?? null, other.check ?? null)) {
        this.note(`${name}: whorl computes ${own.check} where PyTorch computes ${other.check}`);
      }
      times.whorl.push(own.ms);
      times.pytorch.push(other.ms);
    }
    const sums = { whorl: summarise(times.whorl), pytorch: summarise(times.pytorch) };
    for (const who of ['whorl', 'pytorch'] as const) {
      this.results.push({ work: `operators ${name}`, who, unit: 'ms', ...sums[who] });
    }
    this.rows.push({ name, whorl: sums.whorl.median, pytorch: sums.pytorch.median });
  }

  close(): void {
    this.#pair.whorl.close();
    this.#pair.pytorch.close();
  }
}

/** The worst first, and how many are how far behind. */
export function operatorTable(rows: readonly Row[]): string {
  const ratioOf = ({ whorl, pytorch }: Row): number => whorl / pytorch;
  const sorted = [...rows].sort((a, b) => ratioOf(b) - ratioOf(a));
  const lines = sorted.map((row) =>
    [
      `${figure(ratioOf(row)).slice(0, 5)} x`.padStart(9),
      figure(row.whorl).slice(0, 6).padStart(9),
      figure(row.pytorch).slice(0, 6).padStart(9),
      `  ${row.name}`,
    ].join(''),
  );
  const above = (bound: number): number => sorted.filter((row) => ratioOf(row) > bound).length;
  return [
    'operators: a million elements or the usual size, warm, one thread (ms, ratio to PyTorch)',
    `${'ratio'.padStart(9)}${'whorl'.padStart(9)}${'PyTorch'.padStart(9)}`,
    ...lines,
    `${rows.length} measured; ${above(3)} above 3 x, ${above(1)} above 1 x`,
  ].join('\n');
}

/** `part`: only samples whose text has it. */
export async function runOperators(
  part: string,
  note: (line: string) => void,
): Promise<readonly Result[]> {
  const measuring = new Measuring(note);
  for (const sample of samples.filter((text) => text.includes(part))) {
    await measuring.sample(sample, false);
    await measuring.sample(sample, true);
  }
  measuring.close();
  note(operatorTable(measuring.rows));
  if (part === '') note(`without a sample: ${missing(samples).join(' ')}`);
  return measuring.results;
}
