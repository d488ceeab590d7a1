// The WebAssembly instructions that kernels use, a line each: code, result, operands by position.
// in:  an instruction's name     out: its bytes and the type of its result

export type WasmType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

export interface Opcode {
  readonly bytes: readonly number[];
  /** null: nothing is left on the stack */
  readonly result: WasmType | null;
}

/** Negative numbers in signed LEB128, of one byte each: -1 is i32, -5 is v128. */
export const typeCode: Record<WasmType, number> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

/** One byte: the instructions that WebAssembly began with. */
const op = (code: number, result: WasmType | null): Opcode => ({ bytes: [code], result });
/**
 * Behind the prefix 0xfc. The older conversions trap at NaN and at what does not fit; these give 0
 * and the nearest end.
 */
const sat = (code: number, result: WasmType): Opcode => ({ bytes: [0xfc, code], result });
/** Behind the prefix 0xfd. What follows is a number in LEB128: from 0x80 on it takes two bytes. */
const simd = (code: number, result: WasmType | null = 'v128'): Opcode => ({
  bytes: code < 0x80 ? [0xfd, code] : [0xfd, (code & 0x7f) | 0x80, code >> 7],
  result,
});

export const opcodes = {
  'i32.load': op(0x28, 'i32'),
  'i64.load': op(0x29, 'i64'),
  'f32.load': op(0x2a, 'f32'),
  'f64.load': op(0x2b, 'f64'),
  // a bool or uint8 is a byte in memory and an i32 everywhere else
  'i32.load8_u': op(0x2d, 'i32'),
  'i32.store': op(0x36, null),
  'i64.store': op(0x37, null),
  'f32.store': op(0x38, null),
  'f64.store': op(0x39, null),
  'i32.store8': op(0x3a, null),

  // call, of a function that leaves an f64: our routines are of that kind
  'f64.call': op(0x10, 'f64'),

  'i32.const': op(0x41, 'i32'),
  'i64.const': op(0x42, 'i64'),
  'f32.const': op(0x43, 'f32'),
  'f64.const': op(0x44, 'f64'),

  'i32.eqz': op(0x45, 'i32'),
  'i32.eq': op(0x46, 'i32'),
  'i32.ne': op(0x47, 'i32'),
  'i32.lt_s': op(0x48, 'i32'),
  'i32.lt_u': op(0x49, 'i32'),
  'i32.le_s': op(0x4c, 'i32'),
  'i32.le_u': op(0x4d, 'i32'),
  'i64.eqz': op(0x50, 'i32'),
  'i64.eq': op(0x51, 'i32'),
  'i64.ne': op(0x52, 'i32'),
  'i64.lt_s': op(0x53, 'i32'),
  'i64.le_s': op(0x57, 'i32'),
  'i64.le_u': op(0x58, 'i32'),
  'f32.eq': op(0x5b, 'i32'),
  'f32.ne': op(0x5c, 'i32'),
  'f32.lt': op(0x5d, 'i32'),
  'f32.le': op(0x5f, 'i32'),
  'f64.eq': op(0x61, 'i32'),
  'f64.ne': op(0x62, 'i32'),
  'f64.lt': op(0x63, 'i32'),
  'f64.le': op(0x65, 'i32'),

  'i32.add': op(0x6a, 'i32'),
  'i32.sub': op(0x6b, 'i32'),
  'i32.mul': op(0x6c, 'i32'),
  'i32.div_s': op(0x6d, 'i32'),
  'i32.div_u': op(0x6e, 'i32'),
  'i32.rem_s': op(0x6f, 'i32'),
  'i32.rem_u': op(0x70, 'i32'),
  'i32.and': op(0x71, 'i32'),
  'i32.or': op(0x72, 'i32'),
  'i32.xor': op(0x73, 'i32'),
  'i32.shl': op(0x74, 'i32'),
  'i32.shr_s': op(0x75, 'i32'),
  'i32.shr_u': op(0x76, 'i32'),
  'i64.add': op(0x7c, 'i64'),
  'i64.sub': op(0x7d, 'i64'),
  'i64.mul': op(0x7e, 'i64'),
  'i64.div_s': op(0x7f, 'i64'),
  'i64.rem_s': op(0x81, 'i64'),
  'i64.and': op(0x83, 'i64'),
  'i64.or': op(0x84, 'i64'),
  'i64.xor': op(0x85, 'i64'),
  'i64.shl': op(0x86, 'i64'),
  'i64.shr_s': op(0x87, 'i64'),

  'f32.abs': op(0x8b, 'f32'),
  'f32.neg': op(0x8c, 'f32'),
  'f32.ceil': op(0x8d, 'f32'),
  'f32.floor': op(0x8e, 'f32'),
  'f32.trunc': op(0x8f, 'f32'),
  'f32.nearest': op(0x90, 'f32'),
  'f32.sqrt': op(0x91, 'f32'),
  'f32.add': op(0x92, 'f32'),
  'f32.sub': op(0x93, 'f32'),
  'f32.mul': op(0x94, 'f32'),
  'f32.div': op(0x95, 'f32'),
  'f32.min': op(0x96, 'f32'),
  'f32.max': op(0x97, 'f32'),
  'f64.abs': op(0x99, 'f64'),
  'f64.neg': op(0x9a, 'f64'),
  'f64.ceil': op(0x9b, 'f64'),
  'f64.floor': op(0x9c, 'f64'),
  'f64.trunc': op(0x9d, 'f64'),
  'f64.nearest': op(0x9e, 'f64'),
  'f64.sqrt': op(0x9f, 'f64'),
  'f64.add': op(0xa0, 'f64'),
  'f64.sub': op(0xa1, 'f64'),
  'f64.mul': op(0xa2, 'f64'),
  'f64.div': op(0xa3, 'f64'),
  'f64.min': op(0xa4, 'f64'),
  'f64.max': op(0xa5, 'f64'),

  'i32.wrap_i64': op(0xa7, 'i32'),
  'i64.extend_i32_s': op(0xac, 'i64'),
  'f32.convert_i32_s': op(0xb2, 'f32'),
  'f32.convert_i64_s': op(0xb4, 'f32'),
  'f32.demote_f64': op(0xb6, 'f32'),
  'f64.convert_i32_s': op(0xb7, 'f64'),
  'f64.convert_i64_s': op(0xb9, 'f64'),
  'f64.promote_f32': op(0xbb, 'f64'),
  'i32.reinterpret_f32': op(0xbc, 'i32'),
  'i64.reinterpret_f64': op(0xbd, 'i64'),
  'f32.reinterpret_i32': op(0xbe, 'f32'),
  'f64.reinterpret_i64': op(0xbf, 'f64'),
  'i32.trunc_sat_f32_s': sat(0, 'i32'),
  'i32.trunc_sat_f64_s': sat(2, 'i32'),
  'i64.trunc_sat_f32_s': sat(4, 'i64'),
  'i64.trunc_sat_f64_s': sat(6, 'i64'),

  // select's operands have the result's type
  'i32.select': op(0x1b, 'i32'),
  'i64.select': op(0x1b, 'i64'),
  'f32.select': op(0x1b, 'f32'),
  'f64.select': op(0x1b, 'f64'),

  'v128.load': simd(0x00),
  'v128.store': simd(0x0b, null),
  'v128.const': simd(0x0c),
  'v128.load32_splat': simd(0x09),
  'v128.load64_splat': simd(0x0a),
  // _lane fills one lane of a register that is given; _zero the first lane of one full of zeros
  'v128.load8_lane': simd(0x54),
  'v128.load32_lane': simd(0x56),
  'v128.load64_lane': simd(0x57),
  'v128.store8_lane': simd(0x58, null),
  'v128.store32_lane': simd(0x5a, null),
  'v128.store64_lane': simd(0x5b, null),
  'v128.load32_zero': simd(0x5c),
  'v128.load64_zero': simd(0x5d),

  // a lane's number is an immediate byte; a shuffle has sixteen of them
  'i8x16.shuffle': simd(0x0d),
  'i32x4.splat': simd(0x11),
  'i64x2.splat': simd(0x12),
  'f32x4.splat': simd(0x13),
  'f64x2.splat': simd(0x14),
  'i32x4.extract_lane': simd(0x1b, 'i32'),
  'i32x4.replace_lane': simd(0x1c),
  'i64x2.extract_lane': simd(0x1d, 'i64'),
  'i64x2.replace_lane': simd(0x1e),
  'f32x4.extract_lane': simd(0x1f, 'f32'),
  'f32x4.replace_lane': simd(0x20),
  'f64x2.extract_lane': simd(0x21, 'f64'),
  'f64x2.replace_lane': simd(0x22),

  'i32x4.eq': simd(0x37),
  'i32x4.ne': simd(0x38),
  'i32x4.lt_s': simd(0x39),
  'i32x4.lt_u': simd(0x3a),
  'i32x4.le_s': simd(0x3d),
  'f32x4.eq': simd(0x41),
  'f32x4.ne': simd(0x42),
  'f32x4.lt': simd(0x43),
  'f32x4.le': simd(0x45),
  'f64x2.eq': simd(0x47),
  'f64x2.ne': simd(0x48),
  'f64x2.lt': simd(0x49),
  'f64x2.le': simd(0x4b),
  // lanes of 64 bits have no unsigned comparison, no minimum, no way to floats and back
  'i64x2.eq': simd(0xd6),
  'i64x2.ne': simd(0xd7),
  'i64x2.lt_s': simd(0xd8),
  'i64x2.le_s': simd(0xda),

  // andnot(a, b) is a & ~b; bitselect(a, b, mask) takes a's bit where the mask's is 1
  'v128.not': simd(0x4d),
  'v128.and': simd(0x4e),
  'v128.andnot': simd(0x4f),
  'v128.or': simd(0x50),
  'v128.xor': simd(0x51),
  'v128.bitselect': simd(0x52),
  'v128.any_true': simd(0x53, 'i32'),
  'i32x4.all_true': simd(0xa3, 'i32'),

  // narrowing reads signed numbers and saturates: what lies in 0 to 255 passes unchanged
  'i8x16.narrow_i16x8_u': simd(0x66),
  'i16x8.narrow_i32x4_u': simd(0x86),
  'i16x8.extend_low_i8x16_u': simd(0x89),
  'i32x4.extend_low_i16x8_u': simd(0xa9),
  'i64x2.extend_low_i32x4_s': simd(0xc7),
  'i64x2.extend_high_i32x4_s': simd(0xc8),

  'i32x4.abs': simd(0xa0),
  'i32x4.neg': simd(0xa1),
  'i32x4.shl': simd(0xab),
  'i32x4.shr_s': simd(0xac),
  'i32x4.shr_u': simd(0xad),
  'i32x4.add': simd(0xae),
  'i32x4.sub': simd(0xb1),
  'i32x4.mul': simd(0xb5),
  'i32x4.min_s': simd(0xb6),
  'i32x4.max_s': simd(0xb8),
  'i64x2.abs': simd(0xc0),
  'i64x2.neg': simd(0xc1),
  'i64x2.shl': simd(0xcb),
  'i64x2.shr_s': simd(0xcc),
  'i64x2.add': simd(0xce),
  'i64x2.sub': simd(0xd1),
  'i64x2.mul': simd(0xd5),

  'f32x4.ceil': simd(0x67),
  'f32x4.floor': simd(0x68),
  'f32x4.trunc': simd(0x69),
  'f32x4.nearest': simd(0x6a),
  'f32x4.abs': simd(0xe0),
  'f32x4.neg': simd(0xe1),
  'f32x4.sqrt': simd(0xe3),
  'f32x4.add': simd(0xe4),
  'f32x4.sub': simd(0xe5),
  'f32x4.mul': simd(0xe6),
  'f32x4.div': simd(0xe7),
  'f32x4.min': simd(0xe8),
  'f32x4.max': simd(0xe9),
  // pmin(a, b) is b < a ? b : a, pmax(a, b) is a < b ? b : a; min and max hand NaN on and put -0
  // below 0, for which x86 needs several instructions
  'f32x4.pmin': simd(0xea),
  'f32x4.pmax': simd(0xeb),
  'f64x2.ceil': simd(0x74),
  'f64x2.floor': simd(0x75),
  'f64x2.trunc': simd(0x7a),
  'f64x2.nearest': simd(0x94),
  'f64x2.abs': simd(0xec),
  'f64x2.neg': simd(0xed),
  'f64x2.sqrt': simd(0xef),
  'f64x2.add': simd(0xf0),
  'f64x2.sub': simd(0xf1),
  'f64x2.mul': simd(0xf2),
  'f64x2.div': simd(0xf3),
  'f64x2.min': simd(0xf4),
  'f64x2.max': simd(0xf5),
  'f64x2.pmin': simd(0xf6),
  'f64x2.pmax': simd(0xf7),

  // relaxed SIMD: a * b + c, rounded once where the processor can
  'f32x4.relaxed_madd': simd(0x105),

  // between lanes of 4 and 8 bytes: _low reads the first two of four, _zero leaves the last two 0
  'f32x4.convert_i32x4_s': simd(0xfa),
  'i32x4.trunc_sat_f32x4_s': simd(0xf8),
  'f64x2.convert_low_i32x4_s': simd(0xfe),
  'i32x4.trunc_sat_f64x2_s_zero': simd(0xfc),
  'f64x2.promote_low_f32x4': simd(0x5f),
  'f32x4.demote_f64x2_zero': simd(0x5e),
} satisfies Record<string, Opcode>;

export type OpName = keyof typeof opcodes;
