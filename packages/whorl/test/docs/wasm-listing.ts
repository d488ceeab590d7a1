// Reads a kernel's module back as text: what the pages show of it.
// in:  the bytes that render/wasm made     out: instructions, a line each, and how many of each kind

import { control } from '../../src/render/wasm/encoding/encoder.js';
import { opcodes } from '../../src/render/wasm/encoding/opcodes.js';

const plain: [string, readonly number[]][] = [
  ['loop', [0x03]],
  ['if', [0x04]],
  ['end', control.end],
  ['br_if', control.branchIf],
  ['call', control.call],
  ['local.get', control.getLocal],
  ['local.set', control.setLocal],
  ['local.tee', control.teeLocal],
];
const nameOf = new Map<string, string>(
  [...Object.entries(opcodes).map(([name, { bytes }]) => [name, bytes] as const), ...plain].map(
    ([name, bytes]) => [bytes.join(), name],
  ),
);

class Reader {
  at = 0;
  constructor(private readonly bytes: Uint8Array) {}

  byte(): number {
    return this.bytes[this.at++]!;
  }

  /** Either kind of LEB128; the sign only matters for what is shown of small constants. */
  number(isSigned = false): number {
    let [value, factor, low] = [0, 1, 0];
    do {
      low = this.byte();
      value += (low & 0x7f) * factor;
      factor *= 128;
    } while (low >= 0x80);
    return isSigned && (low & 0x40) !== 0 ? value - factor : value;
  }

  floats(count: number, size: 4 | 8): number[] {
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset + this.at);
    this.at += count * size;
    return Array.from({ length: count }, (_, i) =>
      size === 4 ? view.getFloat32(4 * i, true) : view.getFloat64(8 * i, true),
    );
  }

  opcode(): string {
    const first = this.byte();
    if (first < 0xfc) return nameOf.get(`${first}`)!;
    const start = this.at;
    this.number();
    return nameOf.get([first, ...this.bytes.subarray(start, this.at)].join())!;
  }
}

const short = (value: number): string => `${Number(value.toPrecision(7))}`;

function constant(r: Reader): string {
  const values = r.floats(4, 4).map(short);
  return new Set(values).size === 1 ? `all ${values[0]}` : values.join(' ');
}

/** What follows an opcode, as it is shown. */
function immediate(r: Reader, name: string): string {
  if (/\.(load|store)/.test(name)) {
    r.number();
    const offset = r.number();
    return [offset > 0 ? `+${offset}` : '', name.endsWith('_lane') ? `lane ${r.byte()}` : '']
      .filter(Boolean)
      .join(' ');
  }
  if (name === 'v128.const') return constant(r);
  if (name === 'i8x16.shuffle') return Array.from({ length: 16 }, () => r.byte()).join(' ');
  if (name.includes('_lane')) return `${r.byte()}`;
  if (name === 'f32.const') return short(r.floats(1, 4)[0]!);
  if (name === 'f64.const') return short(r.floats(1, 8)[0]!);
  if (name === 'loop' || name === 'if') return r.byte() === 0x40 ? '' : 'result';
  if (name === 'i32.const' || name === 'i64.const') return `${r.number(true)}`;
  return name.startsWith('local.') || name === 'call' || name === 'br_if' ? `${r.number()}` : '';
}

export interface Listing {
  readonly functions: readonly (readonly string[])[];
  readonly counts: ReadonlyMap<string, number>;
}

function functionListing(r: Reader, counts: Map<string, number>): string[] {
  const end = r.number() + r.at;
  for (let groups = r.number(); groups > 0; groups--) {
    r.number();
    r.byte();
  }
  const lines: string[] = [];
  let depth = 0;
  while (r.at < end) {
    const name = r.opcode();
    const detail = immediate(r, name);
    if (name === 'end') depth--;
    if (depth >= 0) lines.push(`${'  '.repeat(depth)}${name}${detail ? ` ${detail}` : ''}`);
    if (name === 'loop' || name === 'if') depth++;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return lines;
}

export function listingOf(module: Uint8Array): Listing {
  const r = new Reader(module);
  r.at = 8;
  const counts = new Map<string, number>();
  while (r.byte() !== 10) {
    const size = r.number();
    r.at += size;
  }
  r.number();
  const functions = Array.from({ length: r.number() }, () => functionListing(r, counts));
  return { functions, counts };
}
