// Lets contestants take turns, so that whatever else the machine does falls on all of them.
// in:  contestants that measure a slice when asked     out: each one's median, minimum and maximum

export interface Taker {
  readonly who: string;
  /** Works for a short while and says what one step cost, in the work's unit. */
  slice(): Promise<number>;
}

export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface Result extends Summary {
  readonly work: string;
  readonly who: string;
  readonly unit: string;
}

export function summarise(values: readonly number[]): Summary {
  if (values.length === 0) throw new RangeError('summarise: no values');
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1]!, sorted[sorted.length >> 1]!];
  return { median: (low + high) / 2, min: sorted[0]!, max: sorted.at(-1)! };
}

/**
 * Round after round, each contestant a slice. Every round begins with another one, so that none
 * always follows the same neighbour. One that fails is reported and takes no further part.
 */
export async function compete(
  takers: readonly Taker[],
  rounds: number,
  leaveOut: (who: string, why: string) => void,
): Promise<Map<string, number[]>> {
  const values = new Map(takers.map(({ who }) => [who, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < takers.length; i++) {
      const taker = takers[(round + i) % takers.length]!;
      const own = values.get(taker.who);
      if (own === undefined) continue;
      try {
        own.push(await taker.slice());
      } catch (error) {
        values.delete(taker.who);
        leaveOut(taker.who, error instanceof Error ? error.message : String(error));
      }
    }
  }
  return values;
}

/** Those whose check differs from the first one's, with a sentence for each. */
export function disagreements(checks: ReadonlyMap<string, number>, tolerance = 1e-3): string[] {
  const [first, ...others] = checks;
  if (first === undefined) return [];
  const [who, value] = first;
  const isNear = (other: number) => Math.abs(other - value) <= tolerance * (Math.abs(value) + 1e-6);
  return others
    .filter(([, other]) => !isNear(other))
    .map(([name, other]) => `${name} computes ${other} where ${who} computes ${value}`);
}
