// Python's `random` module, bit for bit: programs often seed it beside torch.
// in:  a seed     out: numbers, choices, shuffles in CPython's order of draws

import { systemSeed } from './generator.js';
import { MersenneTwister } from './mt19937.js';

export interface ChoicesOptions {
  weights?: readonly number[];
  cumWeights?: readonly number[];
  k?: number;
}

interface Mark {
  readonly twister: MersenneTwister;
  gauss: number | undefined;
}

/**
 * Who watches what is drawn: a compiled function decides by it. Numbers alone are observed, in the
 * order of draws.
 */
export const watching: { observe: (draw: () => number, from: PythonRandom) => number } = {
  observe: (draw) => draw(),
};

/**
 * random.Random of CPython 3.11.
 *
 * @example
 * const random = new PythonRandom(12345);
 * random.random(); // 0.41661987254534116
 */
export class PythonRandom {
  readonly #twister = new MersenneTwister();
  #gaussNext: number | undefined;

  /** The state now, to go back to: `into` is an earlier mark that is not needed any more. */
  mark(into: object | null): object {
    const mark = (into as Mark | null) ?? { twister: new MersenneTwister(), gauss: undefined };
    mark.twister.copy(this.#twister);
    mark.gauss = this.#gaussNext;
    return mark;
  }

  /** Goes back to where mark() was called. */
  rewind(to: object): void {
    const { twister, gauss } = to as Mark;
    this.#twister.copy(twister);
    this.#gaussNext = gauss;
  }

  constructor(seed?: number | bigint) {
    this.seed(seed);
  }

  /** random.seed with a whole number; its sign does not count. Without one, unforeseeable. */
  seed(seed: number | bigint = systemSeed()): void {
    if (typeof seed === 'number' && !Number.isInteger(seed)) {
      throw new Error(`random.seed: expected a whole number, but got ${seed}`);
    }
    let rest = BigInt(seed);
    if (rest < 0n) rest = -rest;
    const key: number[] = [];
    do {
      key.push(Number(BigInt.asUintN(32, rest)));
      rest >>= 32n;
    } while (rest > 0n);
    watching.observe(() => {
      this.#twister.seedByKey(key);
      this.#gaussNext = undefined;
      return 0;
    }, this);
  }

  /** A multiple of 2^-53 in [0, 1). */
  random(): number {
    return watching.observe(() => {
      const high = this.#twister.bits() >>> 5;
      return (high * 67108864 + (this.#twister.bits() >>> 6)) / 9007199254740992;
    }, this);
  }

  /** k random bits, k <= 53, as a number; getrandbitsBig has no limit. */
  getrandbits(k: number): number {
    if (k >= 1 && k <= 32) {
      return watching.observe(() => this.#twister.bits() >>> (32 - k), this);
    }
    if (k > 53) throw new Error(`random.getrandbits: ${k} bits do not fit a number`);
    return Number(this.getrandbitsBig(k));
  }

  /** k random bits, least significant word first. */
  getrandbitsBig(k: number): bigint {
    if (!(k >= 0)) throw new Error('random.getrandbits: number of bits must be non-negative');
    let value = 0n;
    for (let at = 0; at < k; at += 32) {
      const bits = () => this.#twister.bits() >>> Math.max(0, 32 - (k - at));
      const word = watching.observe(bits, this);
      value |= BigInt(word) << BigInt(at);
    }
    return value;
  }

  /** A whole number of [0, n): as many bits as n has, drawn again while too large. */
  #below(n: number): number {
    const bits = n < 4294967296 ? 32 - Math.clz32(n) : BigInt(n).toString(2).length;
    return watching.observe(() => {
      let value = this.getrandbits(bits);
      while (value >= n) value = this.getrandbits(bits);
      return value;
    }, this);
  }

  /** random.randrange(stop) or randrange(start, stop, step). */
  randrange(start: number, stop?: number, step = 1): number {
    if (step === 0) throw new Error('random.randrange: zero step for randrange()');
    const [from, to] = stop === undefined ? [0, start] : [start, stop];
    const n = Math.ceil((to - from) / step);
    if (!(n > 0)) {
      throw new Error(`random.randrange: empty range for randrange() (${from}, ${to}, ${step})`);
    }
    return from + step * this.#below(n);
  }

  /** A whole number of [a, b], both included. */
  randint(a: number, b: number): number {
    return this.randrange(a, b + 1);
  }

  uniform(a: number, b: number): number {
    return a + (b - a) * this.random();
  }

  choice<T>(sequence: ArrayLike<T>): T {
    if (sequence.length === 0) {
      throw new Error('random.choice: Cannot choose from an empty sequence');
    }
    return sequence[this.#below(sequence.length)];
  }

  /** k elements with replacement, by weight if weights are given. */
  choices<T>(population: ArrayLike<T>, options: ChoicesOptions = {}): T[] {
    const { weights, cumWeights, k = 1 } = options;
    const n = population.length;
    if (weights && cumWeights) {
      throw new Error('random.choices: Cannot specify both weights and cumulative weights');
    }
    const sums = cumWeights ?? (weights && runningSums(weights));
    if (!sums) return Array.from({ length: k }, () => population[Math.floor(this.random() * n)]);
    if (sums.length !== n) {
      throw new Error(`random.choices: ${sums.length} weights do not match ${n} elements`);
    }
    const total = sums[n - 1];
    if (!(total > 0 && total < Infinity)) {
      throw new Error('random.choices: Total of weights must be greater than zero and finite');
    }
    return Array.from({ length: k }, () => {
      const u = this.random() * total;
      return population[firstAbove(sums, u)];
    });
  }

  /** Shuffles in place. */
  shuffle<T>(list: { readonly length: number; [i: number]: T }): void {
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.#below(i + 1);
      const kept = list[i];
      list[i] = list[j];
      list[j] = kept;
    }
  }

  /** k different elements, in the order in which they were drawn. */
  sample<T>(population: ArrayLike<T>, k: number): T[] {
    const n = population.length;
    if (!(k >= 0 && k <= n)) {
      throw new Error('random.sample: Sample larger than population or is negative');
    }
    return n <= poolLimit(k) ? this.#samplePool(population, k) : this.#sampleSet(population, k);
  }

  #samplePool<T>(population: ArrayLike<T>, k: number): T[] {
    const pool = Array.from(population);
    const result: T[] = [];
    for (let left = pool.length; result.length < k; left--) {
      const j = this.#below(left);
      result.push(pool[j]);
      pool[j] = pool[left - 1];
    }
    return result;
  }

  #sampleSet<T>(population: ArrayLike<T>, k: number): T[] {
    const selected = new Set<number>();
    while (selected.size < k) selected.add(this.#below(population.length));
    return Array.from(selected, (i) => population[i]);
  }

  /** A normal number by Box and Muller; every second one was made with the one before. */
  gauss(mu = 0, sigma = 1): number {
    const standard = watching.observe(() => {
      let z = this.#gaussNext;
      this.#gaussNext = undefined;
      if (z === undefined) {
        const angle = this.random() * 2 * Math.PI;
        const radius = Math.sqrt(-2 * Math.log(1 - this.random()));
        z = Math.cos(angle) * radius;
        this.#gaussNext = Math.sin(angle) * radius;
      }
      return z;
    }, this);
    return mu + standard * sigma;
  }
}

/** Up to this population CPython copies it rather than keep a set of what was drawn. */
const poolLimit = (k: number): number =>
  21 + (k > 5 ? 4 ** Math.ceil(Math.log(k * 3) / Math.log(4)) : 0);

function runningSums(weights: readonly number[]): number[] {
  let sum = 0;
  return weights.map((weight) => (sum += weight));
}

/** bisect_right, never past the last element. */
function firstAbove(sums: readonly number[], u: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (u < sums[middle]) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The module-level functions of Python's `random`: one shared instance. */
export const random: PythonRandom = new PythonRandom();
