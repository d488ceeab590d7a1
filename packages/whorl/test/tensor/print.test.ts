// Tensors as text: word for word what PyTorch prints. The expectations stand in print.json, which
// scripts/record_print.py wrote by asking PyTorch.

import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { setPrintOptions, tensor } = whorl;

interface Case {
  readonly name: string;
  readonly data: unknown;
  readonly shape: number[];
  readonly dtype: string;
  readonly requiresGrad: boolean;
  readonly how?: string;
  readonly text: string;
}
const file = new URL('./print.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as Case[];

/** What print.json calls these operations. */
const made: Record<string, (x: Loose) => Loose> = {
  mul: (x) => x.mul(2),
  add: (x) => x.add(1),
  sub: (x) => x.sub(1),
  div: (x) => x.div(2),
  exp: (x) => x.exp(),
  sum: (x) => x.sum(),
  mean: (x) => x.mean(),
  neg: (x) => x.neg(),
  relu: (x) => x.relu(),
  tanh: (x) => x.tanh(),
  sigmoid: (x) => x.sigmoid(),
  pow: (x) => x.pow(2),
  clone: (x) => x.clone(),
  view: (x) => x.view(1, 4),
  t: (x) => x.view(2, 2).t(),
  matmul: (x) => x.view(2, 2).matmul(x.view(2, 2)),
  max: (x) => x.max(),
  detach: (x) => x.detach(),
  select: (x) => x.at(0),
  slice: (x) => x.at(whorl.slice(1, 3)),
  expand: (x) => x.expand(2, 4),
  cat: (x) => whorl.cat([x, x]),
  sqrt: (x) => x.sqrt(),
  log: (x) => x.log(),
  abs: (x) => x.abs(),
  cumsum: (x) => x.cumsum(0),
};

function build({ data, shape, dtype, requiresGrad }: Case): Loose {
  const values = ([data].flat(9) as (number | string | boolean)[]).map((v) => {
    if (v === 'nan') return Number.NaN;
    if (v === 'inf' || v === '-inf') return v === 'inf' ? Infinity : -Infinity;
    return typeof v === 'string' ? BigInt(v) : v;
  });
  return tensor(values, { dtype, shape, requiresGrad });
}

afterEach(() => {
  setPrintOptions({ precision: 4, threshold: 1000, edgeitems: 3, linewidth: 80 });
});

describe('a printed tensor', () => {
  it.each(cases.filter((c) => c.how === undefined).map((c) => [c.name, c] as const))(
    'is what PyTorch prints: %s',
    (_, c) => {
      expect(String(build(c))).toBe(c.text);
    },
  );

  it.each(cases.filter((c) => c.how !== undefined).map((c) => [c.how!, c] as const))(
    'names what made it: %s',
    (how, c) => {
      expect(String(made[how]!(build(c)))).toBe(c.text);
    },
  );

  it('is the same in console.log, in templates and in toString', () => {
    const x = tensor([
      [1, 2],
      [3, 4.5],
    ]);
    const text = 'tensor([[1.0000, 2.0000],\n        [3.0000, 4.5000]])';
    expect([inspect(x), `${x}`, x.toString()]).toEqual([text, text, text]);
    expect(inspect({ x: tensor([1]) })).toBe('{ x: tensor([1.]) }');
  });

  it('shows the value at the time of printing', () => {
    const x = tensor([1, 2]);
    const before = String(x);
    x.add_(1);
    expect([before, String(x)]).toEqual(['tensor([1., 2.])', 'tensor([2., 3.])']);
  });

  it('follows setPrintOptions', () => {
    setPrintOptions({ precision: 2 });
    expect(String(tensor([1 / 3, 2]))).toBe('tensor([0.33, 2.00])');
    setPrintOptions({ threshold: 3, edgeitems: 1 });
    expect(String(tensor([1, 2, 3, 4]))).toBe('tensor([1.,  ..., 4.])');
    expect(() => setPrintOptions({ digits: 3 })).toThrow(/unknown option "digits".*precision/);
  });
});

describe('operators on tensors', () => {
  const x = tensor([1, 2]);
  it.each<[string, () => unknown]>([
    ['a + 1', () => x + 1],
    ['a * b', () => x * x],
    ['a < b', () => x < 3],
    ['-a', () => -x],
    // biome-ignore lint/suspicious/noDoubleEquals: this is what is shown
    ['a == 1', () => x == 1],
    ['Number(a)', () => Number(x)],
    ['a + b', () => x + x],
  ])('%s says what to write instead', (_, use) => {
    expect(use).toThrow(/a Tensor is no number: write a\.add\(b\).*await a\.item\(\)/);
  });
});
