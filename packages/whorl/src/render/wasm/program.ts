// Several kernels as one module, with functions that call them one after the other.
// in:  kernels, and the launches of each segment
// out: the bytes of a module, where arguments belong
//
// Each segment is an exported function
//   main<n>(args: i32, scratch: i32, isForked: i32): i32
// that runs its launches in order. All launches have their argument blocks in one
// area of memory, which starts at `args`. After a launch that can fail it looks at
// the status word: it gives the number of the launch from 1, and launches nothing
// more; 0 where all went well. Where `isForked` is not 0 a kernel with a parallel
// loop is left to env.fork(launch: i32), and is exported as k<n> for other threads.

import type { Kernel } from '../../ir/loop.js';
import { type Call, callOf } from './call.js';
import { control, encodeModule, type FunctionCode, signed, unsigned } from './encoding/encoder.js';
import { opcodes } from './encoding/opcodes.js';
import { kernelFunctions, type RenderOptions } from './render.js';

export interface ProgramSpec {
  /** Each once. */
  readonly kernels: readonly Kernel[];
  readonly segments: readonly (readonly ProgramLaunch[])[];
}

export interface ProgramLaunch {
  /** Which of the kernels. */
  readonly kernel: number;
  /** Whether it may set the status word. */
  readonly canFail: boolean;
}

export interface ProgramCode {
  readonly code: Uint8Array;
  /** The size of the area of all argument blocks. */
  readonly bytes: number;
  /** By number, through all segments: where its argument
   *  block starts in the area, and what lies there. */
  readonly launches: readonly PlacedLaunch[];
  readonly segments: number;
}

export interface PlacedLaunch {
  readonly kernel: number;
  readonly offset: number;
  readonly call: Call;
}

interface Body {
  /** Its number in the module. */
  readonly index: number;
  readonly call: Call;
}

const [args, scratch, isForked] = [0, 1, 2];
const fork = { name: 'fork', params: ['i32'] } as const;

export function renderProgram(
  { kernels, segments }: ProgramSpec,
  options: RenderOptions,
): ProgramCode {
  const calls = kernels.map(callOf);
  const imports = calls.some(({ blocks }) => blocks > 1) ? [fork] : [];
  const functions: FunctionCode[] = [];
  const bodies = kernels.map((kernel, i): Body => {
    const exportName = calls[i].blocks > 1 ? `k${i}` : null;
    const first = imports.length + functions.length;
    functions.push(...kernelFunctions(kernel, options, { exportName, first }));
    return { index: imports.length + functions.length - 1, call: calls[i] };
  });
  const { launches, bytes } = placeLaunches(segments.flat(), calls);
  let next = 0;
  segments.forEach((segment, i) => {
    const code = segment.flatMap((launch) => {
      const number = next++;
      return launchCode(launch, number, launches[number].offset, bodies, options.status);
    });
    functions.push({
      params: ['i32', 'i32', 'i32'],
      locals: [],
      code: Uint8Array.from([...code, ...constant(0)]),
      exportName: `main${i}`,
      result: 'i32',
    });
  });
  const code = encodeModule({ imports, functions, shared: options.shared });
  return { code, bytes, launches, segments: segments.length };
}

function placeLaunches(
  launches: readonly ProgramLaunch[],
  calls: readonly Call[],
): Pick<ProgramCode, 'launches' | 'bytes'> {
  let bytes = 0;
  const placed = launches.map(({ kernel }): PlacedLaunch => {
    const offset = bytes;
    bytes += Math.ceil(calls[kernel].bytes / 8) * 8;
    return { kernel, offset, call: calls[kernel] };
  });
  return { launches: placed, bytes };
}

const constant = (value: number): number[] => [...opcodes['i32.const'].bytes, ...signed(value)];

function launchCode(
  { kernel, canFail }: ProgramLaunch,
  number: number,
  offset: number,
  bodies: readonly Body[],
  status: number,
): number[] {
  const { index, call } = bodies[kernel];
  const here = [
    ...[...control.getLocal, args, ...constant(offset), ...opcodes['i32.add'].bytes],
    ...[...control.getLocal, scratch, ...constant(0), ...constant(call.blocks)],
    ...[...control.call, ...unsigned(index)],
  ];
  const run = call.blocks === 1 ? here : forkedCode(number, here);
  return canFail ? [...run, ...leaveIfFailed(number, status)] : run;
}

/** fork is the first function of a module that has it. */
const forkedCode = (number: number, here: readonly number[]): number[] => [
  ...[...control.getLocal, isForked, ...control.if],
  ...[...constant(number), ...control.call, ...unsigned(0)],
  ...[...control.else, ...here, ...control.end],
];

const leaveIfFailed = (number: number, status: number): number[] => [
  ...[...constant(status), ...opcodes['i32.load'].bytes, 2, 0, ...control.if],
  ...[...constant(number + 1), ...control.return, ...control.end],
];
