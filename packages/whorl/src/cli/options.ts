// What `whorl spiral` was asked to do.
// in:  the arguments after `spiral`     out: settings, or a wish for help, or a sentence of refusal

import { parseArgs } from 'node:util';
import { type Language, languages, type Messages, messages } from './messages.js';
import { nearest } from './nearest.js';

export type ModelName = 'linear' | 'relu';
export type OptimizerName = 'sgd' | 'adam';

export interface SpiralOptions {
  seed: bigint;
  /** Points of each class. */
  samples: number;
  classes: number;
  hidden: number;
  noise: number;
  epochs: number;
  lr: number;
  weightDecay: number;
  models: readonly ModelName[];
  /** For every model of the run; null: each model's own, SGD for linear and Adam for relu. */
  optimizer: OptimizerName | null;
  out: string;
  /** A folder for the epochs' lines, one file per model; null: none. */
  log: string | null;
  quiet: boolean;
  /** Whether the training step is recorded once and replayed. */
  compile: boolean;
  /** How many share the work of large kernels; null: as WHORL_THREADS says, else one. */
  threads: number | null;
  lang: Language;
}

export type Request =
  | { readonly kind: 'run'; readonly options: SpiralOptions }
  | { readonly kind: 'help'; readonly text: string }
  /** To be printed on stderr, with exit code 2. */
  | { readonly kind: 'refusal'; readonly sentence: string };

/** The exercise as it was set. */
export const defaults: Readonly<SpiralOptions> = {
  seed: 12345n,
  samples: 1000,
  classes: 4,
  hidden: 100,
  noise: 0.2,
  epochs: 1000,
  lr: 1e-3,
  weightDecay: 1e-5,
  models: ['linear', 'relu'],
  optimizer: null,
  out: 'spiral-figures',
  log: null,
  quiet: false,
  compile: false,
  threads: null,
  lang: 'en',
};

/** How the text after an option is read: undefined where it does not fit. */
interface Reader {
  /** What would fit, in words. */
  expected(words: Messages): string;
  set(options: SpiralOptions, text: string): boolean;
}

/** Digits only: Number() would read 1e3, 0x10 and '' as well. */
function whole(
  key: 'samples' | 'classes' | 'hidden' | 'epochs' | 'threads',
  low: number,
  high: number,
): Reader {
  return {
    expected: (words) => words.wholeNumber(low, high),
    set(options, text) {
      if (!/^\d+$/.test(text) || Number(text) < low || Number(text) > high) return false;
      options[key] = Number(text);
      return true;
    },
  };
}

/** As many as setNumThreads() takes. */
export const mostThreads = 64;

/** Digits, a point, an exponent; no sign, no hexadecimals, no Infinity. */
const decimal = /^\d*\.?\d+(e[+-]?\d+)?$|^\d+\.(e[+-]?\d+)?$/i;

/** 1e999 is written as a number and is Infinity, so it is refused. */
function notNegative(key: 'noise' | 'lr' | 'weightDecay'): Reader {
  return {
    expected: (words) => words.notNegative,
    set(options, text) {
      if (!decimal.test(text) || !Number.isFinite(Number(text))) return false;
      options[key] = Number(text);
      return true;
    },
  };
}

/** Own keys only: 'constructor' is in every object. */
function choice<T>(
  values: Record<string, T>,
  set: (options: SpiralOptions, value: T) => void,
): Reader {
  return {
    expected: (words) => words.oneOf(Object.keys(values)),
    set(options, text) {
      if (!Object.hasOwn(values, text)) return false;
      set(options, values[text]!);
      return true;
    },
  };
}

/** Node throws at a path with a NUL; here it is a refusal. */
function folder(key: 'out' | 'log'): Reader {
  return {
    expected: (words) => words.folder,
    set(options, text) {
      if (text.trim() === '' || text.includes('\0')) return false;
      options[key] = text;
      return true;
    },
  };
}

/** Seeds are PyTorch's: 64 bits, read as signed or unsigned. */
const seed: Reader = {
  expected: (words) => words.seed,
  set(options, text) {
    if (!/^-?\d{1,20}$/.test(text)) return false;
    const value = BigInt(text);
    if (value < -(2n ** 63n) || value >= 2n ** 64n) return false;
    options.seed = value;
    return true;
  },
};

const readers: Readonly<Record<string, Reader>> = {
  seed,
  samples: whole('samples', 1, 1_000_000),
  classes: whole('classes', 2, 100),
  hidden: whole('hidden', 1, 1_000_000),
  noise: notNegative('noise'),
  epochs: whole('epochs', 1, 10_000_000),
  threads: whole('threads', 1, mostThreads),
  lr: notNegative('lr'),
  'weight-decay': notNegative('weightDecay'),
  model: choice<readonly ModelName[]>(
    { linear: ['linear'], relu: ['relu'], both: ['linear', 'relu'] },
    (options, models) => {
      options.models = models;
    },
  ),
  optimizer: choice<OptimizerName>({ sgd: 'sgd', adam: 'adam' }, (options, optimizer) => {
    options.optimizer = optimizer;
  }),
  out: folder('out'),
  log: folder('log'),
  lang: choice<Language>(languages, (options, lang) => {
    options.lang = lang;
  }),
};

const switches = ['help', 'quiet', 'compile'];
const names = [...Object.keys(readers), ...switches];

interface Given {
  readonly name: string;
  readonly text: string | undefined;
}

/**
 * Reads the arguments after `spiral`. Never throws: what is wrong comes back as a sentence. --lang
 * is looked for first, so that a refusal is in the language asked for, wherever it stands; --help
 * wins over mistakes.
 */
export function readOptions(args: readonly string[]): Request {
  const { given, loose } = split(args);
  const lang = given.find(
    ({ name, text }) => name === 'lang' && Object.hasOwn(languages, text ?? ''),
  );
  const words = messages[(lang?.text ?? 'en') as Language];
  if (given.some(({ name, text }) => name === 'help' && text === undefined)) {
    return { kind: 'help', text: words.help };
  }
  const options: SpiralOptions = { ...defaults };
  for (const each of given) {
    const sentence = refusal(each, options, words);
    if (sentence !== null) return { kind: 'refusal', sentence };
  }
  if (loose !== undefined) return { kind: 'refusal', sentence: words.unexpected(loose) };
  return { kind: 'run', options };
}

/** Not strict: a refusal shall name what would fit, in the language of the run. */
function split(args: readonly string[]): { given: Given[]; loose: string | undefined } {
  const declared = Object.keys(readers).map((name) => [name, { type: 'string' }] as const);
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(declared),
      help: { type: 'boolean', short: 'h' },
      quiet: { type: 'boolean', short: 'q' },
      compile: { type: 'boolean' },
    },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = tokens.flatMap((token): Given[] =>
    token.kind === 'option' ? [{ name: nameOf(token), text: token.value }] : [],
  );
  return { given, loose: positionals[0] };
}

/** An unknown `-x` is shown as it was written, not as `--x`. */
const nameOf = (token: { name: string; rawName: string }): string =>
  names.includes(token.name) ? token.name : token.rawName.replace(/^--/, '');

/** Takes one option over; a sentence where that cannot be done. */
function refusal({ name, text }: Given, options: SpiralOptions, words: Messages): string | null {
  if (switches.includes(name)) {
    if (text !== undefined) return words.takesNoValue(name, text);
    if (name === 'quiet' || name === 'compile') options[name] = true;
    return null;
  }
  const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
  if (reader === undefined) {
    const suggestion = nearest(name, names);
    return words.unknownOption(name.startsWith('-') ? name : `--${name}`, suggestion);
  }
  const expected = reader.expected(words);
  // parseArgs takes what follows for the value, be it the next option: --seed --quiet
  if (text === undefined || text.startsWith('--')) return words.missingValue(name, expected);
  return reader.set(options, text) ? null : words.badValue(name, text, expected);
}
