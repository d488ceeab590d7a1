// An index as text: 100 * i + j + 3.
// in:  an index, how to write its atoms     out: an expression that is a sum

import type { Atom, Index } from '../../ir/loop.js';

export interface AtomText {
  range(name: string): string;
  param(slot: number): string;
  value(atom: Extract<Atom, { kind: 'value' }>): string;
  /** floor(of / by), both as text. */
  div(of: string, by: number): string;
  mod(of: string, by: number): string;
}

export function indexText(index: Index, write: AtomText): string {
  const parts: { readonly sign: '-' | '+'; readonly text: string }[] = [];
  for (const { coefficient, atom } of index.terms) {
    if (coefficient === 0) continue;
    const size = Math.abs(coefficient);
    const text = atomText(atom, write);
    parts.push({
      sign: coefficient < 0 ? '-' : '+',
      text: size === 1 ? text : `${size} * ${text}`,
    });
  }
  if (index.constant !== 0 || parts.length === 0) {
    parts.push({ sign: index.constant < 0 ? '-' : '+', text: `${Math.abs(index.constant)}` });
  }
  const [first, ...rest] = parts;
  return rest.reduce(
    (sum, { sign, text }) => `${sum} ${sign} ${text}`,
    first.sign === '-' ? `-${first.text}` : first.text,
  );
}

function atomText(atom: Atom, write: AtomText): string {
  switch (atom.kind) {
    case 'range':
      return write.range(atom.name);
    case 'param':
      return write.param(atom.slot);
    case 'value':
      return write.value(atom);
    case 'div':
      return write.div(indexText(atom.of, write), atom.by);
    case 'mod':
      return write.mod(indexText(atom.of, write), atom.by);
  }
}

/** A sum in parentheses, a single name or number as it is. */
export const grouped = (text: string): string => (/^[\w.[\]]+$/.test(text) ? text : `(${text})`);
