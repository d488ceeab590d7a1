// Calls of nn.functional as they were recorded from PyTorch: read, made, compared.
// in:  lines of JSON: a function, its arguments by PyTorch's names, what came     out: differences

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { camelCase } from '../../src/tensor/arguments/signature.js';
import { signatures } from '../../src/tensor/define.js';
import { type Loose, whorl } from '../loose.js';

type Num = number | boolean | 'nan' | 'inf' | '-inf' | '-0';
/** shape, dtype, values, whether it requires a gradient */
export interface Recorded {
  readonly t: number[];
  readonly d: string;
  readonly v: Num[];
  readonly g?: boolean;
}

export interface Call {
  readonly fn: string;
  readonly id: string;
  readonly kw: Record<string, unknown>;
  readonly out: Recorded[];
  readonly g1?: Record<string, Recorded | null>;
  readonly g2?: Record<string, Recorded | null>;
  readonly err?: string;
}

/** The calls of a file beside this one; its first line says what they are. */
export function callsIn(file: string): Call[] {
  const text = readFileSync(fileURLToPath(new URL(file, import.meta.url)), 'utf8');
  const [, ...lines] = text.trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Call);
}

const special: Record<string, number> = { nan: NaN, inf: Infinity, '-inf': -Infinity, '-0': -0 };
const numberOf = (v: Num): number => (typeof v === 'string' ? special[v]! : Number(v));
/** The numbers of a recorded tensor. */
export const values = ({ v }: Recorded): number[] => v.map(numberOf);
const isRecorded = (v: unknown): v is Recorded => typeof v === 'object' && v !== null && 't' in v;

/** A value as it was recorded: a tensor, a number that JSON has not, or a list or record of values. */
export function decoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decoded);
  if (typeof value !== 'object' || value === null) return value;
  if ('n' in value) return numberOf(value.n as Num);
  if (!('t' in value))
    return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, decoded(own)]));
  const { t, d, v, g } = value as Recorded;
  const data = d === 'int64' ? v.map((n) => BigInt(numberOf(n))) : v.map(numberOf);
  const tensor = whorl.tensor(data, { dtype: d }).reshape(t).detach().clone();
  return g ? tensor.requiresGrad_() : tensor;
}

/** The call's arguments, tensors at their names. */
export const argumentsOf = ({ kw }: Call): Record<string, Loose> =>
  Object.fromEntries(Object.entries(kw).map(([name, value]) => [name, decoded(value)]));

/** Calls the function, or the input's method, its arguments given by PyTorch's names. */
export function made(fn: string, kw: Record<string, Loose>): Loose {
  if (whorl.nn.functional[fn] === undefined && whorl[fn] === undefined) {
    const [input, ...rest] = Object.values(kw);
    return input[fn](...rest);
  }
  const call = whorl.nn.functional[fn] ?? whorl[fn];
  const signature = signatures.get(`F.${fn}`) ?? signatures.get(fn);
  if (signature === undefined || signature.kind === 'method') return call(...Object.values(kw));
  const { parameters, positional } = signature;
  const front = parameters.slice(0, positional).map((name) => kw[name]);
  const rest = parameters.slice(positional).filter((name) => name in kw);
  while (rest.length === 0 && front.length > 0 && front.at(-1) === undefined) front.pop();
  const options = Object.fromEntries(rest.map((name) => [camelCase(name), kw[name]]));
  return rest.length === 0 ? call(...front) : call(...front, options);
}

/** Results, first and second gradients, as far as they were recorded. */
export function differentiated(call: Call, kw: Record<string, Loose>): Record<string, Loose[]> {
  const result = made(call.fn, kw);
  const out = result instanceof whorl.Tensor ? [result] : [...result];
  const names = Object.keys(call.g1 ?? {});
  if (names.length === 0) return { out };
  const inputs = names.map((name) => kw[name]);
  const g1 = whorl.grad(out[0].sum(), inputs, { createGraph: true, allowUnused: true });
  const open = g1.filter((g: Loose) => g?.requiresGrad);
  if (call.g2 === undefined || open.length === 0) return { out, g1 };
  const total = open.map((g: Loose) => g.sum().double()).reduce((a: Loose, b: Loose) => a.add(b));
  return { out, g1, g2: whorl.grad(total, inputs, { allowUnused: true }) };
}

const near = (a: number, b: number, share: number): boolean =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= share * Math.max(1, Math.abs(b));

/** What is recorded beside what came; a gradient that PyTorch has not, or we have not, is zeros. */
export function differences(call: Call, came: Record<string, Loose[]>): string[] {
  const mixed =
    new Set(
      Object.values(call.kw)
        .filter(isRecorded)
        .map(({ d }) => d),
    ).size > 1;
  const share = mixed || call.out[0]!.d !== 'float64' ? 2e-5 : 1e-9;
  return ['out', 'g1', 'g2'].flatMap((part) => {
    const wanted = Object.values(call[part as 'out'] ?? {}) as (Recorded | null)[];
    return wanted.flatMap((want, i) => {
      const own = came[part]?.[i] ?? null;
      const data = own === null ? null : Array.from(own.detach().contiguous().dataSync(), Number);
      const numbers = want?.v.map(numberOf) ?? data?.map(() => 0) ?? [];
      const fits = numbers.every((v, at) => near(data?.[at] ?? 0, v, share));
      const kind =
        want === null || own === null || part !== 'out' || `${own.shape}` === `${want.t}`;
      return fits && kind ? [] : [`${part} ${i}: came ${data}, PyTorch has ${numbers}`];
    });
  });
}
