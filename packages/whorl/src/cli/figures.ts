// The figures of a run: data, boundaries, curves, each as SVG and PNG.
// in:  data and trained networks     out: files in a folder, and their names

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Points } from '../data/datasets.js';
import type { Network } from './experiment.js';
import { type Messages, messages } from './messages.js';
import type { SpiralOptions } from './options.js';

interface Figure {
  svg(): Promise<string>;
  png(): Promise<Uint8Array>;
}

/**
 * The part of @whorl/plot that is used. It is asked for by name: the library does not depend on it.
 */
interface Plot {
  plotData(X: unknown, y: unknown, options: object): Promise<Figure>;
  plotModel(X: unknown, y: unknown, model: unknown, options: object): Promise<Figure>;
  plotBoundaries(
    models: readonly object[],
    X: unknown,
    y: unknown,
    options?: object,
  ): Promise<Figure>;
  plotCurves(runs: readonly object[], options: object): Promise<Figure>;
}

/** The plot package, or null where it is not installed. */
async function loadPlot(): Promise<Plot | null> {
  // in a variable: of a literal the compiler and bundlers want to know the module
  const name = '@whorl/plot';
  try {
    return (await import(name)) as Plot;
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND') return null;
    throw error;
  }
}

export const titleOf = (network: Network, words: Messages): string =>
  `${words[network.name]} (${network.optimizerName === 'sgd' ? 'SGD' : 'Adam'})`;

/** Writes the figures and gives their names; null where @whorl/plot is missing. */
export async function drawFigures(
  options: SpiralOptions,
  { X, Y }: Points,
  networks: readonly Network[],
): Promise<string[] | null> {
  const plot = await loadPlot();
  if (plot === null) return null;
  const words = messages[options.lang];
  const trained = networks.filter(({ losses }) => losses.length > 0);
  const models = trained.map((network) => ({
    title: titleOf(network, words),
    model: network.model,
  }));
  const figures: [string, Promise<Figure>][] = [
    ['data', plot.plotData(X, Y, { title: words.dataTitle })],
  ];
  for (const [i, { name }] of trained.entries()) {
    figures.push([
      `boundary-${name}`,
      plot.plotModel(X, Y, models[i]!.model, { title: models[i]!.title }),
    ]);
  }
  if (models.length > 1) {
    figures.push([
      'boundaries',
      plot.plotBoundaries(models, X, Y, { title: words.boundariesTitle }),
    ]);
  }
  if (trained.length > 0)
    figures.push(['curves', plot.plotCurves(runsOf(trained, words), curveOptions(words))]);
  return (
    await Promise.all(figures.map(([name, figure]) => save(options.out, name, figure)))
  ).flat();
}

const runsOf = (networks: readonly Network[], words: Messages) =>
  networks.map((network) => ({
    title: titleOf(network, words),
    loss: network.losses,
    accuracy: network.accuracies,
  }));

const curveOptions = (words: Messages) => ({
  title: words.curvesTitle,
  labels: { epoch: words.epoch, loss: words.loss, accuracy: words.accuracy },
});

async function save(folder: string, name: string, pending: Promise<Figure>): Promise<string[]> {
  const figure = await pending;
  const [svg, png] = [`${name}.svg`, `${name}.png`];
  await writeFile(join(folder, svg), await figure.svg());
  await writeFile(join(folder, png), await figure.png());
  return [svg, png];
}
