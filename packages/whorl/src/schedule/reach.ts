// Which kernel waits for which.
// in:  kernels, who reads what they store
// out: whether one reads, over any number of kernels, what others store
//
// A kernel's readers have lower levels than it has, so a search ends at the level of what it looks
// for: where it had to go through all that was planned so far, a sequence of a thousand steps would
// take a minute.

/** A kernel, for all that is asked here. */
export interface Linked {
  /** Kernels that read what this one stores. */
  readonly readers: Set<Linked>;
  /** The other way: kernels that store what this one reads. */
  readonly reads: Set<Linked>;
  /**
   * How many kernels at most come after it, one reading the other; its readers' levels are lower.
   */
  level: number;
}

/** `reader` reads what `draft` stores. */
export function link(draft: Linked, reader: Linked): void {
  if (draft === reader) return;
  draft.readers.add(reader);
  reader.reads.add(draft);
  if (draft.level > reader.level) return;
  draft.level = reader.level + 1;
  const lifted = [draft];
  while (lifted.length > 0) {
    const below = lifted.pop()!;
    for (const source of below.reads) {
      if (source.level > below.level) continue;
      source.level = below.level + 1;
      lifted.push(source);
    }
  }
}

/** Whether `target` reads, over any number of kernels, what one of `from` stores. */
export function reaches(from: readonly Linked[], target: Linked): boolean {
  const seen = new Set(from);
  const todo = [...seen].sort(nearestLast);
  while (todo.length > 0) {
    const draft = todo.pop()!;
    if (draft.level <= target.level) continue;
    if (draft.readers.has(target)) return true;
    const next: Linked[] = [];
    for (const reader of draft.readers) {
      if (seen.has(reader) || reader.level <= target.level) continue;
      seen.add(reader);
      next.push(reader);
    }
    todo.push(...next.sort(nearestLast));
  }
  return false;
}

/** What stands nearest to the end is asked first: backward passes have short cuts to it. */
const nearestLast = (a: Linked, b: Linked): number => b.level - a.level;
