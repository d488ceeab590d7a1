// Options: their names, their defaults in one place, and a sentence for each one that does not fit.
// in:  what a caller wrote     out: complete, checked settings

import { type ThemeName, themes } from './theme.js';

export type { ThemeName } from './theme.js';

/** What every figure has. */
export interface FigureOptions {
  /** Drawn above the figure. */
  title?: string;
  /** Width and height in inches, of one panel. Default: 6.4 wide, as high as it needs to be. */
  figsize?: readonly [width: number, height: number];
  /** Pixels of a PNG per inch. Default: 160. */
  dpi?: number;
  /** Default: 'light'. 'dark' is black, as plot_lib's figures are. */
  theme?: ThemeName;
}

/** What figures of points in the plane have besides. */
export interface PlaneOptions extends FigureOptions {
  /** The axes reach from -1.1 to 1.1 times this. Default: 1, or what shows every point. */
  zoom?: number;
  /** Axes that fit the points instead of the origin. Default: false. */
  auto?: boolean;
  /** Radius of a point in pixels. Default: by the number of points. */
  size?: number;
  /** Names of the classes. Default: A, B, C ... */
  classes?: readonly string[];
  /** Whether the shapes are explained below. Default: true. */
  legend?: boolean;
}

export interface ModelOptions extends PlaneOptions {
  /** The model is asked in so many cells in each direction. Default: 220. */
  cells?: number;
  /** Whether each region carries its class's letter. Default: true. */
  letters?: boolean;
}

export interface CurveOptions extends FigureOptions {
  /** The words at the axes. Default: epoch, loss, accuracy. */
  labels?: { epoch?: string; loss?: string; accuracy?: string };
}

export interface Settings {
  title: string;
  figsize: readonly [number, number] | null;
  dpi: number;
  theme: ThemeName;
}

const settings: Settings = { title: '', figsize: null, dpi: 160, theme: 'light' };

type Check = (value: unknown) => boolean;
const isBetween = (low: number, high: number): Check => {
  return (value) => typeof value === 'number' && value >= low && value <= high;
};
const isInches = isBetween(0.5, 100);

/** Each option with what it takes, in words and as a question. */
const known: Record<string, readonly [expected: string, fits: Check]> = {
  title: ['a text', (value) => typeof value === 'string'],
  figsize: [
    'two numbers of inches, [width, height], each from 0.5 to 100',
    (value) => Array.isArray(value) && value.length === 2 && value.every(isInches),
  ],
  dpi: ['a number of pixels per inch from 10 to 1200', isBetween(10, 1200)],
  theme: [
    `one of ${Object.keys(themes)
      .map((name) => `'${name}'`)
      .join(', ')}`,
    (value) => typeof value === 'string' && Object.hasOwn(themes, value),
  ],
  zoom: ['a number above 0', isBetween(1e-6, 1e12)],
  auto: ['true or false', (value) => typeof value === 'boolean'],
  size: ['a radius in pixels from 0.1 to 100', isBetween(0.1, 100)],
  classes: [
    'a list of names',
    (value) => Array.isArray(value) && value.every((name) => typeof name === 'string'),
  ],
  legend: ['true or false', (value) => typeof value === 'boolean'],
  cells: [
    'a whole number from 2 to 1000',
    (value) => Number.isInteger(value) && isBetween(2, 1000)(value),
  ],
  letters: ['true or false', (value) => typeof value === 'boolean'],
  labels: ['{ epoch, loss, accuracy }', (value) => typeof value === 'object' && value !== null],
};

export const figureOptions = ['title', 'figsize', 'dpi', 'theme'] as const;
export const planeOptions = [
  ...figureOptions,
  'zoom',
  'auto',
  'size',
  'classes',
  'legend',
] as const;
export const modelOptions = [...planeOptions, 'cells', 'letters'] as const;
export const curveOptions = [...figureOptions, 'labels'] as const;

/** Throws a sentence for the first option that nobody reads or whose value does not fit. */
export function checkOptions(who: string, options: object, allowed: readonly string[]): void {
  for (const [name, value] of Object.entries(options)) {
    if (!allowed.includes(name)) {
      throw new TypeError(
        `${who}: there is no option '${name}'; the options are ${allowed.join(', ')}.`,
      );
    }
    const [expected, fits] = known[name];
    if (value === undefined || fits(value)) continue;
    throw new TypeError(`${who}: ${name} must be ${expected}, and is ${show(value)}.`);
  }
}

function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return String(value);
}

/**
 * Sets what figures look like from here on, as plot_lib's set_default does.
 * Figures made before keep their looks. Throws on unknown names and values that do not fit.
 */
export function setDefault(options: Omit<FigureOptions, 'title'> = {}): void {
  checkOptions('setDefault', options, figureOptions.slice(1));
  if (options.figsize !== undefined) settings.figsize = [...options.figsize] as [number, number];
  if (options.dpi !== undefined) settings.dpi = options.dpi;
  if (options.theme !== undefined) settings.theme = options.theme;
}

/** A figure's settings: what its caller wrote, and the defaults of this moment for the rest. */
export const settingsOf = (options: FigureOptions): Settings => ({
  title: options.title ?? settings.title,
  figsize: options.figsize ?? settings.figsize,
  dpi: options.dpi ?? settings.dpi,
  theme: options.theme ?? settings.theme,
});
