// plotModel and plotBoundaries: which class a model gives each place of the plane, with the points.
// in:  X, y, one model or several     out: a figure

import { traceBorders } from './borders.js';
import { checkOptions, type ModelOptions, modelOptions, settingsOf } from './defaults.js';
import type { Layer } from './description.js';
import { Figure } from './figure.js';
import { askModel, type Grid } from './grid.js';
import { layOutSquares, type Square } from './layout.js';
import { legendOf, type Plane, pointLayers, readPlane, sentence } from './plane.js';
import { mergeRuns, placeLetters } from './regions.js';
import type { Labels, Model, Points } from './source.js';
import { classLetter } from './theme.js';

export interface TitledModel {
  title: string;
  model: Model;
}

const defaultCells = 220;

/**
 * The regions of a model by the largest of its scores, and the points above.
 * X: [n, 2]; y: [n]; model: a module whose forward gives [n, classes] scores, or a function from
 * points to class numbers. It is asked as it is: call `model.eval()` before where that matters.
 * Where it gives NaN nothing is painted, and the figure says so. Throws as plotData does.
 */
export async function plotModel(
  X: Points,
  y: Labels,
  model: Model,
  options: ModelOptions = {},
): Promise<Figure> {
  return boundaries('plotModel', [{ title: '', model }], X, y, options);
}

/** The same points with several models, panels side by side. Throws as plotModel does. */
export async function plotBoundaries(
  models: readonly TitledModel[],
  X: Points,
  y: Labels,
  options: ModelOptions = {},
): Promise<Figure> {
  if (!Array.isArray(models) || models.length === 0) {
    throw new TypeError('plotBoundaries: the first argument must be a list of { title, model }.');
  }
  return boundaries('plotBoundaries', models, X, y, options);
}

async function boundaries(
  who: string,
  models: readonly TitledModel[],
  X: Points,
  y: Labels,
  options: ModelOptions,
): Promise<Figure> {
  checkOptions(who, options, modelOptions);
  const settings = settingsOf(options);
  const plane = await readPlane(who, X, y, options);
  const squares: Square[] = [];
  let count = plane.count;
  for (const { title, model } of models) {
    const size = options.cells ?? defaultCells;
    const grid = await askModel(who, model, plane.xDomain, plane.yDomain, size);
    count = Math.max(count, grid.count);
    squares.push(panelOf(title ?? '', plane, grid, options));
  }
  const titles = models
    .map(({ title }) => title)
    .filter(Boolean)
    .join(', ');
  const summary = `${sentence(plane)} and the regions of ${titles === '' ? 'a model' : titles}`;
  const legend = legendOf({ ...plane, count }, options);
  return new Figure(layOutSquares(settings, squares, legend, summary));
}

function panelOf(title: string, plane: Plane, grid: Grid, options: ModelOptions): Square {
  const layers: Layer[] = [];
  for (const [label, cells] of mergeRuns(grid).entries()) {
    if (cells.length > 0) layers.push({ kind: 'region', class: label, cells });
  }
  layers.push({ kind: 'cross' }, { kind: 'borders', lines: traceBorders(grid) });
  layers.push(...pointLayers(plane));
  if (options.letters !== false) layers.push(...lettersOf(plane, grid));
  const { xDomain, yDomain } = plane;
  return { title: [title, remark(grid)].filter(Boolean).join(' - '), xDomain, yDomain, layers };
}

function lettersOf(plane: Plane, grid: Grid): Layer[] {
  return placeLetters(grid, plane.points).flatMap((at, label): Layer[] =>
    at === null ? [] : [{ kind: 'letter', class: label, at, text: classLetter(label) }],
  );
}

function remark(grid: Grid): string {
  const unknown = grid.classes.reduce((count, label) => count + (label < 0 ? 1 : 0), 0);
  if (unknown === 0) return '';
  const part = (100 * unknown) / grid.classes.length;
  return `NaN at ${part < 1 ? 'under 1' : Math.round(part)} % of the plane`;
}
