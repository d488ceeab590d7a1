// The plane that points are drawn in: square axes around the origin, its cross, the points above.
// in:  points, labels, options     out: the axes and layers of a panel, the rows of the legend

import type { PlaneOptions } from './defaults.js';
import type { Layer, Position, Range } from './description.js';
import { readLabels, readPoints } from './source.js';
import { classLetter } from './theme.js';

export interface Plane {
  readonly points: Float64Array;
  readonly labels: Int32Array;
  /** How many classes there are, empty ones included. */
  readonly count: number;
  readonly xDomain: Range;
  readonly yDomain: Range;
  readonly size: number;
}

/** The axes reach a tenth beyond the unit circle, as plot_lib's do. */
const reach = 1.1;

export async function readPlane(
  who: string,
  X: unknown,
  y: unknown,
  options: PlaneOptions,
): Promise<Plane> {
  const points = await readPoints(who, X);
  const named = options.classes ? options.classes.length : null;
  const labels = await readLabels(who, y, points.length / 2, named);
  const most = labels.reduce((found, label) => Math.max(found, label + 1), 0);
  const [xDomain, yDomain] = options.auto ? fitted(points) : centred(points, options.zoom);
  const size = options.size ?? sizeFor(labels.length);
  return { points, labels, count: named ?? most, xDomain, yDomain, size };
}

function centred(points: Float64Array, zoom: number | undefined): [Range, Range] {
  const farthest = points.reduce((far, value) => Math.max(far, Math.abs(value)), 0);
  const end = reach * (zoom ?? (farthest <= reach ? 1 : farthest));
  return [
    [-end, end],
    [-end, end],
  ];
}

/** As wide as high, around the middle of the points. */
function fitted(points: Float64Array): [Range, Range] {
  const [x, y] = [extent(points, 0), extent(points, 1)];
  const half = (Math.max(x[1] - x[0], y[1] - y[0]) / 2) * reach || 1;
  const around = ([low, high]: Range): Range => {
    const middle = (low + high) / 2;
    return [middle - half, middle + half];
  };
  return [around(x), around(y)];
}

function extent(points: Float64Array, offset: 0 | 1): Range {
  let [low, high] = [points[offset], points[offset]];
  for (let i = offset; i < points.length; i += 2) {
    low = Math.min(low, points[i]);
    high = Math.max(high, points[i]);
  }
  return [low, high];
}

/** Radius in pixels: a shape needs two to be seen, a crowd has no room for more. */
const sizeFor = (count: number): number =>
  Math.max(2.2, Math.min(4.5, 4.5 - Math.log2(Math.max(1, count / 250)) * 0.5));

/** A layer for each class that has points. */
export function pointLayers(plane: Plane): Layer[] {
  const byClass: Position[][] = Array.from({ length: plane.count }, () => []);
  for (const [i, label] of plane.labels.entries()) {
    byClass[label].push([plane.points[2 * i], plane.points[2 * i + 1]]);
  }
  return byClass.flatMap((points, label): Layer[] =>
    points.length === 0 ? [] : [{ kind: 'points', class: label, size: plane.size, points }],
  );
}

export function legendOf(plane: Plane, options: PlaneOptions): { class: number; name: string }[] {
  if (options.legend === false) return [];
  const names = options.classes ?? Array.from({ length: plane.count }, (_, i) => classLetter(i));
  return names.map((name, label) => ({ class: label, name }));
}

export const sentence = (plane: Plane): string => {
  const points = plane.labels.length === 1 ? '1 point' : `${plane.labels.length} points`;
  return `${points} in ${plane.count === 1 ? '1 class' : `${plane.count} classes`}`;
};
