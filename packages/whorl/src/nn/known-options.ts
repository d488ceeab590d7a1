// Refuses options that a layer does not take: a misspelt one must not go unnoticed.

export function demandKnown(name: string, given: object, known: readonly string[]): void {
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    throw new TypeError(
      `${name}: unknown option "${key}"; it takes ${known.join(', ') || 'none'}`,
    );
  }
}
