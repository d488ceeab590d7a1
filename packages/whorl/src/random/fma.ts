// Multiply-add with one rounding, which the AVX2 kernels of PyTorch use and JavaScript lacks.
// in:  a, b, c     out: a * b + c, rounded once to float64
//
// For float32 operands no function is needed: a * b is exact in a double, so the callers write
// Math.fround(a * b + c). Its second rounding can show about once in 2^29 operations, and never
// does in randn (tried for every input of its polynomials).

const SPLITTER = 134217729; // 2^27 + 1

const cell = new Float64Array(1);
const words = new Int32Array(cell.buffer);
const LOW = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;

/** A correctly rounded a * b + c (Boldo and Melquiond 2008): exact parts, added round-to-odd. */
export function fma64(a: number, b: number, c: number): number {
  const product = a * b;
  const plain = product + c;
  // Zeros are exact; infinities, NaN and sizes where the splitting would overflow stay as they are.
  if (product === 0 || !(Math.abs(plain) < 1e290) || !(Math.abs(product) < 1e290)) return plain;
  const error = productError(a, b, product);
  const low = error + c;
  const lowRest = sumError(error, c, low);
  const high = product + low;
  const highRest = sumError(product, low, high);
  return high + sumToOdd(lowRest, highRest);
}

/** What a * b lost in rounding to `product` (Dekker, with Veltkamp's splitting). */
function productError(a: number, b: number, product: number): number {
  const aBig = SPLITTER * a;
  const aHigh = aBig - (aBig - a);
  const aLow = a - aHigh;
  const bBig = SPLITTER * b;
  const bHigh = bBig - (bBig - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** What a + b lost in rounding to `sum` (Knuth). */
function sumError(a: number, b: number, sum: number): number {
  const bPart = sum - a;
  return a - (sum - bPart) + (b - bPart);
}

/** a + b, where an inexact result takes the neighbour whose last bit is odd. */
function sumToOdd(a: number, b: number): number {
  const sum = a + b;
  const error = sumError(a, b, sum);
  if (error === 0) return sum;
  cell[0] = sum;
  if ((words[LOW] & 1) !== 0) return sum;
  if (error > 0 === sum > 0) {
    words[LOW] += 1;
  } else {
    if (words[LOW] === 0) words[HIGH] -= 1;
    words[LOW] -= 1;
  }
  return cell[0];
}
