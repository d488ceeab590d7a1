// Writes WebAssembly modules: numbers in LEB128, sections, one memory import, exported functions.
// in:  function bodies as bytes     out: the bytes of a module

import type { WasmType } from './opcodes.js';
import { typeCode } from './opcodes.js';

export type Bytes = readonly number[];

/** Most numbers in a module are one byte: they are made once. */
const small: readonly Bytes[] = Array.from({ length: 0x80 }, (_, byte) => [byte]);

/**
 * Unsigned LEB128: seven bits a byte, the low ones first. 300 is 0xac 0x02. It divides, since from
 * 2^31 on a shift would see a negative number.
 */
export function unsigned(value: number): Bytes {
  if (value < 0x80) return small[value]!;
  const out: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) out.push((value % 0x80) | 0x80);
  out.push(value);
  return out;
}

/**
 * Signed LEB128 of a 32-bit integer. It ends where the rest only repeats the last byte's bit 6, the
 * sign: -64 takes one byte, 64 two.
 */
export function signed(value: number): Bytes {
  if (value >= 0 && value < 0x40) return small[value]!;
  const out: number[] = [];
  for (;;) {
    const low = value & 0x7f;
    value >>= 7;
    if ((value === 0 && low < 0x40) || (value === -1 && low >= 0x40)) {
      out.push(low);
      return out;
    }
    out.push(low | 0x80);
  }
}

/** Signed LEB128 of a 64-bit integer. */
export function signed64(value: bigint): number[] {
  const out: number[] = [];
  for (;;) {
    const low = Number(value & 0x7fn);
    value >>= 7n;
    if ((value === 0n && low < 0x40) || (value === -1n && low >= 0x40)) {
      out.push(low);
      return out;
    }
    out.push(low | 0x80);
  }
}

/**
 * One for all numbers: an array of each would be memory outside of the heap, which is dear to make.
 */
const number = new DataView(new ArrayBuffer(8));

function firstBytes(count: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < count; i++) out.push(number.getUint8(i));
  return out;
}

/** A number's bytes as memory holds them, e.g. of an f32.const or in a v128.const. */
export function encoded(type: WasmType, value: number | bigint): number[] {
  switch (type) {
    case 'f32':
      number.setFloat32(0, Number(value), true);
      return firstBytes(4);
    case 'f64':
      number.setFloat64(0, Number(value), true);
      return firstBytes(8);
    case 'i64':
      number.setBigInt64(0, BigInt(value), true);
      return firstBytes(8);
    default:
      number.setInt32(0, Number(value), true);
      return firstBytes(4);
  }
}

/** Bytes that are still being written. */
export class ByteWriter {
  private bytes = new Uint8Array(256);
  private length = 0;

  push(piece: Bytes): void {
    if (this.length + piece.length > this.bytes.length) this.grow(piece.length);
    for (let i = 0; i < piece.length; i++) this.bytes[this.length++] = piece[i];
  }

  /** A byte and an unsigned number. */
  pushBoth(byte: number, value: number): void {
    if (value < 0x80 && this.length + 2 <= this.bytes.length) {
      this.bytes[this.length++] = byte;
      this.bytes[this.length++] = value;
      return;
    }
    this.push([byte]);
    this.push(unsigned(value));
  }

  written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  private grow(more: number): void {
    const larger = new Uint8Array(2 * this.bytes.length + more);
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

/** 0x40 behind loop and if: the block takes nothing and leaves nothing. */
export const control = {
  loop: [0x03, 0x40],
  if: [0x04, 0x40],
  end: [0x0b],
  else: [0x05],
  return: [0x0f],
  branchIf: [0x0d],
  call: [0x10],
  getLocal: [0x20],
  setLocal: [0x21],
  teeLocal: [0x22],
} as const;

export interface FunctionCode {
  readonly params: readonly WasmType[];
  readonly locals: readonly WasmType[];
  /** instructions, without the closing `end` */
  readonly code: Uint8Array;
  readonly exportName: string | null;
  /** What it leaves on the stack; left out: nothing. */
  readonly result?: WasmType;
}

/** A function that the module is given, as env.<name>. */
export interface ImportedFunction {
  readonly name: string;
  readonly params: readonly WasmType[];
}

export interface ModuleSpec {
  /** They are numbered before the module's own. */
  readonly imports?: readonly ImportedFunction[];
  readonly functions: readonly FunctionCode[];
  /** Whether env.memory is shared: then an upper bound must be named, and is the whole 4 GiB. */
  readonly shared: boolean;
}

/** Of 64 KiB: all that an i32 reaches. */
const memoryPages = 65_536;

/** A name: its length in bytes, then the bytes. Ours are ASCII. */
const text = (name: string): number[] => [
  ...unsigned(name.length),
  ...[...name].map((c) => c.charCodeAt(0)),
];

/** A vector of the format: how many, then one after the other. */
function list(items: readonly Bytes[]): number[] {
  const out = [...unsigned(items.length)];
  for (const item of items) out.push(...item);
  return out;
}

/** Number, size in bytes, a vector; where that is empty the section is left out. */
function section(id: number, items: readonly Bytes[]): number[] {
  const content = list(items);
  return items.length === 0 ? [] : [id, ...unsigned(content.length), ...content];
}

/** Neighbours of one type are declared together. */
function localGroups(locals: readonly WasmType[]): number[] {
  const groups: number[][] = [];
  for (let i = 0; i < locals.length; ) {
    let end = i;
    while (end < locals.length && locals[end] === locals[i]) end++;
    groups.push([...unsigned(end - i), typeCode[locals[i]]]);
    i = end;
  }
  return list(groups);
}

/** Size, locals, instructions, `end`. Written into one array of its size: kernels are long. */
function functionBody({ locals, code }: FunctionCode): Uint8Array {
  const declared = localGroups(locals);
  const size = unsigned(declared.length + code.length + 1);
  const out = new Uint8Array(size.length + declared.length + code.length + 1);
  out.set(size);
  out.set(declared, size.length);
  out.set(code, size.length + declared.length);
  out[out.length - 1] = control.end[0];
  return out;
}

/** Section 10, in pieces that are copied once, at the end. */
function codeSection(functions: readonly FunctionCode[]): Uint8Array[] {
  const bodies = functions.map(functionBody);
  const count = unsigned(functions.length);
  const size = bodies.reduce((sum, body) => sum + body.length, count.length);
  return [Uint8Array.from([10, ...unsigned(size), ...count]), ...bodies];
}

function concatenate(pieces: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/** 0x60, what it takes, what it leaves. */
const functionType = (params: readonly WasmType[], result?: WasmType): number[] => [
  0x60,
  ...list(params.map((type) => [typeCode[type]])),
  ...list(result === undefined ? [] : [[typeCode[result]]]),
];

/**
 * Magic number and version 1, then sections in the order that the format demands: types (1),
 * imports (2), the functions' types (3), exports (7), code (10). Each function has a type of its
 * own, in the order in which functions are numbered, imported ones first: so a function's number is
 * its type's.
 */
export function encodeModule({ imports = [], functions, shared }: ModuleSpec): Uint8Array {
  const types = [
    ...imports.map(({ params }) => functionType(params)),
    ...functions.map(({ params, result }) => functionType(params, result)),
  ];
  // flags: 1 has an upper bound, 2 is shared; then the least number of pages
  const limits = shared ? [3, 1, ...unsigned(memoryPages)] : [0, 1];
  const exported = functions.flatMap(({ exportName }, i) =>
    exportName === null ? [] : [[...text(exportName), 0, ...unsigned(imports.length + i)]],
  );
  const head = Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(2, [
      [...text('env'), ...text('memory'), 2, ...limits],
      ...imports.map(({ name }, i) => [...text('env'), ...text(name), 0, ...unsigned(i)]),
    ]),
    ...section(
      3,
      functions.map((_, i) => unsigned(imports.length + i)),
    ),
    ...section(7, exported),
  ]);
  return concatenate([head, ...codeSection(functions)]);
}
