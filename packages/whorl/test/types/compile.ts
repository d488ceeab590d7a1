// Runs both TypeScript compilers on a program that imports whorl as users get it: declarations.
// in:  files     out: what the compiler says about them, and how many types it instantiated

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../../../..');
const library = join(root, 'packages/whorl');

/** The classic compiler and the native one. */
export const compilers = {
  '5.9': join(root, 'node_modules/typescript/bin/tsc'),
  '7': join(root, 'node_modules/typescript-native/bin/tsc'),
} as const;
export type Compiler = keyof typeof compilers;

const run = (compiler: Compiler, args: readonly string[]): Promise<string> =>
  new Promise((done) => {
    execFile(
      process.execPath,
      [compilers[compiler], ...args],
      { maxBuffer: 1 << 26 },
      (_, stdout) => done(stdout),
    );
  });

/** A folder with the library's declarations in it, and where test programs are compiled. */
export async function workshop(): Promise<Workshop> {
  const folder = mkdtempSync(join(tmpdir(), 'whorl-types-'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const output = join(folder, 'whorl');
  await run('7', [
    '-p',
    library,
    '--noCheck',
    '--declaration',
    '--emitDeclarationOnly',
    '--outDir',
    output,
  ]);
  return new Workshop(folder);
}

export interface Report {
  /** The compiler's messages, file names relative to test/types; empty when all is right. */
  readonly messages: string;
  readonly instantiations: number;
}

export class Workshop {
  constructor(private readonly folder: string) {}

  /** Puts a generated program beside the declarations. */
  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  async compile(compiler: Compiler, file: string): Promise<Report> {
    const project = join(this.folder, `${compiler}-${file.replace(/\W/g, '-')}`);
    mkdirSync(project, { recursive: true });
    const config = join(project, 'tsconfig.json');
    writeFileSync(config, JSON.stringify(this.config(resolve(here, file))));
    const output = await run(compiler, [
      '-p',
      config,
      '--pretty',
      'false',
      '--extendedDiagnostics',
    ]);
    const instantiations = /^Instantiations:\s+(\d+)/m.exec(output);
    if (instantiations === null) throw new Error(`TypeScript ${compiler} said:\n${output}`);
    return { messages: messagesOf(output, project), instantiations: Number(instantiations[1]) };
  }

  close(): void {
    rmSync(this.folder, { recursive: true });
  }

  private config(file: string): object {
    return {
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: {
        noEmit: true,
        declaration: false,
        noUnusedLocals: false,
        noUnusedParameters: false,
        types: [],
        paths: { whorl: [join(this.folder, 'whorl/index.d.ts')] },
      },
      files: [file],
    };
  }
}

/** Drops the diagnostics table, and says file names as seen from this folder. */
function messagesOf(output: string, project: string): string {
  const lines = output.split('\n');
  const end = lines.findIndex((line) => /^Files:\s+\d+/.test(line));
  return lines
    .slice(0, end)
    .join('\n')
    .trim()
    .replace(/^(\S+?)(?=\(\d+,\d+\): error)/gm, (path) => shortest(path, project));
}

const shortest = (path: string, project: string): string => {
  const candidates = [project, process.cwd()].map((from) => relative(here, resolve(from, path)));
  return candidates.find((p) => !p.startsWith('..')) ?? path;
};
