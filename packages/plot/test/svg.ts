// Reads an SVG text as a document, for questions about what was drawn.

import { parseHTML } from 'linkedom';

export interface Svg {
  readonly root: Element;
  all(selector: string): Element[];
  attribute(selector: string, name: string): string | null;
}

export function readSvg(text: string): Svg {
  const { document } = parseHTML(`<!DOCTYPE html><html><body>${text}</body></html>`);
  const root = document.querySelector('svg') as unknown as Element;
  const all = (selector: string): Element[] => [...root.querySelectorAll(selector)];
  return { root, all, attribute: (selector, name) => all(selector)[0]?.getAttribute(name) ?? null };
}

/** The texts of a figure in the order in which they are painted. */
export const textsOf = (svg: Svg): string[] =>
  svg.all('text').map((each) => each.textContent ?? '');
