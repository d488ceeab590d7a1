// The house rules that can be counted: lines of a file, files of a folder, columns of a line.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
});
