// The small functions that a kernel's JavaScript may call.
// in:  the text of a kernel     out: the definitions of those that it names
//
// JavaScript has numbers of one kind and bigints: where a dtype means something else (integers that
// saturate or wrap, division by zero, halves to even) the meaning is written out here, once.

const definitions: Record<string, string> = {
  f32: 'Math.fround',
  nearest:
    '(x) => { // to the nearest integer, halves to the even one\n' +
    '    const size = Math.abs(x);\n' +
    '    if (!(size < 2 ** 52)) return x;\n' +
    '    const rounded = size + 2 ** 52 - 2 ** 52;\n' +
    '    return x < 0 || Object.is(x, -0) ? -rounded : rounded;\n' +
    '  }',
  // NaN | 0 is 0
  toInt32: '(x) => x >= 2147483647 ? 2147483647 : x <= -2147483648 ? -2147483648 : x | 0',
  toInt64:
    '(x) => {\n' +
    '    if (x >= 2 ** 63) return 2n ** 63n - 1n;\n' +
    '    return x <= -(2 ** 63) ? -(2n ** 63n) : x === x ? BigInt(Math.trunc(x)) : 0n;\n' +
    '  }',
  int64: '(x) => BigInt.asIntN(64, x)',
  div64: '(x, y) => y === 0n ? 0n : BigInt.asIntN(64, x / y)',
  rem64: '(x, y) => y === 0n ? 0n : x % y',
  min64: '(x, y) => x < y ? x : y',
  max64: '(x, y) => x < y ? y : x',
  abs64: '(x) => BigInt.asIntN(64, x < 0n ? -x : x)',
  inside: '(index, lo, hi) => lo <= index && index < hi ? 1 : 0',
  // two arrays over the same bytes
  asInt32: '(x) => new Int32Array(Float32Array.of(x).buffer)[0]',
  asFloat32: '(x) => new Float32Array(Int32Array.of(x).buffer)[0]',
  asInt64: '(x) => new BigInt64Array(Float64Array.of(x).buffer)[0]',
  asFloat64: '(x) => new Float64Array(BigInt64Array.of(x).buffer)[0]',
};

export const helperNames: ReadonlySet<string> = new Set(Object.keys(definitions));

/** A line each, for those that occur in the text as calls. */
export function helpersFor(text: string): string[] {
  return Object.entries(definitions)
    .filter(([name]) => new RegExp(`\\b${name}\\(`).test(text))
    .map(([name, definition]) => `const ${name} = ${definition};`);
}
