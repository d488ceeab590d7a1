// The library without the compiler's checks of shapes and dtypes, for tests that make mistakes on purpose
// or run tables of calls. Nothing else is different.

import * as library from '../src/index.js';

export const whorl: any = library;

/** A value that tests look at in every way. */
export type Loose = any;
