// Where a function's options stand: behind everything else, or at once where what is optional is
// left out.
// in:  the arguments as labelled tuples     out: the ways to call it, as one type

export type OptionsLast<Needed extends unknown[], Rest extends unknown[], Options> =
  | [...Needed, ...Partial<Rest>, options?: Options]
  | [...Needed, options: Options];
