// The bench's command line.
// in:  the arguments, the names of the works     out: options, or a sentence that says what is wrong

import { parseArgs } from 'node:util';

export interface BenchOptions {
  readonly only: readonly string[];
  readonly json: string | null;
  readonly rounds: number;
  readonly slice: number;
  /** Another checkout of this repository. */
  readonly against: string | null;
  /** Of the operators, those whose call has this text. */
  readonly calls: string;
  readonly help: boolean;
}

export const usage = `usage: npm run bench [-- OPTIONS]
  --only NAME   this work, or every work whose name begins so; may be given several times.
                The ladder, the kernel shares and the operators run only when they are named
  --calls TEXT  of the operators only the calls that contain it
  --json FILE   also write a list of { work, who, unit, median, min, max }
  --rounds N    slices of each contestant, default 27
  --slice MS    how long a slice is, default 80
  --against DIR Whorl alone, beside itself as it is in another checkout of this repository that has
                its node_modules (git worktree add DIR COMMIT)
  --help        this, and the works`;

function wholeNumber(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new RangeError(`--${name} must be a whole number from 1 up, got ${text}`);
}

/** @throws a RangeError or TypeError with one sentence for the person at the terminal */
export function readOptions(args: readonly string[], names: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      json: { type: 'string' },
      rounds: { type: 'string' },
      slice: { type: 'string' },
      against: { type: 'string' },
      calls: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const only = values.only ?? [];
  const unknown = only.find((part) => !names.some((name) => name.startsWith(part)));
  if (unknown !== undefined) {
    throw new RangeError(`--only ${unknown}: no such work; there are ${names.join(', ')}`);
  }
  return {
    only,
    json: values.json ?? null,
    rounds: wholeNumber('rounds', values.rounds, 27),
    slice: wholeNumber('slice', values.slice, 80),
    against: values.against ?? null,
    calls: values.calls ?? '',
    help: values.help ?? false,
  };
}
