// The generated part of a page: read for comparison, or written anew where UPDATE_PAGES is set.
// in:  a page, the name of its part, the text of now     out: what the page shows, and what it should

import { readFileSync, writeFileSync } from 'node:fs';
import { root } from '../../../../scripts/packages.mjs';

export function generated(file: string, part: string, text: string) {
  const page = `${root}/${file}`;
  const [start, end] = [`<!-- ${part} -->\n`, `<!-- end of ${part} -->`];
  const whole = readFileSync(page, 'utf8');
  const [before, rest] = whole.split(start) as [string, string | undefined];
  const [shown, after] = (rest ?? '').split(end) as [string, string | undefined];
  if (after === undefined) throw new Error(`${file} has no part <!-- ${part} -->`);
  const now = `\n${text}\n\n`;
  if (!process.env['UPDATE_PAGES']) return { shown, now };
  writeFileSync(page, `${before}${start}${now}${end}${after}`);
  return { shown: now, now };
}
