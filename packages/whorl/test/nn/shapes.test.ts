// Which shapes and dtypes go together in nn.functional: what PyTorch refuses is refused, what it takes has its shape.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import type { Loose } from '../loose.js';
import { whorl } from '../loose.js';
import { decoded, made } from './recorded-calls.js';

type Spec = [shape: number[], dtype: string, kind: string];
type Line = [string, object, Record<string, Spec>, string | [shape: number[], dtype: string]];

const text = readFileSync(fileURLToPath(new URL('shapes.jsonl', import.meta.url)), 'utf8');
const lines = text
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => JSON.parse(line) as Line);

/** Values that a function may take: probabilities, signs, positive numbers, small ones, indices. */
const valuesOf: Record<string, (i: number) => number> = {
  prob: (i) => ((i % 5) + 1) / 7,
  pm: (i) => (i % 2) * 2 - 1,
  pos: (i) => (i % 3) + 0.5,
  n: (i) => ((i % 7) - 3) / 3,
};

function tensorOf([shape, dtype, kind]: Spec): Loose {
  const size = shape.reduce((n, m) => n * m, 1);
  const whole = !dtype.startsWith('float');
  const value = whole ? (i: number) => i % 2 : (valuesOf[kind] ?? valuesOf.n!);
  const numbers = Array.from({ length: size }, (_, i) => value(i));
  const data = dtype === 'int64' ? numbers.map(BigInt) : numbers;
  return whorl.tensor(data, { dtype }).reshape(shape).clone();
}

const cases = lines.map((line) => {
  const [fn, consts, tensors, wanted] = line;
  const shapes = Object.entries(tensors).map(
    ([name, [shape, dtype]]) => `${name} ${dtype}[${shape}]`,
  );
  return [`${fn}(${shapes.join(', ')})`, fn, consts, tensors, wanted] as const;
});

describe('shapes and dtypes', () => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);

  it.each(cases)('%s', (_, fn, consts, tensors, wanted) => {
    const kw = Object.fromEntries(
      Object.entries(tensors).map(([name, spec]) => [name, tensorOf(spec)]),
    );
    const options = decoded(consts) as Record<string, Loose>;
    const run = () => {
      const result = made(fn, { ...kw, ...options });
      const first = result instanceof whorl.Tensor ? result : result[0];
      first.dataSync();
      return first;
    };
    if (typeof wanted === 'string') expect(run, `PyTorch: ${wanted}`).toThrow();
    else {
      const { shape, dtype } = run();
      expect([[...shape], dtype]).toEqual(wanted);
    }
  });
});
