// Compares the methods that are declared with those that are registered.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Tensor } from 'whorl';
import { describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../src', import.meta.url));

/** The members that files merge into the class or into its list of methods. */
function merged(): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      const blocks = /^( *)(?:export )?interface (?:Tensor<.*|Methods) \{\n([\s\S]*?)^\1\}/gm;
      return [...text.matchAll(blocks)].flatMap((m) => names(m[2]!, m[1]!.length + 2));
    });
}

/** `add: Sum<'add'>; narrow<T ...`: at the depth of members, or behind a semicolon. */
const names = (members: string, depth: number): string[] =>
  members
    .split('\n')
    .filter((line) => line.search(/\S/) === depth)
    .flatMap((line) => [...line.matchAll(/(?:^ *|; )(?:get )?([A-Za-z]\w*)(?=[<(:])/g)])
    .map((match) => match[1]!);

describe('the declared methods of Tensor', () => {
  const registered = Object.getOwnPropertyNames(Tensor.prototype);
  const declared = merged();

  it('are all there at run time', () => {
    expect(declared.filter((name) => !registered.includes(name))).toEqual([]);
  });

  it('leave no registered method without a signature', () => {
    const own = readFileSync(join(folder, 'tensor/tensor.ts'), 'utf8');
    const known = new Set([...declared, ...Object.getOwnPropertyNames(Object.prototype)]);
    const ofTheClass = (name: string) =>
      new RegExp(`^  (private )?(get )?${name}[(<]`, 'm').test(own);
    expect(registered.filter((name) => !known.has(name) && !ofTheClass(name))).toEqual([]);
  });
});
