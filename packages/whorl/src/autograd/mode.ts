// Whether operations record how they were made: noGrad, enableGrad, setGradEnabled (torch.no_grad and kin).

import { tracing } from '../graph/node.js';

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof (value as { then?: unknown } | null)?.then === 'function';

function within<R>(enabled: boolean, body: () => R): R {
  const before = tracing.enabled;
  const restore = () => {
    tracing.enabled = before;
  };
  tracing.enabled = enabled;
  let result: R;
  try {
    result = body();
  } catch (error) {
    restore();
    throw error;
  }
  if (isPromise(result)) return result.finally(restore) as R;
  restore();
  return result;
}

/**
 * Runs `body` without recording gradients. An asynchronous body counts until its promise settles,
 * so that what follows an `await` inside it is not recorded either. Source: torch.no_grad.
 */
export const noGrad = <R>(body: () => R): R => within(false, body);

/** Runs `body` recording gradients again, inside noGrad. Source: torch.enable_grad. */
export const enableGrad = <R>(body: () => R): R => within(true, body);

/** Whether operations record gradients now. Source: torch.is_grad_enabled. */
export const isGradEnabled = (): boolean => tracing.enabled;

/** Switches recording on or off from here on. Source: torch.set_grad_enabled. */
export function setGradEnabled(enabled: boolean): void {
  tracing.enabled = enabled;
}
