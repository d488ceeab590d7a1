// A worker process that is ended and replaced when it does not move.
// in:  tasks     out: the worker's answer, or 'hung' with what it was at

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Failure } from './findings.js';
import type { Case } from './program.js';
import type { Message, Task } from './worker.js';

export type Answer =
  | {
      readonly status: 'done';
      readonly programs: number;
      readonly comparisons: number;
      readonly refused: number;
      readonly failed: boolean;
    }
  | ({ readonly status: 'hung' | 'died' } & Place);

/** Where the worker was when it was last heard of. */
interface Place {
  readonly seed: number;
  readonly way: string;
  readonly programs?: Case;
}

const file = fileURLToPath(new URL('./worker.ts', import.meta.url));

export class Watched {
  private child: ChildProcess | null = null;

  /** A new process, once it has loaded the library. */
  private async start(): Promise<ChildProcess> {
    const child = fork(file, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code) => reject(new Error(`the worker ended with ${code}`)));
    });
    child.removeAllListeners();
    return child;
  }

  stop(): void {
    this.child?.removeAllListeners();
    this.child?.kill('SIGKILL');
    this.child = null;
  }

  /** `patience`: milliseconds without a word after which the worker hangs. */
  async ask(
    task: Task,
    patience: number,
    onFailure: (failure: Failure, isFinal: boolean) => void = () => {},
  ): Promise<Answer> {
    const child = (this.child ??= await this.start());
    return new Promise((resolve) => {
      let last: Place = { seed: task.seeds[0] ?? 0, way: 'start' };
      const end = (answer: Answer) => {
        clearTimeout(timer);
        child.removeAllListeners();
        if (answer.status !== 'done') this.stop();
        resolve(answer);
      };
      const timer = setTimeout(() => end({ status: 'hung', ...last }), patience);
      child.on('exit', () => end({ status: 'died', ...last }));
      child.on('message', (message: Message) => {
        timer.refresh();
        if (message.type === 'reached') last = message;
        else if (message.type === 'failure') onFailure(message.failure, message.isFinal);
        else if (message.type === 'done') {
          const { programs, comparisons, refused, failed } = message;
          end({ status: 'done', programs, comparisons, refused, failed });
        }
      });
      child.send(task);
    });
  }
}
