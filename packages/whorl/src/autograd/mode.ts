// Whether operations record how they were made: noGrad, enableGrad, setGradEnabled (torch.no_grad
// and kin).
// in:  a body, which may be asynchronous     out: what it gives; inside it, another mode
//
// A synchronous body sets a flag and sets it back. An asynchronous one waits now and then, and what
// runs meanwhile is none of it: its mode is kept with its task, and asked for only while one is
// open. Where the platform knows no tasks (browsers), the mode of the body that began last holds
// for everybody until that body ends.

import { type Recording, recording, tracing } from '../graph/node.js';
import { type TaskLocal, taskLocal } from './task-local.js';

interface Scope extends Recording {
  readonly outer: Scope | undefined;
  isOver: boolean;
}

let tasks: TaskLocal<Scope> | null = taskLocal<Scope>();
/** Asynchronous bodies that have not ended. */
let open = 0;

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null)?.then === 'function';

/** The innermost scope of the running task that has not ended. */
function currentScope(): Scope | undefined {
  let scope = tasks!.get();
  while (scope?.isOver) scope = scope.outer;
  return scope;
}

const modeOfTask = (): Recording => currentScope() ?? tracing;

const after = (body: PromiseLike<unknown>, end: () => void) => Promise.resolve(body).finally(end);

/** For bodies that are synchronous for certain: the library's own. */
export function within<R>(enabled: boolean, body: () => R): R {
  const mode = recording();
  const before = mode.enabled;
  mode.enabled = enabled;
  try {
    return body();
  } finally {
    mode.enabled = before;
  }
}

function withinTask<R>(local: TaskLocal<Scope>, enabled: boolean, body: () => R): R {
  const scope: Scope = { enabled, outer: currentScope(), isOver: false };
  const result = within(enabled, () => {
    try {
      const value = local.run(scope, body);
      scope.isOver = !isPromise(value);
      return value;
    } catch (error) {
      scope.isOver = true;
      throw error;
    }
  });
  if (scope.isOver) return result;
  open++;
  tracing.scope = modeOfTask;
  return after(result as PromiseLike<unknown>, () => {
    scope.isOver = true;
    if (--open === 0) tracing.scope = null;
  }) as R;
}

/** Without tasks: the open bodies, and the mode before the first of them. */
const waiting: Recording[] = [];
let base = true;

function enter(scope: Recording): void {
  if (waiting.length === 0) base = tracing.enabled;
  waiting.push(scope);
  tracing.enabled = scope.enabled;
}

function leave(scope: Recording): void {
  waiting.splice(waiting.indexOf(scope), 1);
  tracing.enabled = waiting.at(-1)?.enabled ?? base;
}

function withinAll<R>(enabled: boolean, body: () => R): R {
  const scope = { enabled };
  // what follows the call is none of the body: its mode begins with the first of its continuations
  const isAsync = Object.prototype.toString.call(body) === '[object AsyncFunction]';
  if (isAsync) queueMicrotask(() => enter(scope));
  const result = within(enabled, body);
  if (!isPromise(result)) return result;
  if (!isAsync) enter(scope);
  return after(result, () => leave(scope)) as R;
}

const withMode = <R>(enabled: boolean, body: () => R): R =>
  tasks === null ? withinAll(enabled, body) : withinTask(tasks, enabled, body);

/**
 * Runs `body` without recording gradients. An asynchronous body counts until its promise settles,
 * so that what follows an `await` inside it is not recorded either, and code beside it is. Source:
 * torch.no_grad.
 */
export const noGrad = <R>(body: () => R): R => withMode(false, body);

/** Runs `body` recording gradients again, inside noGrad. Source: torch.enable_grad. */
export const enableGrad = <R>(body: () => R): R => withMode(true, body);

/** Whether operations record gradients now. Source: torch.is_grad_enabled. */
export const isGradEnabled = (): boolean => recording().enabled;

/**
 * Switches recording on or off from here on; inside an asynchronous scope, until it ends. Source:
 * torch.set_grad_enabled.
 */
export function setGradEnabled(enabled: boolean): void {
  recording().enabled = enabled;
  const scope = tasks === null ? waiting.at(-1) : currentScope();
  if (scope !== undefined) scope.enabled = enabled;
}

/** Why nothing is recorded, where a body that waits may be the reason. */
export const whoSwitchedOff = (): string =>
  waiting.some((scope) => !scope.enabled)
    ? '; a noGrad() with an asynchronous body is still waiting, and this browser cannot tell its ' +
      'code from other code: await it first'
    : '';

/** @internal for tests: as where the platform knows no tasks; true: as it is. */
export function knowTasks(wanted: boolean): void {
  tasks = wanted ? taskLocal<Scope>() : null;
}
