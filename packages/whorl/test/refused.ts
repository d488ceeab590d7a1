// A table of calls that must be refused, each with what its message must say.

import { expect, it } from 'vitest';

export type Case = readonly [what: string, call: () => unknown, message: RegExp];

/** Calls without returning: a tensor in a failed expectation would be printed with its whole graph. */
export const refused = (cases: readonly Case[]) =>
  it.each(cases)('%s', (_, call, message) => {
    expect(() => {
      call();
    }).toThrow(message);
  });
