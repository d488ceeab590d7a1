// Memory for a program's temporaries: those that are never needed at once share it.
// in:  steps in order, sizes     out: which slot each temporary has, and how large the slots are

import { readsOf, type Step } from './order.js';

export interface Slots {
  readonly bytes: readonly number[];
  /** Slot by number of the value. */
  readonly slotOf: ReadonlyMap<number, number>;
}

/** `lasting`: temporaries that are needed after the last step. */
export function assignSlots(
  steps: readonly Step[],
  temporaries: ReadonlySet<number>,
  lasting: ReadonlySet<number>,
  bytesOf: (number: number) => number,
): Slots {
  const last = new Map<number, number>();
  steps.forEach((step, i) => {
    for (const number of [...readsOf(step), ...step.outputs]) last.set(number, i);
  });
  const bytes: number[] = [];
  const free = new Set<number>();
  const slotOf = new Map<number, number>();
  steps.forEach((step, i) => {
    for (const number of step.outputs) {
      if (!temporaries.has(number) || slotOf.has(number)) continue;
      const slot = choose(bytes, free, bytesOf(number));
      free.delete(slot);
      bytes[slot] = Math.max(bytes[slot] ?? 0, bytesOf(number));
      slotOf.set(number, slot);
    }
    for (const number of new Set([...readsOf(step), ...step.outputs])) {
      const slot = slotOf.get(number);
      if (slot !== undefined && last.get(number) === i && !lasting.has(number)) free.add(slot);
    }
  });
  return { bytes, slotOf };
}

/** The smallest free slot that is large enough, else the largest, which grows, else a new one. */
function choose(bytes: readonly number[], free: ReadonlySet<number>, wanted: number): number {
  let best = -1;
  for (const slot of free) {
    if (best < 0) best = slot;
    const [own, other] = [bytes[best]!, bytes[slot]!];
    const isBetter = own >= wanted ? other >= wanted && other < own : other > own;
    if (isBetter) best = slot;
  }
  return best < 0 ? bytes.length : best;
}
