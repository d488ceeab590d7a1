// plotCurves: how loss and accuracy of one or more runs went, epoch by epoch.
// in:  runs     out: a figure with two panels, each line with its run's name at its end

import { checkOptions, type CurveOptions, curveOptions, settingsOf } from './defaults.js';
import type { Settings } from './defaults.js';
import type { Layer, Panel, Position, Range, TextItem } from './description.js';
import { Figure } from './figure.js';
import { defaultWidth, mainTitle, pixels } from './layout.js';
import { readSeries, type Values } from './source.js';
import { textWidth } from './text-width.js';

/** One number for each epoch, from epoch 0. Runs may have different lengths. */
export interface Run {
  title: string;
  loss: Values;
  accuracy?: Values;
}

export type RunLabels = NonNullable<CurveOptions['labels']>;

interface Series {
  readonly title: string;
  readonly values: Float64Array;
  /** The run's place in the list: its colour and dash. */
  readonly run: number;
}

const height = 3.6;
const labelSize = 12;
const edge = 14;
const room = { top: 30, bottom: 44, left: 46 };

/**
 * Loss and accuracy over epochs. Where a value is NaN the line has a gap, and its name says so.
 * Throws where there is nothing to draw, and on unknown options.
 *
 *     await plotCurves([{ title: 'ReLU + Adam', loss: losses, accuracy: accuracies }]);
 */
export async function plotCurves(
  runs: readonly Run[],
  options: CurveOptions = {},
): Promise<Figure> {
  checkOptions('plotCurves', options, curveOptions);
  const settings = settingsOf(options);
  const loss = await readAll(runs, 'loss');
  const accuracy = await readAll(runs, 'accuracy');
  if (loss.length + accuracy.length === 0) {
    throw new TypeError('plotCurves: there is no run with at least one epoch.');
  }
  const words = { epoch: 'epoch', loss: 'loss', accuracy: 'accuracy', ...options.labels };
  const charts: Chart[] = [
    { word: words.loss, series: loss, yFormat: 'number' as const },
    { word: words.accuracy, series: accuracy, yFormat: 'percent' as const },
  ].filter(({ series }) => series.length > 0);
  return new Figure(layOut(settings, charts, words.epoch));
}

async function readAll(runs: readonly Run[], name: 'loss' | 'accuracy'): Promise<Series[]> {
  const all: Series[] = [];
  for (const [run, { title, [name]: source }] of runs.entries()) {
    if (source === undefined) continue;
    const values = await readSeries('plotCurves', `${name} of '${title}'`, source);
    if (values.length > 0) all.push({ title, values, run });
  }
  return all;
}

interface Chart {
  readonly word: string;
  readonly series: readonly Series[];
  readonly yFormat: 'number' | 'percent';
}

function layOut(settings: Settings, charts: readonly Chart[], epoch: string) {
  const size = settings.figsize ?? [defaultWidth, height + (settings.title === '' ? 0 : 0.35)];
  const [each, total] = size.map(pixels);
  const top = edge + (settings.title === '' ? 0 : 34);
  const width = each * charts.length;
  const texts: TextItem[] = mainTitle(settings.title, width);
  const panels = charts.map((chart, i): Panel => {
    const place = { x: i * each, y: top, width: each, height: total - top };
    const margin = { ...room, right: edge + longestLabel(chart.series) };
    const tone = 'muted' as const;
    const x = place.x + margin.left;
    texts.push({ x, y: top + 14, text: chart.word, size: 14, anchor: 'start', tone: 'text' });
    const end = place.x + each - margin.right;
    texts.push({ x: end, y: total - 10, text: epoch, size: labelSize, anchor: 'end', tone });
    return { ...place, margin, ...contentOf(chart, place.height - room.top - room.bottom) };
  });
  const names = [...new Set(charts.flatMap(({ series }) => series.map(({ title }) => title)))];
  const words = charts.map(({ word }) => word).join(' and ');
  const summary = `${words} by ${epoch}: ${names.join(', ')}`;
  return { width, height: total, ...outputs(settings), summary, texts, keys: [], panels };
}

const outputs = ({ dpi, theme }: Settings) => ({ dpi, theme });

const longestLabel = (series: readonly Series[]): number =>
  Math.max(...series.map((each) => textWidth(nameOf(each), labelSize))) + 8;

/** @param length the height of the axes, which decides how near two names may stand */
function contentOf(chart: Chart, length: number): Pick<Panel, 'xDomain' | 'yDomain' | 'layers'> {
  const { series, yFormat } = chart;
  const epochs = Math.max(...series.map(({ values }) => values.length));
  const yDomain = yFormat === 'percent' ? percentDomain(series) : numberDomain(series);
  const ends = series.map(lastPoint);
  const unit = (yDomain[1] - yDomain[0]) / length;
  const heights = spread(
    ends.map((end) => end[1]),
    (labelSize + 3) * unit,
    yDomain,
  );
  const curves = series.map(({ run, values }): Layer => {
    return { kind: 'curve', run, points: Array.from(values, (value, i): Position => [i, value]) };
  });
  const labels = series.map((each, i): Layer => {
    const at: Position = [ends[i][0], heights[i]];
    return { kind: 'label', run: each.run, at, text: nameOf(each) };
  });
  const layers: Layer[] = [{ kind: 'axes', yFormat }, ...curves, ...labels];
  return { xDomain: [0, epochs], yDomain, layers };
}

function nameOf({ title, values }: Series): string {
  const gap = values.findIndex((value) => !Number.isFinite(value));
  return gap === -1 ? title : `${title} (${values[gap]} at ${gap})`;
}

/** The last value that can be drawn; the origin where there is none. */
function lastPoint({ values }: Series): Position {
  const at = values.findLastIndex(Number.isFinite);
  return at === -1 ? [0, 0] : [at, values[at]];
}

const percentDomain = (series: readonly Series[]): Range => {
  const [low, high] = numberDomain(series);
  return [Math.min(0, low), Math.max(1, high)];
};

/** From 0, or what lies below, to the next round number above. */
function numberDomain(series: readonly Series[]): Range {
  let [low, high] = [0, Number.MIN_VALUE];
  for (const { values } of series) {
    for (const value of values.filter(Number.isFinite)) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (high === Number.MIN_VALUE) high = 1;
  return [0 - roundUp(-low), roundUp(high)];
}

function roundUp(value: number): number {
  if (value <= 0) return 0;
  const unit = 10 ** Math.floor(Math.log10(value)) / 10;
  const step = [1, 2, 5, 10].find((each) => value / (each * unit) <= 12) ?? 10;
  return Number((Math.ceil(value / (step * unit) - 1e-9) * step * unit).toPrecision(6));
}

/** Heights at least `least` apart, in the order of the ends, within the axes where they fit. */
function spread(ends: readonly number[], least: number, [low, high]: Range): number[] {
  const order = ends.map((_, i) => i).sort((a, b) => ends[a] - ends[b]);
  const heights = [...ends];
  let floor = low;
  for (const i of order) {
    heights[i] = Math.max(heights[i], floor);
    floor = heights[i] + least;
  }
  let ceiling = high;
  for (const i of order.toReversed()) {
    heights[i] = Math.min(heights[i], ceiling);
    ceiling = heights[i] - least;
  }
  return heights;
}
