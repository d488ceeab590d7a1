// WHORL_DEBUG: prints what each flush did.
// in:  a level, the records of flushes     out: lines on stderr
//
// 1 one line per flush: kernels, milliseconds, bytes in use; errors in values name the user's line
// 2 and every kernel: its name, milliseconds, what it stores, bytes read and written
// 3 and the graph of the flush
// 4 and the loops of every kernel

import { tracing } from '../../graph/node.js';
import { describeKernel } from '../../ir/print.js';
import { type FlushRecord, type KernelRecord, observeFlushes } from './record.js';
import { setting } from './setting.js';

let stop: (() => void) | null = null;
let flushes = 0;

const milliseconds = (time: number): string => `${time.toFixed(3)} ms`;
const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;

function kernelLines(
  { name, kernel, stores, bytesRead, bytesWritten, time }: KernelRecord,
  level: number,
): string[] {
  const own = time === null ? '' : ` ${milliseconds(time)},`;
  const head =
    `  ${name}:${own} stores ${stores.join(', ')}; reads ${kilobytes(bytesRead)}, writes ` +
    `${kilobytes(bytesWritten)}`;
  return level >= 4 && kernel !== null ? [head, indented(describeKernel(kernel))] : [head];
}

const indented = (text: string): string => text.replace(/^/gm, '    ');

/** A flush as text, at a level of detail. */
export function describeFlush(record: FlushRecord, level: number): string {
  const { kernels, time, isKnown, planning, bytesInUse, graph } = record;
  const count = `${kernels.length} kernel${kernels.length === 1 ? '' : 's'}`;
  const news = isKnown ? '' : ` (new structure: ${milliseconds(planning)} until it could run)`;
  const lines = [
    `flush ${flushes}: ${count}, ${milliseconds(time)}${news}, ${kilobytes(bytesInUse)} in use`,
  ];
  if (level >= 3) lines.push(...graph.map((line) => `  ${line}`));
  if (level >= 2) for (const kernel of kernels) lines.push(...kernelLines(kernel, level));
  return lines.join('\n');
}

/** Prints flushes from here on; 0 stops it. Also by the environment variable WHORL_DEBUG. */
export function setDebug(level: number): void {
  stop?.();
  stop = null;
  tracing.stacks = level >= 1;
  if (level < 1) return;
  stop = observeFlushes((record) => {
    flushes++;
    console.error(describeFlush(record, level));
  });
}

const wanted = Number(setting('WHORL_DEBUG') ?? 0);
if (wanted >= 1) setDebug(wanted);
