// The Mersenne Twister MT19937: the stream of 32-bit numbers under torch and under Python's random.
// in:  a 32-bit seed or a key of 32-bit words     out: 32-bit numbers, one at a time

const N = 624;
const M = 397;
const MATRIX = 0x9908b0df | 0;

/** MT19937 (Matsumoto and Nishimura 1998). State words are kept signed, which V8 handles faster. */
export class MersenneTwister {
  readonly state = new Int32Array(N);
  /** Draws up to and including the one that renews the state (at::mt19937's `left_`). */
  left = 1;
  /** The next state word to be tempered. */
  next = 0;

  /** The reference `init_genrand`, as at::mt19937 seeds itself. */
  seed(seed: number): void {
    const mt = this.state;
    mt[0] = seed;
    for (let j = 1; j < N; j++) {
      const before = mt[j - 1];
      mt[j] = Math.imul(1812433253, before ^ (before >>> 30)) + j;
    }
    this.left = 1;
    this.next = 0;
  }

  /** The reference `init_by_array`, as Python seeds itself. */
  seedByKey(key: readonly number[]): void {
    this.seed(19650218);
    const mt = this.state;
    let i = 1;
    const advance = () => {
      if (++i >= N) {
        mt[0] = mt[N - 1];
        i = 1;
      }
    };
    for (let k = 0, j = 0; k < Math.max(N, key.length); k++) {
      const before = mt[i - 1];
      mt[i] = (mt[i] ^ Math.imul(before ^ (before >>> 30), 1664525)) + key[j] + j;
      advance();
      if (++j >= key.length) j = 0;
    }
    for (let k = 1; k < N; k++) {
      const before = mt[i - 1];
      mt[i] = (mt[i] ^ Math.imul(before ^ (before >>> 30), 1566083941)) - i;
      advance();
    }
    mt[0] = 0x80000000;
  }

  /** Takes up the state of another one. */
  copy({ state, left, next }: MersenneTwister): void {
    this.state.set(state);
    this.left = left;
    this.next = next;
  }

  /** The next 32 bits as a signed number: the form for loops that mask or shift anyway. */
  bits(): number {
    if (--this.left === 0) this.#twist();
    return tempered(this.state[this.next++]);
  }

  /** The next `count` draws, a mask's bits of each: what as many calls of bits() give. */
  fill(out: Int32Array, count: number, mask: number): void {
    const mt = this.state;
    for (let at = 0; at < count; ) {
      if (this.left === 1) {
        this.#twist();
        this.left = N + 1;
      }
      const n = Math.min(count - at, this.left - 1);
      const { next } = this;
      for (let i = 0; i < n; i++) out[at + i] = tempered(mt[next + i]) & mask;
      this.left -= n;
      this.next += n;
      at += n;
    }
  }

  #twist(): void {
    const mt = this.state;
    for (let j = 0; j < N - M; j++) mt[j] = mt[j + M] ^ mixed(mt[j], mt[j + 1]);
    for (let j = N - M; j < N - 1; j++) mt[j] = mt[j + M - N] ^ mixed(mt[j], mt[j + 1]);
    mt[N - 1] = mt[M - 1] ^ mixed(mt[N - 1], mt[0]);
    this.left = N;
    this.next = 0;
  }
}

function tempered(word: number): number {
  let y = word ^ (word >>> 11);
  y ^= (y << 7) & 0x9d2c5680;
  y ^= (y << 15) & 0xefc60000;
  return y ^ (y >>> 18);
}

const mixed = (high: number, low: number): number =>
  (((high & 0x80000000) | (low & 0x7fffffff)) >>> 1) ^ (-(low & 1) & MATRIX);
