// Compares the methods that are declared with those that are registered.

import { readFileSync } from 'node:fs';
import { Tensor } from 'whorl';
import { describe, expect, it } from 'vitest';

const source = (path: string) =>
  readFileSync(new URL(`../../src/tensor/${path}`, import.meta.url), 'utf8');

/** Names of members: `add: M.Sum<'add'>;`, `narrow<T ...`, `dim(): number;`, `get ndim() {`. */
const named = (text: string): Set<string> => {
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'/g, '');
  return new Set([...code.matchAll(/(?<=[\s{;])([a-z]\w*)(?=[<(:])/g)].map((match) => match[1]!));
};

describe('the declared methods of Tensor', () => {
  const registered = Object.getOwnPropertyNames(Tensor.prototype);
  const surface = source('types/surface.ts');

  it('are all there at run time', () => {
    const members = surface.slice(surface.indexOf('interface Tensor')).split('\n')
      .filter((line) => /^ {4}\S/.test(line)).join('\n');
    const missing = [...members.matchAll(/(?<=^ {4}|; )([a-z]\w*)(?=[<(:])/gm)]
      .map((match) => match[1]!)
      .filter((name) => !registered.includes(name));
    expect(missing).toEqual([]);
  });

  it('leave no registered method without a signature', () => {
    const declared = new Set([...named(surface), ...named(source('tensor.ts'))]);
    const everyObjectHas = Object.getOwnPropertyNames(Object.prototype);
    expect(registered.filter((name) => !everyObjectHas.includes(name) && !declared.has(name)))
      .toEqual([]);
  });
});
