// Whorl's side of the operators: one sample after the other, forward or with its gradients.
// in:  on stdin a JSON line { text, uses, gradients, ms }: prepares what is new, then measures
// out: on stdout { ms, check }, null where there is no gradient, or an error

import { createInterface } from 'node:readline';
import * as whorl from 'whorl';
import { grad, linalg, manualSeed, nn, special, tensor, type Tensor } from 'whorl';
import { measure } from '../measure.js';
import { makeSettle } from '../works/settle.js';
import type { Answer, Question } from './partner.js';

const golden = 0.6180339887498949;
const spread = (shape: number[], low: number): Float64Array =>
  Float64Array.from(
    { length: shape.reduce((a, b) => a * b, 1) },
    (_, i) => (i * i * golden + 16 + low) % 1,
  );

/** What a sample may name beside methods; peers/operators.py has the twin. */
const scope: Record<string, unknown> = {
  ...whorl,
  F: nn.functional,
  linalg,
  special,
  float32: 'float32',
  float64: 'float64',
  int64: 'int64',
  uniform: (low: number, high: number, shape: number[]) =>
    tensor(Float32Array.from(spread(shape, low), (x) => x * (high - low) + low)).reshape(shape),
  integers: (below: number, shape: number[]) =>
    tensor(BigInt64Array.from(spread(shape, 0), (x) => BigInt(Math.floor(x * below)))).reshape(
      shape,
    ),
};

const settle = makeSettle();
const letters = new Map<string, Tensor>();

const compiled = (text: string, names: readonly string[]) =>
  new Function(...names, `return ${text}`) as (...values: unknown[]) => unknown;
const free = Object.keys(scope);
const evaluate = (text: string): unknown => compiled(text, free)(...Object.values(scope));

async function letter(name: string, text: string): Promise<Tensor> {
  const known = letters.get(name);
  if (known) return known;
  const made = (evaluate(text) as Tensor).detach();
  await settle();
  letters.set(name, made);
  return made;
}

interface Prepared {
  step(): Promise<unknown>;
  check(): Promise<number | null>;
}

const isTensor = (value: unknown): value is Tensor => value instanceof whorl.Tensor;

async function prepare({ text, uses, gradients }: Question): Promise<Prepared | null> {
  const values: Tensor[] = [];
  for (const [name, made] of Object.entries(uses)) {
    const value = await letter(name, made);
    const isTracked = gradients && value.dtype.startsWith('float');
    values.push(isTracked ? value.detach().requiresGrad_() : value);
  }
  const call = compiled(text, [...free, ...Object.keys(uses)]);
  const given = [...Object.values(scope), ...values];
  const leaves = values.filter(({ requiresGrad }) => requiresGrad);
  let kept: unknown;
  const step = async () => {
    kept = call(...given);
    if (kept instanceof Promise) kept = await kept;
    if (gradients) kept = grad((kept as Tensor).sum(), leaves, { allowUnused: true })[0];
    await settle();
  };
  if (gradients) {
    if (leaves.length === 0) return null;
    const first = await call(...given);
    if (!isTensor(first) || !first.requiresGrad) return null;
  }
  const check = async () => {
    manualSeed(0);
    await step();
    if (!isTensor(kept)) return kept == null ? null : Number(kept);
    return kept.to('float64').nanToNum().mean().item();
  };
  return { step, check };
}

let prepared: Prepared | null = null;
let last = '';

async function answer(question: Question): Promise<Answer> {
  const name = `${question.text} ${question.gradients}`;
  if (name === last) return { ms: prepared && (await measure(prepared, question.ms)) };
  last = name;
  prepared = await prepare(question);
  if (prepared === null) return { ms: null };
  const check = await prepared.check();
  await measure(prepared, question.ms);
  return { ms: await measure(prepared, question.ms), check };
}

for await (const line of createInterface({ input: process.stdin })) {
  const said = await answer(JSON.parse(line) as Question).catch((error: unknown) => ({
    error: String(error).split('\n')[0]!,
  }));
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
process.exit();
