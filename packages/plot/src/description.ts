// What a figure shows, as plain data: every output (SVG, PNG, DOM node, notebook) is drawn from it.
// Lengths outside the panels are in pixels of 1/96 inch; inside a panel they are those of its axes.

import type { ThemeName } from './theme.js';

export interface Description {
  readonly width: number;
  readonly height: number;
  readonly dpi: number;
  readonly theme: ThemeName;
  /** One sentence for who does not see the figure. */
  readonly summary: string;
  readonly texts: readonly TextItem[];
  readonly keys: readonly KeyItem[];
  readonly panels: readonly Panel[];
}

export interface TextItem {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly size: number;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly tone: 'text' | 'muted';
  readonly bold?: boolean;
}

/** The shape and colour of a class beside its name, in the legend. */
export interface KeyItem {
  readonly x: number;
  readonly y: number;
  readonly class: number;
}

export interface Panel {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly margin: Margin;
  readonly xDomain: Range;
  readonly yDomain: Range;
  readonly layers: readonly Layer[];
}

export type Range = readonly [from: number, to: number];
export interface Margin {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** A rectangle of one class, in the units of the axes. */
export interface Cells {
  readonly x1: number;
  readonly x2: number;
  readonly y1: number;
  readonly y2: number;
}

export type Position = readonly [x: number, y: number];

/** Painted in the order in which they stand. */
export type Layer =
  | { readonly kind: 'cross' }
  | { readonly kind: 'axes'; readonly yFormat: 'number' | 'percent' }
  | { readonly kind: 'region'; readonly class: number; readonly cells: readonly Cells[] }
  | { readonly kind: 'borders'; readonly lines: readonly (readonly Position[])[] }
  | {
      readonly kind: 'points';
      readonly class: number;
      readonly size: number;
      readonly points: readonly Position[];
    }
  | {
      readonly kind: 'letter';
      readonly class: number;
      readonly at: Position;
      readonly text: string;
    }
  | {
      readonly kind: 'curve';
      readonly run: number;
      readonly points: readonly Position[];
    }
  | {
      readonly kind: 'label';
      readonly run: number;
      readonly at: Position;
      readonly text: string;
    };
