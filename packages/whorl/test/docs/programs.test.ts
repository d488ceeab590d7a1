// The programs on the pages: each is run, and prints what the page says it prints.
// A page's ts blocks that import whorl are programs; `// ->` at the end of a line is what it prints.

import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { root } from '../../../../scripts/packages.mjs';
import { bundle } from '../../../../scripts/readme-example.mjs';

const whorl = `${root}/packages/whorl/src/index.ts`;

interface Program {
  readonly page: string;
  readonly line: number;
  readonly source: string;
}

function programsOf(page: string): Program[] {
  const text = readFileSync(join(root, page), 'utf8');
  const blocks = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => ({
    page,
    line: text.slice(0, match.index).split('\n').length + 1,
    source: match[1] as string,
  }));
  return blocks.filter(({ source }) => source.includes("from 'whorl'"));
}

const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'].filter((page) =>
  readdirSync(root).includes(page),
);
const docs = readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'));
const programs = [...pages, ...docs.map((file) => `docs/${file}`)].flatMap(programsOf);

async function run(source: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'whorl-docs-'));
  try {
    const file = join(folder, 'program.mjs');
    writeFileSync(file, await bundle(source, { folder: root, whorl }));
    const { stdout } = await promisify(execFile)(process.execPath, [file]);
    return stdout.trimEnd().split('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compile(folder: string): Promise<unknown> {
  for (const { page, line, source } of programs) {
    const name = `${page.replace(/\W/g, '-')}-${line}.ts`;
    writeFileSync(join(folder, name), `${source}\nexport {};\n`);
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const options = { noUnusedLocals: false, typeRoots: [`${root}/node_modules/@types`] };
  const config = { extends: `${root}/tsconfig.json`, compilerOptions: options, include: ['*.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const compiler = `${root}/node_modules/typescript-native/bin/tsc`;
  return promisify(execFile)(process.execPath, [compiler, '-p', folder]).catch((error) => {
    throw new Error(error.stdout);
  });
}

describe('a program on a page', () => {
  it('is the same in both READMEs', () => {
    const sources = (page: string) => programsOf(page).map(({ source }) => source);
    expect(sources('README.zh-CN.md')).toEqual(sources('README.md'));
  });

  it('compiles', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'whorl-docs-'));
    await compile(folder).finally(() => rmSync(folder, { recursive: true }));
  });

  it.each(programs)('$page:$line prints what the page says', async ({ source }) => {
    const promised = [...source.matchAll(/\/\/ -> (.*)$/gm)].map((match) => match[1]);
    const printed = await run(source);
    if (promised.length > 0) expect(printed).toEqual(promised);
  });
});
