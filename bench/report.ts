// What a run says: a table for each work, with how many times the reference each contestant takes.
// in:  results     out: lines of text, or JSON

import type { Result } from './harness.js';
import type { Work } from './work.js';

/** The work's own choice; the limit where it took part; else the best of the peers. */
export function referenceOf(work: Work, results: readonly Result[]): Result | undefined {
  const named = results.find(({ who }) => who === work.reference);
  if (named) return named;
  const limit = results.find(({ who }) => who === 'limit');
  if (limit) return limit;
  const peers = results.filter(({ who }) => !who.startsWith('whorl'));
  const sign = work.better === 'lower' ? 1 : -1;
  return peers.sort((a, b) => sign * (a.median - b.median))[0];
}

/** How many times the reference's cost; below 1 is better than the reference. */
export function ratio(work: Work, result: Result, reference: Result): number {
  return work.better === 'lower'
    ? result.median / reference.median
    : reference.median / result.median;
}

/** Four digits, whatever the size. */
export function figure(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 6));
}

/** A list of { work, who, unit, median, min, max }, a line each. */
export function json(results: readonly Result[]): string {
  const rows = results.map(({ work, who, unit, median, min, max }) =>
    JSON.stringify({ work, who, unit, median, min, max }),
  );
  return `[\n${rows.map((row) => `  ${row}`).join(',\n')}\n]\n`;
}

export function table(work: Work, results: readonly Result[]): string {
  const reference = referenceOf(work, results);
  const header = ['', work.unit, 'min', 'max', reference ? `/ ${reference.who}` : ''];
  const rows = results.map((result) => [
    result.who,
    figure(result.median),
    figure(result.min),
    figure(result.max),
    reference ? `${figure(ratio(work, result, reference))} x` : '',
  ]);
  const lines = [header, ...rows];
  const widths = header.map((_, i) => Math.max(...lines.map((cells) => cells[i]!.length)));
  const pad = (cell: string, i: number) =>
    i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!);
  const direction = work.better === 'lower' ? 'less' : 'more';
  const title = `${work.name}: ${work.says} (${work.unit}, ${direction} is better)`;
  return [title, ...lines.map((cells) => `  ${cells.map(pad).join('  ').trimEnd()}`)].join('\n');
}
