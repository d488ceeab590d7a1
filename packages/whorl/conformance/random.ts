// Runs the recorded draws: generators, distributions, initialisers, samplers, Python's random.
// in:  a case of random.json     out: a case that compares bit patterns
import { createHash } from 'node:crypto';
import { compareData } from './compare.js';
import { type Arguments, draws, type Drawn } from './draws.js';
import { isTensor, NotOffered } from './library.js';
import { loading } from './loading.js';
import { type Case, expectSame, Mismatch } from './outcome.js';
import { exact, lastBits, orthogonal, type Tolerance, toleranceOf } from './tolerances.js';

/** Bit patterns in hex, all of them or the ends and a digest; or a place in a file of numbers. */
export interface RecordedDraw {
  t: 'f32' | 'f64' | 'i64' | 'i32';
  n: number;
  hex?: string;
  head?: string;
  tail?: string;
  sha256_le?: string;
  o?: number;
}

export interface RandomLine {
  fn: string;
  a: Arguments;
  out: RecordedDraw[];
}

type Numbers = Float32Array | Float64Array | BigInt64Array | Int32Array;

const arrays = {
  f32: Float32Array,
  f64: Float64Array,
  i64: BigInt64Array,
  i32: Int32Array,
} as const;

const usual: Readonly<Record<string, Tolerance>> = {
  randn64: lastBits,
  normal64_: lastBits,
  exponential64_: lastBits,
  'py.gauss': lastBits,
  orthogonal,
};

/** Hex digits, most significant first, as numbers. */
export function fromHex(hex: string, t: RecordedDraw['t']): Numbers {
  const width = arrays[t].BYTES_PER_ELEMENT;
  const bytes = Buffer.from(hex, 'hex');
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
  return new arrays[t](Uint8Array.from(bytes).buffer);
}

const bytesOf = (values: Numbers): Buffer =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength);

/** What was drawn, as the type in which it was recorded. */
async function numbersOf(drawn: Drawn[number], t: RecordedDraw['t']): Promise<Numbers> {
  const values: ArrayLike<number | bigint> = isTensor(drawn) ? await drawn.data() : drawn;
  if (values instanceof arrays[t]) return values;
  const wide = t === 'i64' ? BigInt64Array.from(values as ArrayLike<number>, BigInt) : undefined;
  if (wide !== undefined && (!isTensor(drawn) || values instanceof Uint8Array)) return wide;
  if (!isTensor(drawn)) return arrays[t as 'f64'].from(values as ArrayLike<number>);
  throw new Mismatch(`expected ${t}, came ${drawn.dtype}`);
}

/** The recorded numbers, or as many of them as the record holds. */
function pieces({ t, n, hex, head, tail, o }: RecordedDraw, file?: Buffer): [number, Numbers][] {
  if (o !== undefined && file !== undefined) {
    const length = n * arrays[t].BYTES_PER_ELEMENT;
    return [[0, new arrays[t](Uint8Array.from(file.subarray(o, o + length)).buffer)]];
  }
  if (hex !== undefined) return [[0, fromHex(hex, t)]];
  const last = fromHex(tail!, t);
  return [
    [0, fromHex(head!, t)],
    [n - last.length, last],
  ];
}

async function compareDraw(
  drawn: Drawn[number],
  recorded: RecordedDraw,
  tolerance: Tolerance,
  file?: Buffer,
): Promise<string | undefined> {
  const values = await numbersOf(drawn, recorded.t);
  if (values.length !== recorded.n) return `expected ${recorded.n} numbers, came ${values.length}`;
  for (const [start, expected] of pieces(recorded, file)) {
    const came = values.slice(start, start + expected.length);
    const difference = compareData(came, expected, recorded.t.startsWith('f'), tolerance);
    if (difference !== undefined) return start === 0 ? difference : `from ${start}: ${difference}`;
  }
  if (tolerance !== exact || recorded.sha256_le === undefined) return undefined;
  const digest = createHash('sha256').update(bytesOf(values)).digest('hex');
  return digest === recorded.sha256_le ? undefined : 'differs between its first and last numbers';
}

async function runRandom(id: string, line: RandomLine, file?: Buffer): Promise<void> {
  const draw = draws[line.fn] ?? loading[line.fn];
  if (draw === undefined) throw new NotOffered(`random ${line.fn}`);
  const tolerance = toleranceOf(id, usual[line.fn] ?? exact);
  const drawn = await draw(line.a);
  if (drawn.length !== line.out.length) {
    throw new Mismatch(`expected ${line.out.length} results, came ${drawn.length}`);
  }
  for (const [i, recorded] of line.out.entries()) {
    const difference = await compareDraw(drawn[i]!, recorded, tolerance, file);
    expectSame(i === 0 ? `(${line.a})` : `(${line.a}) result ${i}`, difference);
  }
}

export function randomCase(line: RandomLine, number: number, file?: Buffer): Case {
  const id = `random/${line.fn}#${number}`;
  return { kind: 'random', id, name: line.fn, run: () => runRandom(id, line, file) };
}
