// Public functions with whatever plain JavaScript may pass: they answer or refuse in a sentence of their own, they never
// end in the middle of the library, and never hang.

import { whorl } from '../../test/loose.js';
import type { Family } from '../family.js';
import type { Case } from '../program.js';
import { diceOf, Writer } from '../writer.js';
import type { Dice } from '../../test/dice.js';

/** Not asked: what changes the process, or calls back. */
const left = new Set([
  ...['compile', 'setDebug', 'setNumThreads', 'setRelaxedFma', 'setGradEnabled', 'setPrintOptions'],
  ...['manualSeed', 'seed', 'setRngState', 'noGrad', 'enableGrad', 'constructor', 'registerHook'],
  ...[
    'dispose',
    // for the library itself
    ...['record', 'replaceBy', 'restep'],
    'initialSeed',
    'getRngState',
    'memory',
    'isGradEnabled',
    'getNumThreads',
    'Generator',
  ],
]);

const isClass = (value: unknown): boolean =>
  typeof value === 'function' && /^class\b/.test(String(value));

function functionsOf(owner: Record<string, unknown>, prefix: string): string[] {
  return Object.keys(owner)
    .filter((key) => typeof owner[key] === 'function' && !left.has(key) && !isClass(owner[key]))
    .map((key) => prefix + key);
}

const classesOf = (owner: Record<string, unknown>, prefix: string): string[] =>
  Object.keys(owner)
    .filter((key) => isClass(owner[key]) && key !== 'Module')
    .map((key) => `new ${prefix}${key}`);

const methods = Object.getOwnPropertyNames(whorl.Tensor.prototype).filter((key) => {
  const found = Object.getOwnPropertyDescriptor(whorl.Tensor.prototype, key);
  return typeof found?.value === 'function' && !left.has(key) && /^[a-z]/.test(key);
});

const callables: readonly string[] = [
  ...functionsOf(whorl, ''),
  ...functionsOf(whorl.nn.functional, 'F.'),
  ...functionsOf(whorl.linalg, 'linalg.'),
  ...functionsOf(whorl.special, 'special.'),
  ...functionsOf(whorl.nn.init, 'nn.init.'),
  ...classesOf(whorl.nn, 'nn.'),
  ...classesOf(whorl.optim, 'optim.'),
];

const tensors = [
  'data([2, 3])',
  'data([3])',
  'data([])',
  'data([2, 2])',
  'data([1, 2, 4, 4])',
  "data([3], 1, 'int64')",
  "data([2, 3], 2, 'bool')",
  "data([2], 3, 'uint8')",
  "data([2, 3], 1, 'float64')",
  'zeros(0)',
  'zeros(0, 3)',
  'ones(2, 3).requiresGrad_()',
  'tensor([NaN, Infinity])',
  'data([4]).expand(3, 4)',
];
const others = [
  ...['0', '1', '-1', '2', '-2', '1.5', 'NaN', 'Infinity', '-0', '99', '-99', '3n'],
  ...[
    'null',
    'undefined',
    'true',
    'false',
    "'x'",
    "'float32'",
    "'sum'",
    "''",
    '[]',
    '[0]',
    '[2, 3]',
  ],
  ...[
    '[-1]',
    '[NaN]',
    '[1.5]',
    '[[1, 2], [3, 4]]',
    '[null]',
    '{}',
    '{ dim: 0 }',
    '{ dim: 99 }',
    '{ dtype: 7 }',
  ],
  ...[
    "{ dtype: 'int64' }",
    '{ keepdim: 1 }',
    '{ what: 1 }',
    '{ dim: null }',
    "{ reduction: 'x' }",
    '{ lr: NaN }',
  ],
  ...[
    'new Float32Array(3)',
    'new Set([1])',
    'new Map()',
    '() => 1',
    'slice(0, 1)',
    'slice(1, 0, 0)',
    "Symbol('s')",
  ],
  ...['[data([3])]', '[data([3]), data([2, 3])]', '[data([3]), null]'],
];

const argument = (d: Dice): string => (d.below(5) < 2 ? d.pick(tensors) : d.pick(others));

function call(d: Dice): string {
  const list = Array.from({ length: d.pick([0, 1, 1, 2, 2, 3, 4]) }, () => argument(d));
  if (d.below(2) === 0) return `${d.pick(tensors)}.${d.pick(methods)}(${list.join(', ')})`;
  // most functions begin with a tensor
  const first = d.below(3) > 0 ? [d.pick(tensors)] : [];
  return `${d.pick(callables)}(${[...first, ...list].join(', ')})`;
}

function generate(seed: number): Case {
  const w = new Writer(diceOf(seed));
  for (let i = 0; i < 5; i++) {
    const made = w.make(call(w.dice), { shape: [], dtype: '' });
    w.say(`show(await ${made.name})`);
  }
  return [w.statements];
}

/** What JavaScript says when nobody thought of it. */
const internal = [
  /Cannot (?:read|set|destructure|convert|mix|access|use 'in')/,
  /(?:is|are) not (?:iterable|a function|defined|a constructor|valid JSON)|is not an object|not a non-null object/,
  /CompileError|LinkError|RuntimeError|WebAssembly|unreachable|memory access/,
  /Invalid (?:array|typed array|string) length|Maximum call stack|Reduce of empty/,
  /NaN (?:bytes|elements)|undefined (?:bytes|elements)|does not have a valid|offset is out of bounds/,
];

export const argumentsFamily: Family = {
  name: 'arguments',
  about: 'public functions with odd arguments: an answer or a sentence, never an error from inside',
  ways: [{ name: 'js', device: 'reference' }, { name: 'wasm' }],
  batch: 50,
  generate,
  complaint: ({ text }) =>
    text.startsWith('refused') && internal.some((pattern) => pattern.test(text))
      ? 'a sentence about the argument'
      : null,
};
