import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/cli/display-width.js';
import { epochLine, fixed } from '../../src/cli/epoch-line.js';
import { createProgress, progressLine, type ProgressOptions } from '../../src/cli/progress.js';
import { showTime } from '../../src/cli/show-time.js';
import { closingTable, type RunResult } from '../../src/cli/table.js';

describe('the line of an epoch', () => {
  it('is the one that PyTorch users know', () => {
    const loss = Math.fround(1.3989123);
    expect(epochLine(0, loss, 0.224)).toBe('[EPOCH]: 0, [LOSS]: 1.398912, [ACCURACY]: 0.224');
  });

  // What Python prints for '%.3f' % x and '%.6f' % x.
  it.each([
    [0.0625, 3, '0.062'],
    [0.1875, 3, '0.188'],
    [0.3125, 3, '0.312'],
    [0.0005, 3, '0.001'],
    [0.0078125, 6, '0.007812'],
    [1, 3, '1.000'],
    [-0.25, 3, '-0.250'],
    [-0, 3, '-0.000'],
    [1e22, 3, '10000000000000000000000.000'],
    [Number.NaN, 6, 'nan'],
    [Number.POSITIVE_INFINITY, 6, 'inf'],
    [Number.NEGATIVE_INFINITY, 3, '-inf'],
  ])('shows %d with %i digits as C does', (value, digits, text) => {
    expect(fixed(value, digits)).toBe(text);
  });
});

/** A stream that keeps what is written, and a clock that is set by hand. */
function watch(options: Partial<ProgressOptions> & { isTTY: boolean; columns?: number }) {
  const written: string[] = [];
  const clock = { time: 0 };
  const output = {
    write: (text: string) => written.push(text),
    isTTY: options.isTTY,
    columns: options.columns,
  };
  const progress = createProgress({
    epochs: 10,
    lang: 'en',
    ...options,
    output,
    now: () => clock.time,
  });
  return { written, clock, progress };
}

describe('the progress of a training', () => {
  it('is a plain line per epoch where there is no terminal', () => {
    const { written, progress } = watch({ isTTY: false });
    progress.epoch(0, 1.4, 0.25);
    progress.epoch(1, 1.3, 0.5);
    progress.finish();
    expect(written.join('')).toBe(
      '[EPOCH]: 0, [LOSS]: 1.400000, [ACCURACY]: 0.250\n' +
        '[EPOCH]: 1, [LOSS]: 1.300000, [ACCURACY]: 0.500\n',
    );
  });

  it('is one line on a terminal, written over, and ends as the last epoch alone', () => {
    const { written, clock, progress } = watch({ isTTY: true });
    for (let epoch = 0; epoch < 10; epoch++) {
      clock.time = epoch * 100;
      progress.epoch(epoch, 1, 0.5);
    }
    progress.finish();
    progress.finish();
    expect(written).toHaveLength(11);
    for (const text of written.slice(0, 10)) {
      expect([text[0], text.slice(-3), text.includes('\n')]).toEqual(['\r', '\x1b[K', false]);
    }
    expect(written[4]).toContain('50 % 0.40 s left');
    expect(written[10]).toBe('\r[EPOCH]: 9, [LOSS]: 1.000000, [ACCURACY]: 0.500\x1b[K\n');
  });

  it('redraws twenty times a second at most', () => {
    const { written, clock, progress } = watch({ isTTY: true, epochs: 1000 });
    for (let epoch = 0; epoch < 1000; epoch++) {
      clock.time = epoch;
      progress.epoch(epoch, 1, 0.5);
    }
    expect(written).toHaveLength(20);
  });

  it('says nothing where it shall be quiet, or nothing has happened', () => {
    for (const options of [
      { isTTY: true, quiet: true },
      { isTTY: false, quiet: true },
    ]) {
      const { written, progress } = watch(options);
      progress.epoch(0, 1, 1);
      progress.finish();
      expect(written).toEqual([]);
    }
    const { written, progress } = watch({ isTTY: true });
    progress.finish();
    expect(written).toEqual([]);
  });

  it('takes a terminal of no width for one of 80 columns', () => {
    const { written, progress } = watch({ isTTY: true, columns: 0 });
    progress.epoch(0, 1, 0.5);
    expect(written[0]).toContain('░');
    expect(displayWidth(written[0].slice(1, -3))).toBeLessThan(80);
  });
});

describe('the live line', () => {
  const line = epochLine(499, 0.3, 0.9);
  const state = { line, done: 500, epochs: 1000, seconds: 3.5 };

  it.each([200, 100, 80, 70, 60, 40, 10])('stays within %i columns', (columns) => {
    for (const lang of ['en', 'zh'] as const) {
      expect(displayWidth(progressLine(state, lang, columns))).toBeLessThan(columns);
    }
  });

  it('shows bar, part and time where there is room, and the epoch first where there is none', () => {
    expect(progressLine(state, 'en', 200)).toBe(
      `${line} ████████████░░░░░░░░░░░░  50 % 3.50 s left`,
    );
    expect(progressLine(state, 'zh', 200)).toContain('剩余 3.50 s');
    expect(progressLine(state, 'en', 60)).not.toContain('█');
    expect(line.startsWith(progressLine(state, 'en', 30))).toBe(true);
  });
});

describe('a length of time', () => {
  it.each([
    [0.354, '0.35 s'],
    [9.996, '10.0 s'],
    [12.34, '12.3 s'],
    [59.96, '1 min 00 s'],
    [125, '2 min 05 s'],
    [3720, '1 h 02 min'],
  ])('of %d seconds is %s', (seconds, text) => {
    expect(showTime(seconds)).toBe(text);
  });
});

describe('the closing table', () => {
  const run = (title: string, optimizer: string, loss: number): RunResult => ({
    title,
    optimizer,
    epochs: 1000,
    loss,
    accuracy: 0.5,
    bestAccuracy: 0.5125,
    seconds: 3.2,
  });

  it('puts numbers under numbers', () => {
    const runs = [run('Linear-Linear', 'SGD', 1.1), run('Linear-ReLU-Linear', 'Adam', 10.25)];
    expect(closingTable(runs, 'en')).toMatchInlineSnapshot(`
      "model               optimizer  epochs       loss  accuracy  best accuracy    time
      ------------------  ---------  ------  ---------  --------  -------------  ------
      Linear-Linear       SGD          1000   1.100000     0.500          0.512  3.20 s
      Linear-ReLU-Linear  Adam         1000  10.250000     0.500          0.512  3.20 s"
    `);
  });

  it('counts Chinese letters as the two columns that they fill', () => {
    const [head, rule, row] = closingTable([run('线性-ReLU-线性', 'Adam', 0.2)], 'zh').split('\n');
    expect(displayWidth(head)).toBe(displayWidth(rule));
    expect(displayWidth(row)).toBe(displayWidth(rule));
  });
});
