// How near a result must be, by kind of case, and the few cases that may be further off.
// in:  the id of a case     out: its tolerance
import { globToRegExp } from './glob.js';

export interface Tolerance {
  abs: number;
  rel: number;
}

export const exact: Tolerance = { abs: 0, rel: 0 };

/** PyTorch's own default for float32; operators, modules, losses and their gradients. */
export const standard: Tolerance = { abs: 1e-5, rel: 1.3e-6 };

export const programs: Tolerance = { abs: 1e-5, rel: 1e-4 };

export const training = {
  loss: { abs: 0, rel: 1e-4 },
  gradNorm: { abs: 0, rel: 1e-3 },
  rate: { abs: 1e-12, rel: 1e-12 },
  state: { abs: 1e-3, rel: 1e-3 },
} satisfies Record<string, Tolerance>;

/** Matrices that come out of an orthogonalisation: LAPACK rounds in its own order. */
export const orthogonal: Tolerance = { abs: 2e-5, rel: 0 };

/** float64 transcendentals differ in the last bits between mathematical libraries. */
export const lastBits: Tolerance = { abs: 1e-15, rel: 4 * 2 ** -52 };

/** From one implementation of float32 to another, 1,000 epochs of the spiral differ this much. */
export const spiral = {
  linesThatDiffer: { 'linear-sgd': 0.077, 'relu-adam': 0.484 } as Record<string, number>,
  settledEpochs: 900,
  lossBefore: 4e-5,
  lossAfter: 2e-3,
  accuracy: 2e-3,
};

export interface Widened extends Tolerance {
  /** A pattern of case ids, as --only takes them. */
  cases: string;
  reason: string;
}

/** The standard tolerance widened: 20 at most, each with its reason; the runner prints them. */
export const widened: readonly Widened[] = [];

const limit = 20;
if (widened.length > limit) throw new Error(`more than ${limit} widened tolerances`);

const patterns = widened.map((entry) => ({ entry, pattern: globToRegExp(entry.cases) }));

export function toleranceOf(id: string, usual: Tolerance): Tolerance {
  return patterns.find(({ pattern }) => pattern.test(id))?.entry ?? usual;
}
