// The instructions of a kernel as a graph: equal values are one, each as far outside as it can be.
// in:  requests for values, in program order     out: scopes with their steps

import type { RoutineName } from '../../lower/routines.js';
import { unsigned } from './encoding/encoder.js';
import type { OpName, WasmType } from './encoding/opcodes.js';
import { opcodes } from './encoding/opcodes.js';

/** One instruction with its operands. `op` null reads a local that something else sets. */
export interface Value {
  readonly id: number;
  readonly op: OpName | null;
  readonly args: readonly Value[];
  readonly immediate: readonly number[];
  readonly type: WasmType;
  /** Where it is computed: before the loops in which it does not change. */
  readonly home: Scope;
  /** False: it reads memory or a variable, and must not move behind a later step. */
  readonly pure: boolean;
  /** How many side effects its scope had seen when it was made. */
  readonly epoch: number;
  /** What it reads besides its operands. */
  readonly source: Source | null;
  /** Of the .const instructions. */
  readonly constant: number | bigint | null;
  /** The local that holds it, once it has one. */
  local: number;
  uses: number;
  /** Some use is elsewhere than where it was made, so it needs a local. */
  escapes: boolean;
}

/** A local that grows by `by` with every turn of a loop: an address, or the loop's counter. */
export interface Induction {
  readonly value: Value;
  readonly start: Value;
  readonly by: number;
}

export type Step =
  | { readonly kind: 'define'; readonly value: Value }
  | { readonly kind: 'set'; readonly local: number; readonly value: Value }
  | {
      readonly kind: 'store';
      readonly op: OpName;
      readonly args: readonly Value[];
      readonly immediate: readonly number[];
    }
  | {
      readonly kind: 'loop';
      readonly scope: Scope;
      readonly counter: Induction;
      readonly end: Value;
      /** How many turns it has at most. */
      readonly turns: number;
    }
  | {
      readonly kind: 'if';
      readonly condition: Value;
      readonly scope: Scope;
      readonly rare: boolean;
    };

export interface Scope {
  readonly parent: Scope | null;
  readonly depth: number;
  /** The body of an `if`: memory that it reads may exist under its condition only. */
  readonly isGuard: boolean;
  /** A condition that hardly ever holds: nothing that
   *  stands behind it is computed in front of it. */
  readonly isRare: boolean;
  /** What the body of this loop changes: memories and variables, by name. */
  readonly changes: ReadonlySet<string>;
  readonly values: Map<string, Value>;
  readonly steps: Step[];
  readonly inductions: Induction[];
  epoch: number;
}

/** What an instruction reads besides its operands. */
export interface Source {
  readonly name: string;
  /** memory must not be read outside of the `if` that it stands in */
  readonly isMemory: boolean;
}

const noChanges: ReadonlySet<string> = new Set();

/**
 * Every request gives a value that is there already, or a new one in the scope where it belongs.
 * Keys hold the versions of what is read, so a load after a store is not the load before it.
 */
export class Builder {
  readonly localTypes: WasmType[] = [];
  readonly values: Value[] = [];
  readonly top: Scope;
  scope: Scope;
  /** Whether a product that is added may be rounded together with the sum. */
  relaxed = false;
  /** How many functions stand before this kernel's in the
   *  module, and which routines are the first of its own. */
  firstFunction = 0;
  readonly routines: RoutineName[] = [];
  private readonly versions = new Map<string, number>();

  /** The first locals are the parameters; `changing`: what the kernel changes anywhere. */
  constructor(
    readonly params: readonly WasmType[],
    readonly changing: ReadonlySet<string>,
  ) {
    this.top = this.scope = makeScope(null, false, noChanges);
  }

  newLocal(type: WasmType): number {
    this.localTypes.push(type);
    return this.params.length + this.localTypes.length - 1;
  }

  /** The value of an instruction: an equal one if there is one. */
  value(
    op: OpName,
    args: readonly Value[] = [],
    immediate: readonly number[] = [],
    source: Source | null = null,
    constant: number | bigint | null = null,
  ): Value {
    let key: string = op;
    for (let i = 0; i < args.length; i++) key += `,${args[i]!.id}`;
    for (let i = 0; i < immediate.length; i++) key += `/${immediate[i]}`;
    if (source !== null) key += this.versionKey(source);
    const home = this.homeOf(args, source);
    for (let s: Scope | null = this.scope; s !== null && s.depth >= home.depth; s = s.parent) {
      const known = s.values.get(key);
      if (known !== undefined) return known;
    }
    const pure = source === null && args.every((arg) => arg.pure);
    const made = this.make(op, args, immediate, opcodes[op].result!, home, pure, source, constant);
    home.values.set(key, made);
    home.steps.push({ kind: 'define', value: made });
    return made;
  }

  /** The result of a routine of float64. */
  call(name: RoutineName, args: readonly Value[]): Value {
    if (!this.routines.includes(name)) this.routines.push(name);
    const index = this.firstFunction + this.routines.indexOf(name);
    return this.value('f64.call', args, unsigned(index));
  }

  /** A local that is set elsewhere. With a source, its value of now; without, it never changes. */
  local(index: number, type: WasmType, home: Scope, source: Source | null = null): Value {
    const key = `local/${index}${source === null ? '' : this.versionKey(source)}`;
    const scope = source === null ? home : this.homeOf([], source, home.depth);
    for (let s: Scope | null = this.scope; s !== null && s.depth >= scope.depth; s = s.parent) {
      const known = s.values.get(key);
      if (known !== undefined) return known;
    }
    const pure = source === null;
    const made = this.make(null, [], pure ? [] : [index], type, scope, pure, source, null);
    if (pure) made.local = index;
    else scope.steps.push({ kind: 'define', value: made });
    scope.values.set(key, made);
    return made;
  }

  /** Appends a side effect that changes the named thing. */
  effect(step: Step, changed: string | null): void {
    this.scope.steps.push(step);
    this.scope.epoch++;
    if (changed !== null) this.bump(changed);
  }

  /** Runs `body` in a new scope; the caller appends the step that holds that scope. */
  inside(
    isGuard: boolean,
    changes: ReadonlySet<string>,
    body: (scope: Scope) => void,
    isRare = false,
  ): Scope {
    const scope = makeScope(this.scope, isGuard, changes, isRare);
    for (const name of changes) this.bump(name);
    this.scope = scope;
    body(scope);
    this.scope = scope.parent!;
    for (const name of changes) this.bump(name);
    return scope;
  }

  private versionKey({ name }: Source): string {
    return `@${name}.${this.versionOf(name)}`;
  }

  private bump(name: string): void {
    this.versions.set(name, this.versionOf(name) + 1);
  }

  private versionOf(name: string): number {
    return this.versions.get(name) ?? 0;
  }

  private make(
    op: OpName | null,
    args: readonly Value[],
    immediate: readonly number[],
    type: WasmType,
    home: Scope,
    pure: boolean,
    source: Source | null,
    constant: number | bigint | null,
  ): Value {
    const value: Value = {
      id: this.values.length,
      op,
      args,
      immediate,
      type,
      home,
      pure,
      source,
      constant,
      epoch: home.epoch,
      local: -1,
      uses: 0,
      escapes: false,
    };
    this.values.push(value);
    return value;
  }

  /** The outermost scope around here where the operands exist and the source does not change. */
  private homeOf(args: readonly Value[], source: Source | null, least = 0): Scope {
    let depth = least;
    for (let i = 0; i < args.length; i++) depth = Math.max(depth, args[i]!.home.depth);
    let scope = this.scope;
    while (scope.depth > depth) {
      if (scope.isRare) break;
      if (
        source !== null &&
        (scope.changes.has(source.name) || (source.isMemory && scope.isGuard))
      ) {
        break;
      }
      scope = scope.parent!;
    }
    return scope;
  }
}

function makeScope(
  parent: Scope | null,
  isGuard: boolean,
  changes: ReadonlySet<string>,
  isRare = false,
): Scope {
  return {
    parent,
    isGuard,
    isRare,
    changes,
    depth: parent === null ? 0 : parent.depth + 1,
    values: new Map(),
    steps: [],
    inductions: [],
    epoch: 0,
  };
}
