// Has a value computed without copying it out, so that the copy is not what is measured.
// in:  nothing     out: a function that awaits everything described so far

import { tensor } from 'whorl';

/** Whatever nothing else reads is computed at the next read of anything, as PyTorch would have. */
export function makeSettle(): () => Promise<unknown> {
  const x = tensor(0);
  return () => x.add(1).item();
}
