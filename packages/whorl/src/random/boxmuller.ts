// The float32 Box-Muller transform of PyTorch's AVX2 kernel (normal_fill_16_AVX2), bit for bit.
// in:  16 draws of 24 bits, mean and std     out: 16 normal numbers
//
// log, sin and cos are the Cephes single-precision polynomials (Moshier), evaluated with fused
// multiply-adds as the compiled kernel does. fround(a * b + c) is such a multiply-add: see fma.ts.

const fround = Math.fround;
const single = (bits: number): number => new Float32Array(new Int32Array([bits]).buffer)[0];

const SQRT_HALF = single(0x3f3504f3);
const P0 = single(0x3d9021bb);
const P1 = single(0xbdebd1b8);
const P2 = single(0x3def251a);
const P3 = single(0xbdfe5d4f);
const P4 = single(0x3e11e9bf);
const P5 = single(0xbe2aae50);
const P6 = single(0x3e4cceac);
const P7 = single(0xbe7ffffc);
const P8 = single(0x3eaaaaaa);
// log(2) in two parts.
const LOG2_LOW = single(0xb95e8083);
const LOG2_HIGH = single(0x3f318000);

const FOUR_OVER_PI = single(0x3fa2f983);
// -pi/4 in three parts.
const REDUCE1 = single(0xbf490000);
const REDUCE2 = single(0xb97da000);
const REDUCE3 = single(0xb3222169);
const S0 = single(0xb94ca1f9);
const S1 = single(0x3c08839e);
const S2 = single(0xbe2aaaa3);
const C0 = single(0x37ccf5ce);
const C1 = single(0xbab6061a);
const C2 = single(0x3d2aaaa5);
const TWO_PI = single(0x40c90fdb);

const TWO_24 = 2 ** -24;
/** 2^-k for k = 0..25, to bring a whole number of k bits into [0.5, 1). */
const halvings = Float64Array.from({ length: 26 }, (_, k) => 2 ** -k);

/** log256_ps of k / 2^24, for whole k in 1..2^24. */
function logOfFraction(k: number): number {
  const bits = 32 - Math.clz32(k);
  const mantissa = k * halvings[bits];
  let e = bits - 24;
  let x = mantissa - 1;
  if (mantissa < SQRT_HALF) {
    e -= 1;
    x = fround(x + mantissa);
  }
  let y = fround(P0 * x + P1);
  y = fround(y * x + P2);
  y = fround(y * x + P3);
  y = fround(y * x + P4);
  y = fround(y * x + P5);
  y = fround(y * x + P6);
  y = fround(y * x + P7);
  y = fround(y * x + P8);
  const z = fround(x * x);
  y = fround(fround(y * x) * z + fround(e * LOG2_LOW));
  y = fround(y - z * 0.5);
  return fround(e * LOG2_HIGH + fround(x + y));
}

/**
 * Fills out[at .. at+16) from the 16 draws that begin at `from`: pair j is made of draws j and j + 8
 * (sincos256_ps).
 */
export function normalPairs(
  out: Float32Array,
  at: number,
  draws: Int32Array,
  from: number,
  mean: number,
  std: number,
): void {
  for (let j = 0; j < 8; j++) {
    // u1 = 1 - draw / 2^24 is exact, so its log can start from a whole number.
    const radius = fround(Math.sqrt(-2 * logOfFraction(0x1000000 - draws[from + j])));
    let x = fround(TWO_PI * (draws[from + j + 8] * TWO_24));
    const octant = (fround(x * FOUR_OVER_PI) + 1) & ~1;
    x = fround(octant * REDUCE1 + x);
    x = fround(octant * REDUCE2 + x);
    x = fround(octant * REDUCE3 + x);
    const z = fround(x * x);
    let c = fround(C0 * z + C1);
    c = fround(c * z + C2);
    c = fround(fround(c * z) * z - z * 0.5);
    c = fround(c + 1);
    let s = fround(S0 * z + S1);
    s = fround(s * z + S2);
    s = fround(fround(s * z) * x + x);
    const isSwapped = (octant & 2) !== 0;
    const sine = isSwapped ? c : s;
    const cosine = isSwapped ? s : c;
    const signedSine = (octant & 4) !== 0 ? -sine : sine;
    const signedCosine = ((octant - 2) & 4) === 0 ? -cosine : cosine;
    out[at + j] = fround(radius * signedCosine) * std + mean;
    out[at + j + 8] = fround(radius * signedSine) * std + mean;
  }
}
