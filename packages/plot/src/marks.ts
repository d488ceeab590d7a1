// How each kind of layer is painted: a row for each, in Observable Plot's marks.
// in:  a layer, a theme     out: marks

import * as Plot from '@observablehq/plot';
import type { Layer } from './description.js';
import { classSymbol } from './symbols.js';
import { classColour, regionColour, runDash, type Theme } from './theme.js';

type Kind = Layer['kind'];
type Painter<K extends Kind> = (layer: Extract<Layer, { kind: K }>, theme: Theme) => Plot.Markish[];

/** One pixel around a point sets it off from a foreign region; a crowd of small ones gets less. */
const haloOf = (size: number): number => Math.min(1, size / 4);

const painters: { readonly [K in Kind]: Painter<K> } = {
  cross: (_, theme) => [
    Plot.ruleX([0], { stroke: theme.cross, strokeWidth: 1 }),
    Plot.ruleY([0], { stroke: theme.cross, strokeWidth: 1 }),
  ],
  axes: ({ yFormat }, theme) => {
    const ticks = { color: theme.muted, fontSize: 12, tickSize: 4, label: null };
    return [
      Plot.gridY({ stroke: theme.grid, strokeOpacity: 1, ticks: 5 }),
      Plot.axisX({ ...ticks, ticks: 6 }),
      Plot.axisY({ ...ticks, ticks: 5, ...(yFormat === 'percent' ? { tickFormat: '.0%' } : {}) }),
    ];
  },
  region: ({ cells, class: label }, theme) => [
    Plot.rect(cells, {
      x1: 'x1',
      x2: 'x2',
      y1: 'y1',
      y2: 'y2',
      fill: regionColour(theme, label),
      // No pixel between neighbours is half covered, nor left out where an edge is rounded.
      shapeRendering: 'crispEdges',
      inset: -0.01,
      className: `region-${label}`,
    }),
  ],
  borders: ({ lines }, theme) => [
    Plot.line(
      lines.flatMap((line, index) => line.map(([x, y]) => ({ x, y, index }))),
      {
        x: 'x',
        y: 'y',
        z: 'index',
        stroke: theme.border,
        strokeWidth: 1.5,
        strokeLinejoin: 'round',
        strokeLinecap: 'round',
        className: 'borders',
      },
    ),
  ],
  points: ({ points, size, class: label }, theme) => [
    Plot.dot(points, {
      x: '0',
      y: '1',
      r: size,
      symbol: classSymbol(label) as unknown as Plot.SymbolType,
      fill: classColour(theme, label),
      stroke: theme.background,
      strokeWidth: 2 * haloOf(size),
      paintOrder: 'stroke',
      className: `points-${label}`,
    }),
  ],
  letter: ({ at, class: label, text }, theme) => [
    Plot.text([at], {
      x: '0',
      y: '1',
      text: () => text,
      fontSize: 20,
      fontWeight: 'bold',
      fill: classColour(theme, label),
      stroke: theme.background,
      strokeWidth: 4,
      className: `letter-${label}`,
    }),
  ],
  curve: ({ points, run }, theme) => [
    Plot.line(points, {
      x: '0',
      y: '1',
      stroke: classColour(theme, run),
      strokeWidth: 1.8,
      strokeDasharray: runDash(run) || undefined,
      strokeLinejoin: 'round',
      className: `run-${run}`,
    }),
  ],
  label: ({ at, run, text }, theme) => [
    Plot.text([at], {
      x: '0',
      y: '1',
      text: () => text,
      dx: 6,
      textAnchor: 'start',
      fontSize: 12,
      fill: classColour(theme, run),
      className: `name-${run}`,
    }),
  ],
};

export const marksOf = (layer: Layer, theme: Theme): Plot.Markish[] =>
  (painters[layer.kind] as Painter<Kind>)(layer, theme);
