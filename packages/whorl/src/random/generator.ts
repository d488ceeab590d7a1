// PyTorch's CPU generator: the Mersenne Twister, a seed, and one cached normal.
// in:  a seed or a saved state     out: bits, uniforms, normals, the 5056-byte state

import { MersenneTwister } from './mt19937.js';

/** c10::detail::getNonDeterministicRandom's counterpart for `new Generator()`: always this seed. */
export const DEFAULT_SEED = 67280421310721n;

const STATE_BYTES = 5056;
const TWO_24 = 2 ** -24;
const TWO_53 = 2 ** -53;

/** 64 bits from the system's source of randomness. */
export function systemSeed(): bigint {
  return crypto.getRandomValues(new BigUint64Array(1))[0];
}

interface Mark {
  readonly twister: MersenneTwister;
  seed: bigint;
  normal: number | null;
}

/**
 * torch.Generator on the CPU (at::CPUGeneratorImpl): the same numbers from the same seed.
 *
 * Drawing functions take one as an argument; without one they use the default generator.
 *
 * @example
 * const generator = new Generator().manualSeed(42);
 * generator.uniform24(); // 0.8822692632675171
 */
export class Generator {
  readonly #twister = new MersenneTwister();
  #seed = DEFAULT_SEED;
  #hasNormal = false;
  #normal = 0;

  constructor() {
    this.manualSeed(DEFAULT_SEED);
  }

  /**
   * Starts the stream that `seed` names, as Generator.manual_seed. Only the low 32 bits reach the
   * Mersenne Twister; a negative seed means seed + 2^64. Throws outside [-2^63, 2^64).
   */
  manualSeed(seed: number | bigint): this {
    if (!Number.isInteger(seed) && !['bigint', 'boolean'].includes(typeof seed)) {
      throw new Error(`manualSeed: expected a whole number, but got ${String(seed)}`);
    }
    const whole = BigInt(seed);
    if (whole < -(2n ** 63n) || whole >= 2n ** 64n) {
      throw new Error(`manualSeed: Overflow: ${whole} is not in [-2^63, 2^64)`);
    }
    this.#seed = BigInt.asUintN(64, whole);
    this.#twister.seed(Number(BigInt.asUintN(32, whole)));
    this.#hasNormal = false;
    return this;
  }

  /** Starts from a seed that nobody can foresee, and returns it (Generator.seed). */
  seed(): bigint {
    this.manualSeed(systemSeed());
    return this.#seed;
  }

  /** The seed of the current stream, in [0, 2^64) (Generator.initial_seed). */
  initialSeed(): bigint {
    return this.#seed;
  }

  /** The next 32 bits as a signed number, for loops that mask or shift anyway. */
  bits(): number {
    return this.#twister.bits();
  }

  /** Fills the first `count` places with the low 24 bits of the next draws, as uniform24 does. */
  fill24(out: Int32Array, count: number): void {
    this.#twister.fill(out, count, 0xffffff);
  }

  /** The next 32 bits, in [0, 2^32) (CPUGeneratorImpl::random). */
  u32(): number {
    return this.#twister.bits() >>> 0;
  }

  /** The next 64 bits; the first draw is the high word (CPUGeneratorImpl::random64). */
  random64(): bigint {
    const high = BigInt(this.u32());
    return (high << 32n) | BigInt(this.u32());
  }

  /** A multiple of 2^-24 in [0, 1): torch's float32 uniform, one draw. */
  uniform24(): number {
    return (this.#twister.bits() & 0xffffff) * TWO_24;
  }

  /** A multiple of 2^-53 in [0, 1): torch's float64 uniform, two draws. */
  uniform53(): number {
    const high = this.#twister.bits() & 0x1fffff;
    return (high * 4294967296 + (this.#twister.bits() >>> 0)) * TWO_53;
  }

  /**
   * A standard normal in double by Box and Muller (at::normal_distribution<double>). Each second
   * call returns the cached partner, however many other numbers were drawn in between.
   */
  normal(): number {
    if (this.#hasNormal) {
      this.#hasNormal = false;
      return this.#normal;
    }
    const u1 = this.uniform53();
    const u2 = this.uniform53();
    const radius = Math.sqrt(-2 * Math.log1p(-u2));
    const theta = 2 * Math.PI * u1;
    this.#normal = radius * Math.sin(theta);
    this.#hasNormal = true;
    return radius * Math.cos(theta);
  }

  /** The state now, to go back to: `into` is an earlier mark that is not needed any more. */
  mark(into: object | null): object {
    const mark = (into as Mark | null) ?? {
      twister: new MersenneTwister(),
      seed: 0n,
      normal: null,
    };
    mark.twister.copy(this.#twister);
    mark.seed = this.#seed;
    mark.normal = this.#hasNormal ? this.#normal : null;
    return mark;
  }

  /** Goes back to where mark() was called. */
  rewind(to: object): void {
    const { twister, seed, normal } = to as Mark;
    this.#twister.copy(twister);
    this.#seed = seed;
    this.#hasNormal = normal !== null;
    this.#normal = normal ?? 0;
  }

  /** The whole state in PyTorch's own layout of 5056 bytes (Generator.get_state). */
  getState(): Uint8Array {
    const bytes = new Uint8Array(STATE_BYTES);
    const view = new DataView(bytes.buffer);
    const twister = this.#twister;
    view.setBigUint64(0, this.#seed, true);
    view.setInt32(8, twister.left, true);
    view.setInt32(12, 1, true);
    view.setUint32(16, twister.next, true);
    for (let i = 0; i < 624; i++) view.setInt32(24 + 8 * i, twister.state[i], true);
    if (this.#hasNormal) {
      view.setFloat64(5024, this.#normal, true);
      view.setInt32(5040, 1, true);
    }
    return bytes;
  }

  /** Takes up a state that getState returned, here or in PyTorch (Generator.set_state). */
  setState(state: Uint8Array): this {
    if (state.byteLength !== STATE_BYTES) {
      throw new Error(
        `setState: Expected a CPUGeneratorImplState of size ${STATE_BYTES} but found ` +
          `the input RNG state size to be ${state.byteLength}`,
      );
    }
    const view = new DataView(state.buffer, state.byteOffset, STATE_BYTES);
    const left = view.getInt32(8, true);
    const next = view.getUint32(16, true);
    const seeded = view.getInt32(12, true) === 1;
    if (!seeded || left < 1 || left > 624 || next > 624 || (left > 1 && next + left !== 625)) {
      throw new Error('setState: Invalid mt19937 state');
    }
    this.#seed = view.getBigUint64(0, true);
    this.#twister.left = left;
    this.#twister.next = next;
    for (let i = 0; i < 624; i++) this.#twister.state[i] = view.getInt32(24 + 8 * i, true);
    this.#hasNormal = view.getInt32(5040, true) !== 0;
    this.#normal = view.getFloat64(5024, true);
    return this;
  }
}
