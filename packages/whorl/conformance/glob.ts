// Patterns for the names of cases: * is anything, ? one character.
// in:  a pattern     out: a test for case ids such as 'operators/max.binary#3'

export function globToRegExp(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`);
}

/** A pattern may name the whole id, the id without its number, or the name alone. */
export function matches(pattern: RegExp, id: string): boolean {
  const unnumbered = id.replace(/#[^#]*$/, '');
  const name = unnumbered.slice(unnumbered.indexOf('/') + 1);
  return pattern.test(id) || pattern.test(unnumbered) || pattern.test(name);
}
