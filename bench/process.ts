// A contestant's process, seen from the bench: started, asked for slices, ended.
// in:  a work, a contestant's name, the checkout it runs from     out: answers, one JSON line each

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { root } from '../scripts/packages.mjs';
import type { Work } from './work.js';

export interface Answer {
  readonly ready?: true;
  readonly check?: number;
  /** what one step took */
  readonly ms?: number;
  /** what was counted, in the work's unit */
  readonly value?: number;
  readonly error?: string;
}

/** A contestant that says nothing for so long is ended. */
const patience = 180_000;

function start(work: Work, who: string, folder: string): ChildProcess {
  const stdio = ['pipe', 'pipe', 'pipe'] as ('pipe' | 'ignore')[];
  const contestant = work.contestants[who];
  if (typeof contestant === 'object') {
    const { threads, compiled = false } = contestant;
    const warmUp = work.cold ? 0 : work.warmUp;
    const options = [work.name, warmUp, threads, compiled ? 'compiled' : 'eager'].map(String);
    const args = [`${root}/bench/peers/contestant.py`, ...options];
    return spawn(process.env['PYTHON'] ?? 'python3', args, { stdio, cwd: root });
  }
  // No paths in this tsconfig: `whorl` is what npm run build made, which is what its users run.
  const env = { ...process.env, TSX_TSCONFIG_PATH: `${folder}/tsconfig.base.json` };
  const modules = work.looksInside ? ['--conditions', 'files'] : [];
  const args = [...modules, '--import', 'tsx/esm', `${folder}/bench/contestant.ts`, work.name, who];
  return spawn(process.execPath, args, { stdio, cwd: folder, env });
}

export class Process {
  readonly #child: ChildProcess;
  #waiting: ((answer: Answer) => void) | null = null;
  #complaint = '';
  #end: Answer | null = null;

  /** `folder`: this checkout, or one with the works of another commit. */
  constructor(work: Work, who: string, folder = root) {
    this.#child = start(work, who, folder);
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      // Peers print banners, too.
      if (line.startsWith('{')) this.#waiting?.(JSON.parse(line) as Answer);
    });
    this.#child.stderr!.on('data', (text) => (this.#complaint += text));
    this.#child.stdin!.on('error', () => {});
    this.#child.on('error', (error) => this.#ended(error.message));
    this.#child.on('close', (code) => this.#ended(this.#lastWords(code)));
  }

  #ended(why: string): void {
    this.#end ??= { error: why };
    this.#waiting?.(this.#end);
  }

  #lastWords(code: number | null): string {
    const lines = this.#complaint.trim().split('\n');
    return lines.find((line) => /\b\w*Error\b/.test(line)) ?? `it ended with code ${code}`;
  }

  /** The next line that the process says; an error where it says that it cannot. */
  async answer(): Promise<Answer> {
    const answer = await new Promise<Answer>((resolve) => {
      const timer = setTimeout(() => {
        this.#child.kill('SIGKILL');
        resolve({ error: `no answer in ${patience / 1000} s` });
      }, patience);
      this.#waiting = (value) => {
        clearTimeout(timer);
        this.#waiting = null;
        resolve(value);
      };
      if (this.#end) this.#waiting(this.#end);
    });
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  }

  ask(milliseconds: number): Promise<Answer> {
    const answer = this.answer();
    this.#child.stdin!.write(`slice ${milliseconds}\n`);
    return answer;
  }

  /** The process ends when it has nothing more to read. */
  close(): void {
    this.#child.stdin!.end();
  }
}
