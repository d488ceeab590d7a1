// The looks: what colour a class has on paper and on black, and what tells it apart without colour.
// in:  the name of a theme, the number of a class     out: colours, letters, dashes

/** Colours as #RRGGBB; every colour of a class stands out from the background by 3:1 or more. */
export interface Theme {
  readonly background: string;
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  /** The cross through the origin. */
  readonly cross: string;
  readonly border: string;
  /** How much of a class's colour its region is painted with. */
  readonly tint: number;
  readonly classes: readonly string[];
}

export type ThemeName = 'light' | 'dark';

// The first four were chosen together, to differ for colour-blind eyes too; all ten have their shapes.
const onPaper =
  '#0A3D78 #C4560A #12866B #B06BB3 #7A1030 #3C93E0 #4E5400 #5A5F66 #E0478C #4A2A9A'.split(' ');
const onBlack =
  '#4F7BE8 #F0743A #A5EDBF #B07FAE #F2D64B #D8405F #6FC9F2 #F4F4F4 #7F9A2E #9A8F7A'.split(' ');

export const themes: Readonly<Record<ThemeName, Theme>> = {
  light: {
    background: '#FFFFFF',
    text: '#1A1F2B',
    muted: '#555E6E',
    grid: '#E3E6EB',
    cross: '#B4BAC4',
    border: '#1A1F2B',
    tint: 0.15,
    classes: onPaper,
  },
  dark: {
    background: '#000000',
    text: '#E6EAF2',
    muted: '#A3ABBA',
    grid: '#2A2F3A',
    cross: '#4A4F5A',
    border: '#E6EAF2',
    tint: 0.3,
    classes: onBlack,
  },
};

/** Colours repeat after ten classes, in another order than the shapes, so that pairs stay unique. */
export function classColour(theme: Theme, index: number): string {
  const count = theme.classes.length;
  return theme.classes[(index + 3 * Math.floor(index / count)) % count];
}

/** A region is painted opaque in the mixed colour: transparent rectangles would show their seams. */
export function regionColour(theme: Theme, index: number): string {
  const front = channels(classColour(theme, index));
  const mixed = channels(theme.background).map((back, i) => {
    return Math.round(back + (front[i] - back) * theme.tint);
  });
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`.toUpperCase();
}

const channels = (colour: string): number[] =>
  [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));

/** A, B, C ..., and plain numbers where the alphabet ends. */
export const classLetter = (index: number): string =>
  index < 26 ? String.fromCharCode(65 + index) : String(index);

/** How the line of the n-th run is interrupted; the first is solid. */
const dashes = ['', '7 4', '2 3', '11 3 2 3', '14 5', '5 2 1 2 1 2', '4 6', '16 3 5 3'];

export const runDash = (index: number): string => dashes[index % dashes.length];
