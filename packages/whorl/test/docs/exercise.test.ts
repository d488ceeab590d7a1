// The pages that show the exercise: their programs are the example that can be run.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from '../../../../scripts/packages.mjs';

const read = (file: string): string => readFileSync(`${root}/${file}`, 'utf8');
const blocksOf = (page: string, language: string): string[] =>
  [...read(page).matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    (match) => match[1]!,
  );
/** Comments are in the language of the page. */
const withoutComments = (code: string, sign: string): string =>
  code.replace(new RegExp(` *${sign} .*$`, 'gm'), '').trim();

describe('the page about the exercise', () => {
  it('shows examples/spiral.ts as it is', () => {
    const [, , , , ...program] = read('examples/spiral.ts').split('\n');
    expect(blocksOf('docs/exercise.md', 'typescript')).toEqual([program.join('\n')]);
  });

  it.each([
    ['typescript', '//'],
    ['python', '#'],
    ['ts', '//'],
  ])('has the same %s programs in both languages', (language, sign) => {
    const [english, chinese] = ['docs/exercise.md', 'docs/exercise.zh-CN.md'].map((page) =>
      blocksOf(page, language).map((code) => withoutComments(code, sign)),
    );
    expect(english).toHaveLength(1);
    expect(chinese).toEqual(english);
  });
});
