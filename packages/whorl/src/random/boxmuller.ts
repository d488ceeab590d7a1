// The float32 Box-Muller transform of PyTorch's AVX2 kernel (normal_fill_16_AVX2), bit for bit.
// in:  blocks of 16 draws of 24 bits, mean and std     out: as many normal numbers
//
// log, sin and cos are the Cephes single-precision polynomials (Moshier), evaluated with fused
// multiply-adds as the compiled kernel does. fround(a * b + c) is such a multiply-add: see fma.ts.

const fround = Math.fround;
const single = (bits: number): number => new Float32Array(new Int32Array([bits]).buffer)[0];

/** The float32 next to the root of 1/2, times 2^31. */
const HALF_ROOT = single(0x3f3504f3) * 2 ** 31;
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
/** 2^(k - 32): brings a whole number with k zeros in front into [0.5, 1). */
const doublings = Float64Array.from({ length: 32 }, (_, k) => 2 ** (k - 32));

/** Pairs that go through a step together: each step waits for the one before, pairs do not. */
const MOST = 256;
// what is stored here is rounded to float32, as each instruction of the compiled kernel rounds
const lanes = (): Float32Array => new Float32Array(MOST);
const [x, y, z, e, radius] = [lanes(), lanes(), lanes(), lanes(), lanes()];
/** The sine of each pair's angle beside the cosine. */
const waves = new Float32Array(2 * MOST);
const octant = new Int32Array(MOST);

/** Where the first draw of pair i lies among blocks of 16. */
const placeOf = (i: number): number => 2 * i - (i & 7);

/** log256_ps of 1 - draw / 2^24, which is a whole number of 2^-24: radius = sqrt(-2 log). */
function radii(draws: Int32Array, pairs: number): void {
  for (let i = 0; i < pairs; i++) {
    const k = 0x1000000 - draws[placeOf(i)]!;
    const zeros = Math.clz32(k);
    const mantissa = k * doublings[zeros]!;
    // -1 where it is below the root of 1/2: half of them are, so a branch would be guessed wrong
    const isSmall = (((k << zeros) >>> 1) - HALF_ROOT) >> 31;
    e[i] = 8 - zeros + isSmall;
    x[i] = mantissa - 1 - mantissa * isSmall;
  }
  for (let i = 0; i < pairs; i++) {
    const a = x[i]!;
    const b = fround(fround(P0 * a + P1) * a + P2);
    y[i] = fround(b * a + P3) * a + P4;
  }
  for (let i = 0; i < pairs; i++) {
    const a = x[i]!;
    const b = fround(fround(y[i]! * a + P5) * a + P6);
    y[i] = fround(b * a + P7) * a + P8;
    z[i] = a * a;
  }
  for (let i = 0; i < pairs; i++) {
    const b = fround(fround(y[i]! * x[i]!) * z[i]! + fround(e[i]! * LOG2_LOW));
    y[i] = b - z[i]! * 0.5;
  }
  for (let i = 0; i < pairs; i++) {
    radius[i] = Math.sqrt(-2 * fround(e[i]! * LOG2_HIGH + fround(x[i]! + y[i]!)));
  }
}

/** sincos256_ps of 2 pi draw / 2^24. */
function angles(draws: Int32Array, pairs: number): void {
  for (let i = 0; i < pairs; i++) {
    const angle = fround(TWO_PI * (draws[placeOf(i) + 8]! * TWO_24));
    const own = (fround(angle * FOUR_OVER_PI) + 1) & ~1;
    octant[i] = own;
    const a = fround(own * REDUCE1 + angle);
    x[i] = fround(own * REDUCE2 + a);
  }
  for (let i = 0; i < pairs; i++) {
    const a = fround(octant[i]! * REDUCE3 + x[i]!);
    x[i] = a;
    z[i] = a * a;
  }
  for (let i = 0; i < pairs; i++) {
    const square = z[i]!;
    const c = fround(fround(C0 * square + C1) * square + C2);
    waves[2 * i + 1] = fround(fround(c * square) * square - square * 0.5) + 1;
  }
  for (let i = 0; i < pairs; i++) {
    const square = z[i]!;
    const s = fround(fround(S0 * square + S1) * square + S2);
    waves[2 * i] = fround(s * square) * x[i]! + x[i]!;
  }
}

/**
 * Fills out[at .. at + count) from as many draws, at most 512, a multiple of 16: in each block
 * pair j is made of draws j and j + 8.
 */
export function normalPairs(
  out: Float32Array,
  at: number,
  draws: Int32Array,
  count: number,
  mean: number,
  std: number,
): void {
  const pairs = count / 2;
  radii(draws, pairs);
  angles(draws, pairs);
  for (let i = 0; i < pairs; i++) {
    const own = octant[i]!;
    const swap = (own >> 1) & 1;
    const s = waves[2 * i + swap]! * (1 - ((own & 4) >> 1));
    const c = waves[2 * i + 1 - swap]! * ((((own - 2) & 4) >> 1) - 1);
    const place = at + placeOf(i);
    out[place] = fround(radius[i]! * c) * std + mean;
    out[place + 8] = fround(radius[i]! * s) * std + mean;
  }
}
