// plotData: points in the plane, each class in its colour and shape.
// in:  X [n, 2], y [n]     out: a figure

import { checkOptions, type PlaneOptions, planeOptions, settingsOf } from './defaults.js';
import { Figure } from './figure.js';
import { layOutSquares } from './layout.js';
import { legendOf, pointLayers, readPlane, sentence } from './plane.js';
import type { Labels, Points } from './source.js';

/**
 * Points in the plane. X: [n, 2]; y: [n] class numbers from 0. Tensors, nested or typed arrays.
 * Throws on empty data, lengths that differ, NaN, labels that are no class, unknown options.
 *
 *     const figure = await plotData(X, Y, { title: 'Spiral' });
 *     await writeFile('data.png', await figure.png());
 */
export async function plotData(X: Points, y: Labels, options: PlaneOptions = {}): Promise<Figure> {
  checkOptions('plotData', options, planeOptions);
  const settings = settingsOf(options);
  const plane = await readPlane('plotData', X, y, options);
  const { xDomain, yDomain } = plane;
  const layers = [{ kind: 'cross' } as const, ...pointLayers(plane)];
  const square = { title: '', xDomain, yDomain, layers };
  return new Figure(layOutSquares(settings, [square], legendOf(plane, options), sentence(plane)));
}
