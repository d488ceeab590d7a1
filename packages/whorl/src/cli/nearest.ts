// Which known word somebody meant who wrote another one.
// in:  a word, the known ones     out: the nearest, where it is near enough

/** null where no known word is within a third of its letters. */
export function nearest(word: string, known: readonly string[]): string | null {
  // the beginning of one word alone is that word, however much is missing: --comp
  const begun = known.filter((each) => word.length >= 2 && each.startsWith(word));
  if (begun.length === 1) return begun[0]!;
  const ranked = known
    .map((each) => ({ each, changes: changesBetween(word, each) }))
    .filter(({ each, changes }) => changes <= Math.max(1, each.length / 3))
    .sort((a, b) => a.changes - b.changes);
  return ranked[0]?.each ?? null;
}

/** Letters to add, drop or replace (Levenshtein's distance). */
function changesBetween(a: string, b: string): number {
  // row[j]: the changes between the first i letters of a and the first j of b
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
