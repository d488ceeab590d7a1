// Runs what a case does through compile(), with --compile: recorded, compared, replayed.
// in:  a body without reads, a way to make its tensors     out: the result of the replay, and its tensors
//
// A body that has to read on the way runs as it is written, and is counted.
import { compile, type Tensor } from '../src/index.js';
import { Tuple } from './decode.js';
import { isTensor } from './library.js';

export const compiling = { enabled: false };

/** Cases that were tried, and those with a part that could not be captured. */
const tried = new Set<string>();
export const asWritten = new Set<string>();

export const compiledLine = (cases: number): string => {
  const compiled = [...tried].filter((id) => !asWritten.has(id)).length;
  return (
    `compiled: ${compiled} cases; as written, since they read on the way: ${asWritten.size}; ` +
    `nothing to compile (refusals, draws, schedules, logs): ${cases - tried.size}`
  );
};

/** The body waits for a value. */
export class Waits extends Error {}

const readsInside = (error: unknown): boolean =>
  error instanceof Waits ||
  (error instanceof Error &&
    /no value can be read while compile|compile: the function is asynchronous|cannot replay/.test(
      error.message,
    ));

function atOnce<R>(result: R | Promise<R>): R {
  if (!(result instanceof Promise)) return result;
  result.catch(() => {});
  throw new Waits('the body waits for a value');
}

/** What `body`, or `asIs` where that reads, gives; compiled it is called three times, with new tensors, and the last, a replay, counts. */
export async function run<R>(
  id: string,
  make: () => Tensor[],
  body: (tensors: Tensor[]) => R | Promise<R>,
  asIs: (tensors: Tensor[]) => R | Promise<R> = body,
): Promise<{ result: R; tensors: Tensor[] }> {
  const written = async () => {
    const tensors = make();
    return { result: await asIs(tensors), tensors };
  };
  if (!compiling.enabled) return written();
  tried.add(id);
  const compiled = compile((tensors: Tensor[]) => atOnce(body(tensors)));
  try {
    compiled(make());
    compiled(make());
    const tensors = make();
    return { result: compiled(tensors), tensors };
  } catch (error) {
    if (!readsInside(error)) throw error;
    asWritten.add(id);
    return written();
  }
}

/** A step that a case repeats: compiled, unless it turns out that it reads. */
export function repeated<A extends unknown[], R>(
  id: string,
  body: (...args: A) => R,
): (...args: A) => R {
  if (!compiling.enabled) return body;
  tried.add(id);
  const compiled = compile((...args: A) => atOnce(body(...args)) as R);
  return (...args) => {
    if (asWritten.has(id)) return body(...args);
    try {
      return compiled(...args);
    } catch (error) {
      if (!readsInside(error)) throw error;
      asWritten.add(id);
      return body(...args);
    }
  };
}

/** The same with every tensor replaced, in the order of the places where they stand. */
export function withEach<T>(value: T, replace: (tensor: Tensor) => Tensor): T {
  const visit = (part: unknown): unknown => {
    if (isTensor(part)) return replace(part);
    if (Array.isArray(part)) return part.map(visit);
    if (part instanceof Tuple) return new Tuple(part.items.map(visit));
    if (typeof part !== 'object' || part === null) return part;
    if (Object.getPrototypeOf(part) !== Object.prototype) return part;
    return Object.fromEntries(Object.entries(part).map(([k, v]) => [k, visit(v)]));
  };
  return visit(value) as T;
}

export function tensorsOf(value: unknown): Tensor[] {
  const found: Tensor[] = [];
  withEach(value, (tensor) => {
    found.push(tensor);
    return tensor;
  });
  return found;
}
