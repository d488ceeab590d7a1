// The closing table: one row per run, numbers under numbers.
// in:  the runs' results, a language     out: lines for the terminal

import { displayWidth } from './display-width.js';
import { fixed } from './epoch-line.js';
import { type Language, messages } from './messages.js';
import { showTime } from './show-time.js';

/** How a run ended. Loss and accuracy are those of its last epoch. */
export interface RunResult {
  readonly title: string;
  readonly optimizer: string;
  readonly epochs: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly bestAccuracy: number;
  readonly seconds: number;
}

/** The words are the language's, the numbers those of the epochs' lines. */
export function closingTable(results: readonly RunResult[], lang: Language): string {
  const words = messages[lang];
  const { model, optimizer, epochs, loss, accuracy, best, time } = words;
  const rows = results.map((run) => [
    run.title,
    run.optimizer,
    String(run.epochs),
    fixed(run.loss, 6),
    fixed(run.accuracy, 3),
    fixed(run.bestAccuracy, 3),
    showTime(run.seconds),
  ]);
  return alignColumns([[model, optimizer, epochs, loss, accuracy, best, time], ...rows], 2);
}

/** Pads by columns of the terminal; all but the first `left` columns stand to the right. */
function alignColumns(rows: readonly string[][], left: number): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => displayWidth(row[i]!))));
  const lines = rows.map((row) => {
    const cells = row.map((cell, i) => {
      const space = ' '.repeat(widths[i]! - displayWidth(cell));
      return i < left ? cell + space : space + cell;
    });
    return cells.join('  ').trimEnd();
  });
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}
