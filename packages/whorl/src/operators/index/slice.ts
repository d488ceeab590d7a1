// slice(start, stop, step): Python's start:stop:step as a value.

export interface Slice {
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number | null;
}

class SliceValue implements Slice {
  constructor(
    readonly start: number | null,
    readonly stop: number | null,
    readonly step: number | null,
  ) {}
}

/**
 * slice() is ':', slice(3) is ':3', slice(1, 3) is '1:3', slice(null, null, 2) is '::2'. Source:
 * Python's slice.
 */
export function slice(start?: number | null, stop?: number | null, step?: number | null): Slice {
  const single = stop === undefined && step === undefined && start !== undefined;
  return single
    ? new SliceValue(null, start, null)
    : new SliceValue(start ?? null, stop ?? null, step ?? null);
}

export const isSlice = (value: unknown): value is Slice => value instanceof SliceValue;

/** The first index, the step and the number of elements on an axis of length n. */
export function sliceRange(s: Slice, n: number): { start: number; step: number; length: number } {
  const step = s.step ?? 1;
  if (!Number.isInteger(step) || step <= 0) {
    throw new RangeError(
      `slice: step must be greater than zero, got ${step}; use flip() to go backwards`,
    );
  }
  for (const bound of [s.start, s.stop]) {
    if (bound !== null && !Number.isInteger(bound)) {
      throw new TypeError(`slice: bounds must be whole numbers, got ${bound}`);
    }
  }
  const clamp = (i: number) => Math.min(Math.max(i < 0 ? i + n : i, 0), n);
  const start = clamp(s.start ?? 0);
  const stop = clamp(s.stop ?? n);
  return { start, step, length: Math.max(0, Math.ceil((stop - start) / step)) };
}
