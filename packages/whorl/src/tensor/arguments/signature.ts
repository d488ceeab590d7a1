// Reads a signature: 'dim? | keepdim * dtype'. Positional parameters stand before the bar, options
// after it, and a star before those that PyTorch takes by name alone. A '?' marks what may be left
// out, a '!' an option that may not, '...' what takes all that follow, ':kind' a meaning other than
// the name's own.
// in:  the text     out: parameters, each with its kind

import { type Kind, kindOf } from './kinds.js';
import { kindsByName } from './names.js';

export interface Parameter {
  /** PyTorch's name. */
  readonly name: string;
  /** The key in an options object. */
  readonly key: string;
  readonly kind: Kind;
  readonly optional: boolean;
}

export interface Parameters {
  readonly front: readonly Parameter[];
  readonly options: readonly Parameter[];
  /** How many options PyTorch takes by position, too. */
  readonly loose: number;
  /** The last of `front` takes all that follow. */
  readonly variadic: boolean;
}

export const camelCase = (name: string): string =>
  name.replace(/(?<=[a-z0-9])_([a-z0-9])/g, (_, c: string) => c.toUpperCase());

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/**
 * 'dim', 'dim?', '...size', 'source:sizes', 'dim:sizes/bool?': the name, its mark, and a kind of
 * its own.
 */
function read(word: string, isOption: boolean): Parameter {
  const [bare = '', own] = word.replace('...', '').split(':');
  const name = bare.replace(/[?!]/, '');
  const optional = isOption ? !bare.endsWith('!') : word.includes('?');
  const usual = kindsByName.get(name) ?? 'any?';
  // what must be given is no null, unless the signature itself says so
  const kind = own ?? (optional ? usual : usual.replace('?', ''));
  return { name, key: camelCase(name), kind: kindOf(kind), optional };
}

export function readSignature(text: string): Parameters {
  const [front = '', back = ''] = text.split('|');
  const names = words(back);
  const star = names.indexOf('*');
  return {
    front: words(front).map((word) => read(word, false)),
    options: names.filter((word) => word !== '*').map((word) => read(word, true)),
    loose: star < 0 ? names.length : star,
    variadic: front.includes('...'),
  };
}

/** How it is called: 'sum(dim?, { keepdim, dtype })'. */
export function usage(name: string, { front, options, variadic }: Parameters): string {
  const places = front.map((p, i) =>
    variadic && i === front.length - 1 ? `...${p.key}` : p.optional ? `${p.key}?` : p.key,
  );
  if (options.length > 0) places.push(`{ ${options.map((p) => p.key).join(', ')} }`);
  return `${name}(${places.join(', ')})`;
}
