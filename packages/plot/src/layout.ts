// Where things stand: the title above, square panels in rows, the legend below.
// in:  settings, panels without a place     out: a description

import type { Description, KeyItem, Panel, TextItem } from './description.js';
import type { Settings } from './defaults.js';
import { textWidth } from './text-width.js';

/** CSS pixels per inch: what an SVG's lengths are measured in. */
export const pixelsPerInch = 96;
export const defaultWidth = 6.4;

/** Inches in CSS pixels, in hundredths. */
export const pixels = (inches: number): number => Math.round(inches * pixelsPerInch * 100) / 100;

const edge = 14;
const gap = 22;
const titleHeight = 34;
const panelTitleHeight = 26;
const legendHeight = 30;
const mostColumns = 4;

/** A panel's content; its place is decided here. */
export interface Square extends Omit<Panel, 'x' | 'y' | 'width' | 'height' | 'margin'> {
  readonly title: string;
}

interface Frame {
  readonly columns: number;
  readonly rows: number;
  readonly side: number;
  readonly top: number;
  readonly heading: number;
  readonly width: number;
  readonly height: number;
}

/** Squares side by side, four in a row at most, all of the same size. */
export function layOutSquares(
  settings: Settings,
  squares: readonly Square[],
  legend: readonly { class: number; name: string }[],
  summary: string,
): Description {
  const frame = frameFor(settings, squares, legend.length > 0);
  const panels = squares.map((square, i) => place(frame, square, i));
  const { width, height } = frame;
  const { dpi, theme, title } = settings;
  const row = legendRow(legend, width, height - edge - legendHeight / 2 + 4);
  const texts = [...mainTitle(title, width), ...panels.flatMap((p) => p.texts), ...row.texts];
  return {
    width,
    height,
    dpi,
    theme,
    summary,
    texts,
    keys: row.keys,
    panels: panels.map((p) => p.panel),
  };
}

function frameFor(settings: Settings, squares: readonly Square[], hasLegend: boolean): Frame {
  const columns = Math.min(squares.length, mostColumns);
  const rows = Math.ceil(squares.length / columns);
  const top = edge + (settings.title === '' ? 0 : titleHeight);
  const heading = squares.some((square) => square.title !== '') ? panelTitleHeight : 0;
  const bottom = edge + (hasLegend ? legendHeight : 0);
  const between = gap * (columns - 1) + 2 * edge;
  const around = top + bottom + rows * heading + gap * (rows - 1);
  const size = settings.figsize?.map(pixels);
  const width = columns * (size?.[0] ?? pixels(defaultWidth));
  const widest = (width - between) / columns;
  const height = size ? rows * size[1] : Math.round(around + rows * widest);
  const side = Math.max(20, Math.min(widest, (height - around) / rows));
  return { columns, rows, side, top, heading, width, height };
}

/** @returns the panel in its place, with its title above it */
function place(frame: Frame, square: Square, index: number): { panel: Panel; texts: TextItem[] } {
  const { columns, heading, side, top, width } = frame;
  const used = columns * side + (columns - 1) * gap;
  const x = (width - used) / 2 + (index % columns) * (side + gap);
  const y = top + heading + Math.floor(index / columns) * (side + heading + gap);
  const { title, ...content } = square;
  const margin = { top: 0, right: 0, bottom: 0, left: 0 };
  const panel: Panel = { x, y, width: side, height: side, margin, ...content };
  const [at, size] = [{ x: x + side / 2, y: y - 10 }, 14];
  if (title === '') return { panel, texts: [] };
  return { panel, texts: [{ ...at, text: title, size, anchor: 'middle', tone: 'text' }] };
}

export function mainTitle(title: string, width: number): TextItem[] {
  if (title === '') return [];
  const at = { x: width / 2, y: edge + 18 };
  return [{ ...at, text: title, size: 17, anchor: 'middle', tone: 'text', bold: true }];
}

const keyWidth = 18;
const keyGap = 20;
const keyText = 13;

/** The symbols and names of the classes, in the middle of the row; names give way where many. */
function legendRow(
  legend: readonly { class: number; name: string }[],
  width: number,
  y: number,
): { keys: KeyItem[]; texts: TextItem[] } {
  const widths = legend.map(({ name }) => keyWidth + textWidth(name, keyText) + keyGap);
  const total = widths.reduce((sum, each) => sum + each, -keyGap);
  const shrink = Math.min(1, (width - 2 * edge) / total);
  let x = (width - total * shrink) / 2;
  const keys: KeyItem[] = [];
  const texts: TextItem[] = [];
  for (const [i, { class: label, name }] of legend.entries()) {
    keys.push({ x: x + 6 * shrink, y, class: label });
    const at = { x: x + keyWidth * shrink, y: y + 4.5, size: keyText * shrink };
    texts.push({ ...at, text: name, anchor: 'start', tone: 'text' });
    x += widths[i] * shrink;
  }
  return { keys, texts };
}
