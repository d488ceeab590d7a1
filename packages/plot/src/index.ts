// @whorl/plot: figures of points in the plane, of what a model makes of it, and of how it learned.

export { plotBoundaries, plotModel, type TitledModel } from './boundaries.js';
export { plotCurves, type Run, type RunLabels } from './curves.js';
export { setDefault } from './defaults.js';
export type {
  CurveOptions,
  FigureOptions,
  ModelOptions,
  PlaneOptions,
  ThemeName,
} from './defaults.js';
export { Figure, type MimeBundle } from './figure.js';
export { plotData } from './points.js';
export type { Labels, Model, Points, TensorLike, Values } from './source.js';
