// What a caller gets wrong, and the sentence that comes back.

import { describe, expect, it } from 'vitest';
import { plotBoundaries, plotCurves, plotData, plotModel, setDefault } from '../src/index.js';
import { leftOrRight } from './spiral.js';

const X = [
  [0, 0],
  [1, 1],
  [0.5, 0],
];
const y = [0, 1, 1];
const wrong = (value: unknown) => value as never;

describe('a clear sentence is the answer to', () => {
  it.each<[string, () => Promise<unknown>, string]>([
    [
      'fewer labels than points',
      () => plotData(X, [0, 1]),
      'X has 3 points, but y has the shape [2]',
    ],
    ['labels in rows', () => plotData(X, wrong([[0], [1], [1]])), 'y has the shape [3, 1]'],
    ['no data', () => plotData([], []), 'plotData: X has no points.'],
    [
      'points in space',
      () => plotData([[1, 2, 3]], [0]),
      'X has the shape [1, 3]; points in the plane have [n, 2].',
    ],
    [
      'rows of unequal length',
      () => plotData([[1, 2], [1]], [0, 0]),
      'X[1] has 1 values and others have 2',
    ],
    [
      'a number as data',
      () => plotData(wrong(3), y),
      'X must be a tensor, an array or a typed array, and is number',
    ],
    [
      'NaN among the points',
      () =>
        plotData(
          [
            [0, Number.NaN],
            [1, 1],
            [Number.POSITIVE_INFINITY, 0],
          ],
          y,
        ),
      '2 of the 3 points have NaN or Infinity as a coordinate (the first is X[0])',
    ],
    [
      'a label that is no whole number',
      () => plotData(X, [0, 1.5, 1]),
      'y[1] is 1.5; a label is a whole number',
    ],
    ['a negative label', () => plotData(X, [0, -1, 1]), 'y[1] is -1'],
    [
      'a label far out of range',
      () => plotData(X, [0, 5000, 1]),
      'y[1] is 5000; a label is a whole number from 0 to 99',
    ],
    [
      'a label beyond the names',
      () => plotData(X, y, { classes: ['one'] }),
      'y[1] is 1; a label is a whole number from 0 to 0, as there are names for 1 classes',
    ],
    [
      'an unknown option',
      () => plotData(X, y, wrong({ zom: 2 })),
      "plotData: there is no option 'zom'; the options are title, figsize,",
    ],
    [
      'an option of another figure',
      () => plotData(X, y, wrong({ cells: 2 })),
      "there is no option 'cells'",
    ],
    [
      'an unknown theme',
      () => plotData(X, y, wrong({ theme: 'neon' })),
      "theme must be one of 'light', 'dark', and is 'neon'",
    ],
    [
      'a figure of no size',
      () => plotData(X, y, { figsize: [0, 3] }),
      'figsize must be two numbers of inches',
    ],
    [
      'a model that is none',
      () => plotModel(X, y, wrong({})),
      'plotModel: the model must have a method forward(x), or be a function',
    ],
    [
      'too few answers',
      () => plotModel(X, y, () => [1, 2]),
      'the model must give 48400 class numbers for 48400 points, and gave 2',
    ],
    [
      'an answer that is no class',
      () => plotModel(X, y, (p) => new Array(p.length / 2).fill(0.5)),
      'the model gave the class 0.5',
    ],
    [
      'too many cells',
      () => plotModel(X, y, leftOrRight, { cells: 1e6 }),
      'cells must be a whole number from 2 to 1000, and is 1000000',
    ],
    [
      'no models',
      () => plotBoundaries([], X, y),
      'plotBoundaries: the first argument must be a list of { title, model }',
    ],
    [
      'losses in rows',
      () => plotCurves([{ title: 'a', loss: wrong([[1], [2]]) }]),
      "loss of 'a' has the shape [2, 1]",
    ],
  ])('%s', async (_, act, message) => {
    await expect(act()).rejects.toThrow(message);
  });

  it('a default that does not fit', () => {
    expect(() => setDefault(wrong({ title: 'all' }))).toThrow(
      "setDefault: there is no option 'title'",
    );
    expect(() => setDefault({ dpi: -1 })).toThrow('dpi must be a number of pixels per inch');
  });
});
