// What became of a case, and how a runner says so.
// in:  the body of a case     out: passed, failed with a reason, skipped with a missing name, or refused in a device's words
import { NotOffered } from './library.js';
import { refusedByDevice } from './refusals.js';

export type Kind =
  | 'operators'
  | 'programs'
  | 'module'
  | 'loss'
  | 'optimizer'
  | 'scheduler'
  | 'training'
  | 'random'
  | 'spiral';

export interface Case {
  kind: Kind;
  /** Unique within a run: 'operators/max.binary#3'. */
  id: string;
  /** What it is a case of: 'max.binary', 'Linear', 'randn'. */
  name: string;
  run(): Promise<void>;
}

export interface Outcome {
  kind: Kind;
  id: string;
  name: string;
  status: 'passed' | 'failed' | 'skipped' | 'refused';
  /** Why it failed, what is missing, or the device's sentence. */
  reason?: string;
  /** Where we answered although PyTorch refuses: the sentence that says why. */
  deliberate?: string;
}

/** The result differs from PyTorch's. */
export class Mismatch extends Error {}

/** PyTorch refuses, we answer on purpose: the case ends here and has passed. */
export class Deliberate extends Error {}

export function expectSame(what: string, difference: string | undefined): void {
  if (difference !== undefined)
    throw new Mismatch(what === '' ? difference : `${what}: ${difference}`);
}

/** An error of the library in one short line, with the place it came from. */
export function reasonOf(error: unknown): string {
  if (error instanceof Mismatch) return error.message;
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  const place = /\/src\/([\w/.-]+:\d+)/.exec(error.stack ?? '')?.[1];
  const message = error.message.split('\n')[0]!.slice(0, 200);
  return `threw ${error.name}: ${message}${place === undefined ? '' : ` (${place})`}`;
}

export async function runCase({ kind, id, name, run }: Case): Promise<Outcome> {
  try {
    await run();
    return { kind, id, name, status: 'passed' };
  } catch (error) {
    if (error instanceof NotOffered) {
      return { kind, id, name, status: 'skipped', reason: error.missing };
    }
    if (error instanceof Deliberate) {
      return { kind, id, name, status: 'passed', deliberate: error.message };
    }
    const refusal = refusedByDevice(error instanceof Error ? error.message : '');
    if (refusal !== undefined) return { kind, id, name, status: 'refused', reason: refusal };
    return { kind, id, name, status: 'failed', reason: reasonOf(error) };
  }
}
