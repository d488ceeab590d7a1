// Refuses options that a layer does not take: a misspelt one must not go unnoticed.

export function demandKnown(name: string, given: object, known: readonly string[]): void {
  const all = known.join(', ') || 'none';
  if (typeof given !== 'object' || given === null) {
    throw new TypeError(`${name}: expected an object of options (${all}), got ${String(given)}`);
  }
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    throw new TypeError(`${name}: unknown option "${key}"; it takes ${all}`);
  }
}
