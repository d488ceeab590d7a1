// Results of several tensors, as PyTorch's named tuples: by name, by place, or taken apart.
// in:  { sign, logabsdet }     out: a list of the two that has the names, too

export type NamedResults<R extends Record<string, unknown>> = readonly R[keyof R][] & R;

export function namedResults<R extends Record<string, unknown>>(parts: R): NamedResults<R> {
  return Object.assign(Object.values(parts), parts) as unknown as NamedResults<R>;
}
