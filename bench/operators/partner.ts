// A process that measures samples: asked a line, it answers a line.
// in:  a command and its arguments, questions     out: answers

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { root } from '../../scripts/packages.mjs';

export interface Question {
  readonly text: string;
  /** The letters that it names, and what makes them. */
  readonly uses: Readonly<Record<string, string>>;
  readonly gradients: boolean;
  /** milliseconds */
  readonly ms: number;
}

export interface Answer {
  /** One step; null: there is no such gradient. */
  readonly ms?: number | null;
  /** One number of the result; null where it is none. */
  readonly check?: number | null;
  readonly error?: string;
}

export class Partner {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(command: string, args: readonly string[], env: Record<string, string> = {}) {
    this.#child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      cwd: root,
      env: { ...process.env, ...env },
    });
    this.#child.stdin!.on('error', () => {});
    this.#child.on('error', () => {});
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  async ask(question: Question): Promise<Answer> {
    this.#child.stdin!.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.#lines.next();
    return done ? { error: 'the process ended' } : (JSON.parse(value) as Answer);
  }

  close(): void {
    this.#child.stdin!.end();
  }
}
