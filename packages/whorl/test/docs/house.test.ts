// The house rules that can be counted: lines of a file, files of a folder, columns of a line, and
// how much of a folder is comment.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('../../src', import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, lines: readFileSync(join(source, file), 'utf8').split('\n') }));

describe('in src', () => {
  it('no file has more than 350 lines', () => {
    expect(files.filter(({ lines }) => lines.length > 351).map(({ file }) => file)).toEqual([]);
  });

  it('no folder has more than 25 files', () => {
    const counts = new Map<string, number>();
    for (const { file } of files) {
      counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    }
    expect([...counts].filter(([, count]) => count > 25)).toEqual([]);
  });

  it('no line has more than 100 columns', () => {
    const long = files.flatMap(({ file, lines }) =>
      lines.flatMap((line, i) => (line.length > 100 ? [`${file}:${i + 1}`] : [])),
    );
    expect(long).toEqual([]);
  });

  it('every file opens with what it is about', () => {
    const first = (lines: string[]) => (lines[0]!.startsWith('#!') ? lines[1]! : lines[0]!);
    const silent = files.filter(({ lines }) => !first(lines).startsWith('// '));
    expect(silent.map(({ file }) => file)).toEqual([]);
  });

  it('12 to 20 % of all lines are comments', () => {
    expect(shareOfComments(files)).toBeGreaterThan(0.12);
    expect(shareOfComments(files)).toBeLessThan(0.2);
  });

  // wider than for the whole: a folder's share moves with every large change
  it.each([...foldersOf(files)])(
    'at least a tenth of %s is comment, at most a quarter',
    (_, own) => {
      expect(shareOfComments(own)).toBeGreaterThan(0.1);
      expect(shareOfComments(own)).toBeLessThan(0.25);
    },
  );
});

interface File {
  readonly file: string;
  readonly lines: readonly string[];
}

/** The files of each folder directly in src; in a few files a long opening is half of them. */
function foldersOf(all: readonly File[]): Map<string, File[]> {
  const folders = new Map<string, File[]>();
  for (const each of all) {
    const folder = each.file.split(sep)[0]!;
    if (folder !== each.file) folders.set(folder, [...(folders.get(folder) ?? []), each]);
  }
  return new Map([...folders].filter(([, own]) => own.length >= 5));
}

/** Of the lines that are not empty, those that are comment from beginning to end. */
function shareOfComments(all: readonly File[]): number {
  let [comments, total] = [0, 0];
  for (const { lines } of all) {
    let isInside = false;
    for (const line of lines.map((text) => text.trim()).filter((text) => text !== '')) {
      const isComment = isInside || line.startsWith('//') || line.startsWith('/*');
      if (isInside || line.startsWith('/*')) isInside = !line.includes('*/');
      if (isComment) comments++;
      total++;
    }
  }
  return comments / total;
}
