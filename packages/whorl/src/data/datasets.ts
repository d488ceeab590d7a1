// Small two-dimensional data sets for classification: spiral arms, moons, circles, xor, blobs.
// in:  sizes, noise, a generator     out: X [N, 2] float32 and Y [N] int64

import '../operators/index.js';
import { defaultGenerator } from '../random/default.js';
import type { Generator } from '../random/generator.js';
import { fillLinspace } from '../random/linspace.js';
import { fillNormal } from '../random/normal.js';
import { fillUniform } from '../random/uniform.js';
import { tensor } from '../operators/create/create.js';
import type { Tensor } from '../tensor/tensor.js';

export interface Points<N extends number = number> {
  readonly X: Tensor<[N, 2], 'float32'>;
  readonly Y: Tensor<[N], 'int64'>;
}

export interface SpiralOptions {
  /** arms, default 4 */
  classes?: number;
  /** points on each arm, default 1000 */
  samplesPerClass?: number;
  /** standard deviation of the angle, default 0.2 */
  noise?: number;
  generator?: Generator;
}

const round = Math.fround;

function checkCount(name: string, what: string, n: number, least = 1): void {
  if (Number.isInteger(n) && n >= least) return;
  throw new RangeError(`${name}: ${what} must be a whole number from ${least} up, got ${n}`);
}

function points(x: Float32Array, y: BigInt64Array): Points {
  return {
    X: tensor(x, { shape: [y.length, 2] }) as unknown as Tensor<[number, 2], 'float32'>,
    Y: tensor(y) as unknown as Tensor<[number], 'int64'>,
  };
}

/**
 * Interleaved spiral arms: radius t in [0, 1], angle from 2 pi c / C to 2 pi (2 + c) / C plus
 * noise. With the default generator just seeded, exactly the numbers that the exercise's PyTorch
 * program makes.
 */
export function spiral(options: SpiralOptions = {}): Points {
  const {
    classes = 4,
    samplesPerClass: n = 1000,
    noise = 0.2,
    generator = defaultGenerator,
  } = options;
  checkCount('spiral', 'classes', classes);
  checkCount('spiral', 'samplesPerClass', n);
  if (!(noise >= 0)) throw new RangeError(`spiral: noise must not be negative, got ${noise}`);
  const x = new Float32Array(classes * n * 2);
  const y = new BigInt64Array(classes * n);
  const [radius, angle, jitter] = [new Float32Array(n), new Float32Array(n), new Float32Array(n)];
  fillLinspace(radius, 0, 1);
  const turn = (2 * Math.PI) / classes;
  for (let c = 0; c < classes; c++) {
    fillLinspace(angle, turn * c, turn * (2 + c));
    fillNormal(jitter, generator);
    for (let i = 0; i < n; i++) {
      const a = round(angle[i]! + round(jitter[i]! * round(noise)));
      const at = c * n + i;
      x[2 * at] = round(radius[i]! * round(Math.sin(a)));
      x[2 * at + 1] = round(radius[i]! * round(Math.cos(a)));
      y[at] = BigInt(c);
    }
  }
  return points(x, y);
}

export interface CloudOptions {
  /** points in all, default 1000 */
  samples?: number;
  /** standard deviation of what is added to both coordinates, default 0.1 */
  noise?: number;
  generator?: Generator;
}

/** Places each point by its class and its position in the class (0 to 1), then adds noise. */
function cloud(
  name: string,
  classes: number,
  { samples = 1000, noise = 0.1, generator = defaultGenerator }: CloudOptions,
  place: (c: number, t: number) => readonly [number, number],
): Points {
  checkCount(name, 'samples', samples, classes);
  if (!(noise >= 0)) throw new RangeError(`${name}: noise must not be negative, got ${noise}`);
  const x = new Float32Array(2 * samples);
  const y = new BigInt64Array(samples);
  const jitter = new Float32Array(2 * samples);
  fillNormal(jitter, generator, 0, noise);
  let at = 0;
  for (let c = 0; c < classes; c++) {
    const n = Math.floor(samples / classes) + (c < samples % classes ? 1 : 0);
    for (let i = 0; i < n; i++, at++) {
      const [px, py] = place(c, n === 1 ? 0 : i / (n - 1));
      x[2 * at] = px + jitter[2 * at]!;
      x[2 * at + 1] = py + jitter[2 * at + 1]!;
      y[at] = BigInt(c);
    }
  }
  return points(x, y);
}

/** Two half circles, one hooked into the other. */
export const moons = (options: CloudOptions = {}): Points =>
  cloud('moons', 2, options, (c, t) => {
    const a = Math.PI * t;
    return c === 0
      ? [Math.cos(a) - 0.5, Math.sin(a) - 0.25]
      : [0.5 - Math.cos(a), 0.25 - Math.sin(a)];
  });

/** A circle around another; `factor` is the inner radius, default 0.5. */
export const circles = ({
  factor = 0.5,
  ...options
}: CloudOptions & { factor?: number } = {}): Points =>
  cloud('circles', 2, options, (c, t) => {
    const [a, r] = [2 * Math.PI * t, c === 0 ? 1 : factor];
    return [r * Math.cos(a), r * Math.sin(a)];
  });

/** The four quadrants of a square, opposite ones of one class: what no straight line separates. */
export function xor(options: CloudOptions = {}): Points {
  const { samples = 1000, noise = 0.1, generator = defaultGenerator } = options;
  checkCount('xor', 'samples', samples);
  const x = new Float32Array(2 * samples);
  const jitter = new Float32Array(2 * samples);
  fillUniform(x, generator, -1, 1);
  fillNormal(jitter, generator, 0, noise);
  const y = BigInt64Array.from({ length: samples }, (_, i) =>
    BigInt(x[2 * i]! * x[2 * i + 1]! > 0),
  );
  return points(
    x.map((v, i) => v + jitter[i]!),
    y,
  );
}

/** Round clouds around centres on a circle; `classes` of them, default 3. */
export const blobs = ({
  classes = 3,
  ...options
}: CloudOptions & { classes?: number } = {}): Points => {
  checkCount('blobs', 'classes', classes);
  return cloud('blobs', classes, options, (c) => {
    const a = (2 * Math.PI * c) / classes;
    return [0.7 * Math.cos(a), 0.7 * Math.sin(a)];
  });
};
