// Stacks: which of their lines are the user's and which the library's.
// in:  the text of a stack, of any engine
// out: the user's line; an error whose stack begins there

interface Stacks {
  stackTraceLimit?: number;
}

const isFrame = (line: string): boolean => /^\s*at /.test(line) || /@.*:\d+:\d+$/.test(line);

/** What calls back: Array.map and the like have no place. */
const isNowhere = (line: string): boolean =>
  /\(<anonymous>\)$|^\s*at <anonymous>$|node:internal|\(native\)/.test(line);

/** Defined where the library is built into files that hold nothing else. */
declare const WHORL_ALONE: true | undefined;

const isAlone = typeof WHORL_ALONE !== 'undefined';

/**
 * Where the library lies: a part of all its frames, from this file's own; null in a
 * bundle, where it is one file with the rest.
 */
const library = folderOf(new Error('where').stack ?? '');

function folderOf(stack: string): string | null {
  const own = stack.split('\n').find(isFrame) ?? '';
  const file = isAlone ? String.raw`[^/\\]+` : String.raw`engine[/\\]observe[/\\]stacks\.[jt]s`;
  return (
    new RegExp(String.raw`(?:\(|@|at )(?:async )?([^()@]*[/\\])${file}`).exec(own)?.[1] ?? null
  );
}

const framesOf = (stack: string): string[] => stack.split('\n').filter(isFrame);

const isUsers = (line: string): boolean =>
  !isNowhere(line) && (library === null || !line.includes(library));

/** The first frame that is not the library's. In a bundle nobody can tell: its innermost frames. */
export function firstOutside(stack: string): string | null {
  const frames = framesOf(stack);
  if (library === null) return frames.length === 0 ? null : frames.slice(0, 12).join('\n');
  return frames.find(isUsers) ?? null;
}

/** An error whose stack leaves out the library's frames, where others are left. */
export function outside<E extends Error>(make: () => E): E {
  const stacks = Error as Stacks;
  const limit = stacks.stackTraceLimit;
  // the engine alone is deeper than the ten frames that are usual
  if (limit !== undefined && limit < deep) stacks.stackTraceLimit = deep;
  const error = make();
  const frames = framesOf(error.stack ?? '');
  if (limit !== undefined) stacks.stackTraceLimit = limit;
  const users = frames.filter(isUsers);
  if (library === null || users.length === 0) return error;
  const head = error.stack!.slice(0, error.stack!.indexOf(frames[0]!));
  error.stack = `${head}${users.slice(0, Math.max(limit ?? 0, 10)).join('\n')}`;
  return error;
}

const deep = 60;
