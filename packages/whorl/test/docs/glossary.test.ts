// ARCHITECTURE.md speaks of what there is: its folders, its words and its paths stand in the sources.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from '../../../../scripts/packages.mjs';

const src = `${root}/packages/whorl/src`;
const page = readFileSync(`${root}/ARCHITECTURE.md`, 'utf8');

const files = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => `${entry.parentPath}/${entry.name}`);

/** All words of the sources, small: identifiers also by their parts, nouns also without an s. */
const words = new Set(
  files
    .flatMap((file) => readFileSync(file, 'utf8').match(/[A-Za-z]+/g) ?? [])
    .flatMap((word) => [word, ...word.split(/(?=[A-Z])/)])
    .flatMap((word) => [word.toLowerCase(), word.toLowerCase().replace(/s$/, '')]),
);

function part(from: string, to: string): string {
  const start = page.indexOf(from);
  const end = page.indexOf(to, start + from.length);
  expect(start, from).toBeGreaterThanOrEqual(0);
  return page.slice(start + from.length, end);
}

/** The list of folders at the top: `nn/ optim/ data/   modules ...` names three. */
function listed(): string[] {
  const rows = part('packages/whorl/src/\n', '\npackages/').match(/^ {2}\S.*$/gm) ?? [];
  return rows.flatMap((row) => /^ {2}((?:[\w-]+\/ )+)/.exec(row)![1]!.trim().split(' '));
}

const terms = [...part('## The words', '\n## ').matchAll(/^\| ([^|]+) \|/gm)]
  .flatMap((row) => row[1]!.split(', '))
  .filter((term) => term !== 'word');

/** What looks like a path: a folder with what is in it, or a file with its ending. */
const paths = [...page.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\s]+)`/g)]
  .map((code) => code[1]!)
  .filter((code) => /^[\w.-]+(\/[\w.<>-]+)*(\/|\.ts)$|^[\w.-]+(\/[\w.<>-]+)+$/.test(code))
  .map((path) => path.replace(/\/<name>$/, ''));

const exists = (path: string): boolean =>
  [src, `${root}/packages/whorl`, root].some((folder) => existsSync(`${folder}/${path}`));

describe('ARCHITECTURE.md', () => {
  it('lists the folders that there are', () => {
    const folders = readdirSync(src, { withFileTypes: true }).filter((e) => e.isDirectory());
    expect(listed().sort()).toEqual(folders.map((folder) => `${folder.name}/`).sort());
  });

  it.each([...new Set(terms)])('has the word %s from the sources', (term) => {
    for (const word of term.split(' ')) expect(words).toContain(word);
  });

  it.each([...new Set(paths)])('names %s, which is there', (path) => {
    expect(exists(path)).toBe(true);
  });
});
