// Reads recorded files and folders, and recognises by content what each holds.
// in:  paths     out: cases, in the order of the files
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { lossCase, type LossLine, moduleCase, type ModuleLine } from './modules.js';
import { operatorCase, type OperatorLine, variantOf } from './operators.js';
import {
  optimizerCase,
  type OptimizerLine,
  schedulerCase,
  type SchedulerLine,
} from './optimizers.js';
import type { Case } from './outcome.js';
import { programCase, type ProgramLine } from './programs.js';
import { randomCase, type RandomLine } from './random.js';
import { type SpiralRun, spiralCases } from './spiral.js';
import { trainingCase, type TrainingLine } from './training.js';

type Json = Record<string, unknown>;

function filesUnder(path: string): string[] {
  if (!existsSync(path)) throw new Error(`no such file or folder: ${path}`);
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

function parse(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

/** One object, or one for each line; nothing where the file is no JSON. */
function objectsIn(path: string): Json[] {
  const text = readFileSync(path, 'utf8');
  if (!/^\s*\{/.test(text)) return [];
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const first = parse(lines[0]!);
  if (first === undefined) {
    const whole = parse(text);
    return whole === undefined ? [] : [whole];
  }
  return lines.map((line, i) => {
    const value = parse(line);
    if (value === undefined) throw new Error(`${path}:${i + 1}: not JSON`);
    return value;
  });
}

/** Numbers the cases of one name, over all files: 'Linear#1', 'Linear#2'. */
class Counter {
  private readonly counts = new Map<string, number>();

  next(kind: string, name: string): number {
    const count = (this.counts.get(`${kind}/${name}`) ?? 0) + 1;
    this.counts.set(`${kind}/${name}`, count);
    return count;
  }
}

function lineCase(line: Json, counter: Counter): Case | undefined {
  const value = line as unknown;
  const count = (kind: string) => counter.next(kind, String(line[kind]));
  // a training run names its loss, optimizer and scheduler too
  if ('training' in line) return trainingCase(value as TrainingLine);
  if ('op' in line && 'args' in line) {
    const operator = value as OperatorLine;
    return operatorCase(operator, counter.next('op', variantOf(operator)));
  }
  if ('program' in line) return programCase(value as ProgramLine);
  if ('module' in line) return moduleCase(value as ModuleLine, count('module'));
  if ('loss' in line) return lossCase(value as LossLine, count('loss'));
  if ('optimizer' in line) return optimizerCase(value as OptimizerLine, count('optimizer'));
  if ('scheduler' in line) return schedulerCase(value as SchedulerLine, count('scheduler'));
  return undefined;
}

function randomCases(path: string, lines: RandomLine[], counter: Counter): Case[] {
  const binary = path.replace(/\.json$/, '.bin');
  const file = existsSync(binary) && binary !== path ? readFileSync(binary) : undefined;
  return lines.map((line) => randomCase(line, counter.next('random', line.fn), file));
}

function spiralCasesOf(path: string, run: SpiralRun): Case[] {
  const text = (name: string) => readFileSync(join(dirname(path), `${name}.txt`), 'utf8');
  const texts = { 'linear-sgd': text('linear-sgd'), 'relu-adam': text('relu-adam') };
  return spiralCases(run, texts, basename(dirname(path)));
}

function casesIn(path: string, counter: Counter): Case[] {
  return objectsIn(path).flatMap((object) => {
    if (Array.isArray(object.cases)) {
      return randomCases(path, object.cases as RandomLine[], counter);
    }
    if ('relu-adam' in object && 'X' in object) {
      return spiralCasesOf(path, object as unknown as SpiralRun);
    }
    return lineCase(object, counter) ?? [];
  });
}

export function readCases(paths: string[]): Case[] {
  const counter = new Counter();
  return paths.flatMap(filesUnder).flatMap((path) => casesIn(path, counter));
}
