// `whorl spiral`: both experiments of the exercise, with lines, logs, a closing table and figures.
// in:  settings     out: text on the terminal, files, an exit code

import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Points } from '../data/datasets.js';
import { datasets, manualSeed, setNumThreads } from '../index.js';
import { epochLine } from './epoch-line.js';
import { makeNetwork, type Network, train } from './experiment.js';
import { drawFigures, titleOf } from './figures.js';
import { type Messages, messages } from './messages.js';
import type { ModelName, SpiralOptions } from './options.js';
import { createProgress } from './progress.js';
import { closingTable } from './table.js';

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/**
 * One level at a time: Node's recursive mkdir never returns where the system refuses with ENOENT
 * (/proc).
 */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/** A sentence when a folder cannot be made or written to, before an hour of training is lost. */
function unwritable(folder: string | null, words: Messages): string | null {
  if (folder === null) return null;
  try {
    makeFolder(resolve(folder));
    accessSync(folder, constants.W_OK);
    return null;
  } catch (error) {
    return words.unwritable(folder, (error as NodeJS.ErrnoException).code ?? String(error));
  }
}

/** Ctrl-C once: the training ends and the figures are drawn; twice: the process ends. */
function listenForInterrupt(): { readonly isStopped: () => boolean; readonly done: () => void } {
  let stopped = false;
  const stop = () => {
    if (stopped) process.exit(130);
    stopped = true;
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    isStopped: () => stopped,
    done: () => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}

/** Exit codes: 0; 2 where nothing was begun; 130 after Ctrl-C, 128 + SIGINT as shells have it. */
export async function runSpiral(options: SpiralOptions): Promise<number> {
  const words = messages[options.lang];
  const problem = unwritable(options.out, words) ?? unwritable(options.log, words);
  if (problem !== null) {
    process.stderr.write(`${problem}\n`);
    return 2;
  }
  if (options.threads !== null) setNumThreads(options.threads);
  // drawn in the order of the exercise: the points, then each network's weights
  manualSeed(options.seed);
  const data = datasets.spiral({
    classes: options.classes,
    samplesPerClass: options.samples,
    noise: options.noise,
  });
  say(words.data(options.classes, options.samples, options.noise, options.seed));
  const interrupt = listenForInterrupt();
  const networks: Network[] = [];
  for (const name of options.models) {
    if (interrupt.isStopped()) break;
    networks.push(await runOne(name, options, data, words, interrupt.isStopped));
  }
  interrupt.done();
  await close(options, data, networks, words);
  return interrupt.isStopped() ? 130 : 0;
}

async function runOne(
  name: ModelName,
  options: SpiralOptions,
  data: Points,
  words: Messages,
  isStopped: () => boolean,
): Promise<Network> {
  const network = makeNetwork(name, options);
  const title = titleOf(network, words);
  say(words.training(title, options.epochs));
  const { epochs, lang, quiet } = options;
  const progress = createProgress({ epochs, lang, quiet, output: process.stdout });
  await train(network, data, epochs, progress.epoch, isStopped, options.compile);
  progress.finish();
  const broken = network.losses.findIndex((loss) => !Number.isFinite(loss));
  if (broken >= 0) process.stderr.write(`${words.notANumber(title, broken)}\n`);
  if (isStopped()) say(words.interrupted(network.losses.length - 1));
  if (options.log !== null) writeLog(options.log, network);
  return network;
}

function writeLog(folder: string, { name, optimizerName, losses, accuracies }: Network): void {
  const lines = losses.map((loss, epoch) => epochLine(epoch, loss, accuracies[epoch]!));
  writeFileSync(join(folder, `${name}-${optimizerName}.txt`), `${lines.join('\n')}\n`);
}

/** A network that was interrupted before its first epoch ended is left out. */
async function close(
  options: SpiralOptions,
  data: Points,
  networks: readonly Network[],
  words: Messages,
): Promise<void> {
  const results = networks
    .filter(({ losses }) => losses.length > 0)
    .map((network) => ({
      title: words[network.name],
      optimizer: network.optimizerName === 'sgd' ? 'SGD' : 'Adam',
      epochs: network.losses.length,
      loss: network.losses.at(-1)!,
      accuracy: network.accuracies.at(-1)!,
      bestAccuracy: network.accuracies.reduce((a, b) => Math.max(a, b), 0),
      seconds: network.seconds,
    }));
  if (results.length > 0) say(`\n${closingTable(results, options.lang)}\n`);
  if (options.log !== null) say(words.logsIn(resolve(options.log)));
  const files = await drawFigures(options, data, networks);
  if (files === null) {
    process.stderr.write(`${words.figuresNeed}\n`);
    return;
  }
  say(words.figuresIn(resolve(options.out)));
  for (const file of files) say(`  ${file}`);
}
