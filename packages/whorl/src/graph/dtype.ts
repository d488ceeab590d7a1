// The element types, what they cost in memory, and which type two of them make together.
// in:  names of dtypes     out: sizes, categories, the promoted dtype (torch.promote_types)

export type DType = 'float32' | 'float64' | 'int32' | 'int64' | 'uint8' | 'bool';

export const dtypes: readonly DType[] = ['bool', 'uint8', 'int32', 'int64', 'float32', 'float64'];

/** Bytes of one element in memory. */
export const itemSize: Record<DType, number> = {
  bool: 1,
  uint8: 1,
  int32: 4,
  int64: 8,
  float32: 4,
  float64: 8,
};

export const isFloating = (dtype: DType): boolean => dtype === 'float32' || dtype === 'float64';

/** PyTorch's three categories: within one, size decides; across them, the higher category. */
export const category = (dtype: DType): 0 | 1 | 2 =>
  dtype === 'bool' ? 0 : isFloating(dtype) ? 2 : 1;

/** The dtype that holds both: torch.promote_types. uint8 with any signed type is that type. */
export function promote(a: DType, b: DType): DType {
  return dtypes.indexOf(a) >= dtypes.indexOf(b) ? a : b;
}

export type TypedArray = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

/** The typed array that holds `dtype`; bool is one byte, 0 or 1. */
export const arrayOf = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;
