// A signature's text and the declared type: what agrees compiles, and each other line is an error.

import type { Agrees } from '../../src/tensor/arguments/agrees.js';

declare function registered<F, const S extends string>(type: F, signature: Agrees<F, S>): void;

declare const add: (other: number, options?: { alpha?: number }) => void;
registered(add, 'other | alpha');
registered(add, 'other:operand | * alpha');
// @ts-expect-error an option of another name
registered(add, 'other | * beta');
// @ts-expect-error an option that the type does not know
registered(add, 'other | * alpha beta');
// @ts-expect-error an option that the signature does not know
registered(add, 'other');
// @ts-expect-error one parameter more
registered(add, 'other more | alpha');
// @ts-expect-error what must be given may not be left out
registered(add, 'other? | alpha');

/** What stands in front of the star PyTorch takes by position, so the type may, too. */
declare const conv: {
  (x: number, options?: { stride?: number; padAs?: string }): void;
  (x: number, stride?: number, padAs?: string): void;
};
registered(conv, 'x | stride pad_as');
// @ts-expect-error behind the star nothing has a place
registered(conv, 'x | * stride pad_as');

/** Overloads together, options by any name, any number of sizes. */
declare const sum: { (): void; (dim: number, options?: { dim?: number; keepdim?: boolean }): void };
declare const zeros: (...sizes: number[]) => void;
registered(sum, 'dim? | keepdim');
registered(zeros, '...size');
// @ts-expect-error how many there are is not open
registered(zeros, 'size');
