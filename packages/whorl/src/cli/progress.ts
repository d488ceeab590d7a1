// What is seen of a training: one live line on a terminal, a line per epoch elsewhere.
// in:  epoch, loss and accuracy, as they come     out: text on a stream
//
// On a terminal the line is written over and over, as clear_output(wait=True) does in a notebook,
// and what stays is the last epoch's line.

import { cutToWidth, displayWidth } from './display-width.js';
import { epochLine } from './epoch-line.js';
import { type Language, messages } from './messages.js';
import { showTime } from './show-time.js';

/** The part of process.stdout that is used. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** 0 or missing on some pseudo-terminals. */
  readonly columns?: number;
}

export interface ProgressOptions {
  readonly epochs: number;
  readonly lang: Language;
  readonly quiet?: boolean;
  readonly output: Output;
  /** Milliseconds; stands in for the clock in tests. */
  readonly now?: () => number;
}

export interface Progress {
  epoch(epoch: number, loss: number, accuracy: number): void;
  /** Leaves the last epoch's line behind and goes to the next one. May be called early. */
  finish(): void;
}

/** More redraws a second than this nobody sees, and each costs the terminal. */
const pauseBetween = 50;
const fallbackColumns = 80;
const toLineStart = '\r';
const clearRest = '\x1b[K';

export function createProgress(options: ProgressOptions): Progress {
  if (options.quiet) return { epoch() {}, finish() {} };
  return options.output.isTTY ? liveLine(options) : plainLines(options.output);
}

const plainLines = (output: Output): Progress => ({
  epoch: (epoch, loss, accuracy) => output.write(`${epochLine(epoch, loss, accuracy)}\n`),
  finish() {},
});

/** The line is drawn now and then, the last one by finish(). */
function liveLine({
  epochs,
  lang,
  output,
  now = () => performance.now(),
}: ProgressOptions): Progress {
  const start = now();
  let drawn = Number.NEGATIVE_INFINITY;
  let last: string | null = null;
  return {
    epoch(epoch, loss, accuracy) {
      last = epochLine(epoch, loss, accuracy);
      const time = now();
      if (time - drawn < pauseBetween) return;
      drawn = time;
      const state = { line: last, done: epoch + 1, epochs, seconds: (time - start) / 1000 };
      const columns = output.columns || fallbackColumns;
      output.write(toLineStart + progressLine(state, lang, columns) + clearRest);
    },
    finish() {
      if (last === null) return;
      output.write(`${toLineStart}${last}${clearRest}\n`);
      last = null;
    },
  };
}

export interface ProgressState {
  readonly line: string;
  /** Epochs that are over. */
  readonly done: number;
  readonly epochs: number;
  readonly seconds: number;
}

const longestBar = 24;
const shortestBar = 5;

/** The epoch's line, a bar as long as there is room, and the time that is left. */
export function progressLine(state: ProgressState, lang: Language, columns: number): string {
  // A terminal breaks the line when its last column is filled.
  const room = columns - 1;
  const part = Math.min(1, state.done / state.epochs);
  // as if every epoch took as long as those that are over
  const left = (state.seconds / state.done) * (state.epochs - state.done);
  const tail =
    `${String(Math.floor(100 * part)).padStart(3)} % ` +
    `${messages[lang].remaining(showTime(left))}`;
  const free = room - displayWidth(state.line) - displayWidth(tail) - 2;
  if (free < shortestBar) return cutToWidth(`${state.line} ${tail}`, room);
  return `${state.line} ${bar(part, Math.min(free, longestBar))} ${tail}`;
}

function bar(part: number, length: number): string {
  const full = Math.round(part * length);
  return '█'.repeat(full) + '░'.repeat(length - full);
}
