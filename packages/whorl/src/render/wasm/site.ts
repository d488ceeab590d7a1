// Where a renderer stands in a kernel: what the names mean there, and whether lanes are computed.
// in:  a kernel     out: its builder, the function's parameters as values, bindings by name

import type { DType } from '../../graph/dtype.js';
import type { Expr, Kernel, Scratch, Stmt } from '../../ir/loop.js';
import { scratchesIn, scratchSize } from '../../ir/names.js';
import type { Slot } from './call.js';
import { callOf } from './call.js';
import { i32 } from './constants.js';
import { unsigned } from './encoding/encoder.js';
import type { WasmType } from './encoding/opcodes.js';
import type { Operand } from './registers.js';
import type { Induction, Scope, Source, Value } from './value.js';
import { Builder } from './value.js';

/** What a name stands for: a value, or the locals of a variable. */
export type Binding =
  | { readonly kind: 'let'; readonly operand: Operand }
  | {
      readonly kind: 'var';
      readonly dtype: DType;
      readonly varying: boolean;
      readonly locals: readonly number[];
      readonly home: Scope;
    };

/** A loop whose body is being written. */
export interface OpenLoop {
  readonly scope: Scope;
  readonly counter: Induction;
}

export interface Site {
  readonly b: Builder;
  readonly kernel: Kernel;
  readonly pointers: readonly Value[];
  readonly params: readonly Value[];
  readonly scratch: Value;
  readonly status: Value;
  /** Whether addresses are checked, see bounds.ts. */
  readonly isBounded: boolean;
  /** Which turns of the parallel loop to run. */
  readonly from: Value;
  readonly to: Value;
  /** Where a scratch array starts, in bytes. */
  readonly scratchOffsets: ReadonlyMap<string, number>;
  readonly names: Map<string, Binding>;
  readonly ranges: Map<string, Value>;
  readonly loops: Map<Value, OpenLoop>;
  readonly changes: Changes;
  /** The operand that an expression gives here. */
  readonly evaluate: (site: Site, expr: Expr) => Operand;
  /** The range whose lanes are computed together, or null: everything is scalar. */
  vector: string | null;
  /** Inside an `if` of a vector loop: the one lane that is computed. */
  lane: number | null;
  /** What expression objects of the current statement gave. */
  readonly memo: Map<Expr, Operand>;
}

export const bufferSource = (buffer: number): Source => ({ name: `b${buffer}`, isMemory: true });
export const scratchSource = (scratch: Scratch): Source => ({
  name: `s:${scratch.name}`,
  isMemory: true,
});
export const varSource = (name: string): Source => ({ name: `v:${name}`, isMemory: false });

type Changes = (stmts: readonly Stmt[]) => ReadonlySet<string>;

/** Remembers what each list of statements changes: asked at every loop. */
export function changesOnce(): Changes {
  const known = new Map<readonly Stmt[], ReadonlySet<string>>();
  const changes: Changes = (stmts) => {
    const found = known.get(stmts);
    if (found !== undefined) return found;
    const names = new Set<string>();
    for (const stmt of stmts) addChanges(stmt, names, changes);
    known.set(stmts, names);
    return names;
  };
  return changes;
}

function addChanges(stmt: Stmt, names: Set<string>, changes: Changes): void {
  switch (stmt.kind) {
    case 'loop':
    case 'if':
      for (const name of changes(stmt.body)) names.add(name);
      break;
    case 'var':
    case 'assign':
      names.add(varSource(stmt.local.name).name);
      break;
    case 'store':
      names.add(bufferSource(stmt.buffer).name);
      break;
    case 'poke':
      names.add(scratchSource(stmt.scratch).name);
      break;
    case 'let':
    case 'check':
      break;
  }
}

/** Scratch arrays lie one after the other, each 16-byte aligned. */
function layScratch({ name: kernel, body }: Kernel, room: number): Map<string, number> {
  const offsets = new Map<string, number>();
  let end = 0;
  for (const scratch of scratchesIn(body)) {
    offsets.set(scratch.name, end);
    end += Math.ceil(scratchSize(scratch) / 16) * 16;
  }
  // behind it lie other people's values
  if (end > room) {
    throw new Error(`kernel ${kernel} wants ${end} bytes of scratch memory, there are ${room}`);
  }
  return offsets;
}

/** A local for each argument, set at the start, that never changes afterwards. */
function readArguments(b: Builder, args: Value, kernel: Kernel): Pick<Site, 'pointers' | 'params'> {
  const call = callOf(kernel);
  const read = ({ offset, type }: Slot): Value => {
    const local = b.newLocal(type);
    const value = b.value(`${type}.load`, [args], [0, ...unsigned(offset)], argumentSource);
    b.effect({ kind: 'set', local, value }, null);
    return b.local(local, type, b.top);
  };
  return {
    pointers: call.buffers.map((offset) => read({ offset, type: 'i32' })),
    params: call.params.map(read),
  };
}

const argumentSource: Source = { name: 'arguments', isMemory: true };

/** What a kernel's memory looks like. */
export interface Around {
  /** The address of the status word. */
  readonly status: number;
  /** How much memory the scratch address offers. */
  readonly scratchBytes: number;
  readonly bounded: boolean;
}

/** The function's parameters: the argument block, scratch memory, the first block and the end. */
export function siteOf(
  kernel: Kernel,
  { status, scratchBytes, bounded }: Around,
  evaluate: Site['evaluate'],
): Site {
  const types: WasmType[] = ['i32', 'i32', 'i32', 'i32'];
  const changes = changesOnce();
  const b = new Builder(types, changes(kernel.body));
  const [args, scratch, from, to] = types.map((type, i) => b.local(i, type, b.top));
  return {
    b,
    kernel,
    changes,
    evaluate,
    scratchOffsets: layScratch(kernel, scratchBytes),
    ...readArguments(b, args, kernel),
    scratch,
    status: i32(b, status),
    isBounded: bounded,
    from,
    to,
    names: new Map(),
    ranges: new Map(),
    loops: new Map(),
    memo: new Map(),
    vector: null,
    lane: null,
  };
}
