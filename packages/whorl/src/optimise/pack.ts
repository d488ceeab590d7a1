// Copies what a loop reads in every turn, scattered in memory, into scratch memory, side by side.
// in:  statements with tiles     out: statements that read panels; their values are the same
//
// The weights of a linear layer are read column by column, a matmul's second operand row by row:
// without a copy each load gathers four lanes, or meets another cache line than the one before.

import { add, fixed, keyOf, scale } from '../lower/index-algebra.js';
import type { Expr, Index, Kernel, Range, Scratch, Stmt } from '../lower/loop.js';
import { visitOnce } from '../lower/parts.js';
import type { Independent } from './independent.js';
import type { Names } from './names.js';
import { Rewriter } from './rewrite.js';
import type { Loop } from './unroll.js';

type Load = Extract<Expr, { kind: 'load' }>;

/** A load below a loop, with the loops between them. */
interface Found {
  readonly load: Load;
  readonly around: readonly Loop[];
}

interface Panel {
  readonly scratch: Scratch;
  readonly place: Index;
  readonly found: Found;
}

const mostBytes = 48 * 1024;
/** Copying pays when the copy is read at least so often. */
const leastTurns = 4;
/** What spans less stays in the first cache by itself. */
const cacheBytes = 48 * 1024;

export class Packer {
  private left: number;

  constructor(
    private readonly kernel: Kernel,
    private readonly names: Names,
    private readonly independent: Independent,
  ) {
    this.left = mostBytes - scratchBytes(kernel.body);
  }

  all(stmts: readonly Stmt[]): Stmt[] {
    return stmts.flatMap((stmt): Stmt[] => {
      if (stmt.kind === 'if') return [{ ...stmt, body: this.all(stmt.body) }];
      return stmt.kind === 'loop' ? this.loop(stmt) : [stmt];
    });
  }

  private loop(loop: Loop): Stmt[] {
    const swapped = swap(loop, this.independent);
    if (swapped !== null && this.panelsFor(loop).length === 0) {
      const [inner] = swapped.body as readonly Loop[];
      if (this.panelsFor(inner).length > 0) {
        return [{ ...swapped, body: this.packed(inner, this.panelsFor(inner)) }];
      }
    }
    const panels = this.panelsFor(loop);
    if (panels.length > 0) return this.packed(loop, panels);
    return loop.mode === 'vector' ? [loop] : [{ ...loop, body: this.all(loop.body) }];
  }

  private packed(loop: Loop, found: readonly Found[]): Stmt[] {
    const panels = new Map<string, Panel>();
    for (const one of found) {
      const panel = this.panel(one);
      this.left -= bytesOf(one);
      panels.set(keyOfLoad(one.load), panel);
    }
    const body = new Rewriter({
      ranges: new Map(),
      load: (load) => {
        const panel = panels.get(keyOfLoad(load));
        return panel === undefined
          ? null
          : { kind: 'peek', dtype: load.dtype, scratch: panel.scratch, index: panel.place };
      },
    }).all(loop.body);
    return [...[...panels.values()].map(copyInto), { ...loop, body }];
  }

  private panel(found: Found): Panel {
    const { dtype } = found.load;
    let length = 1;
    let place = fixed(0);
    for (const { range } of [...usedLoops(found)].reverse()) {
      place = add(scale(asIndex(range), length), place);
      length *= range.extent;
    }
    const scratch: Scratch = { kind: 'scratch', name: this.names.fresh('panel'), dtype, length };
    return { scratch, place, found };
  }

  /** The different loads below `loop` that are worth a copy in front of it, while there is room. */
  private panelsFor(loop: Loop): Found[] {
    if (loop.range.extent < leastTurns || loop.mode === 'vector') return [];
    const found = new Map<string, Found>();
    collect(loop.body, [], (one) => found.set(keyOfLoad(one.load), one));
    const worthy: Found[] = [];
    let room = this.left;
    for (const one of found.values()) {
      const isSteady =
        !this.kernel.buffers[one.load.buffer].written &&
        !mentions(one.load.index, loop.range) &&
        isSum(one.load.index);
      if (!isSteady || !isScattered(one) || bytesOf(one) > room) continue;
      room -= bytesOf(one);
      worthy.push(one);
    }
    return worthy;
  }
}

/** What the kernel's own scratch arrays take. */
function scratchBytes(stmts: readonly Stmt[], seen = new Set<string>()): number {
  let bytes = 0;
  for (const stmt of stmts) {
    if (stmt.kind === 'loop' || stmt.kind === 'if') bytes += scratchBytes(stmt.body, seen);
    if (stmt.kind !== 'poke' || seen.has(stmt.scratch.name)) continue;
    seen.add(stmt.scratch.name);
    bytes += stmt.scratch.length * sizeOf(stmt.scratch);
  }
  return bytes;
}

const sizeOf = ({ dtype }: Pick<Load, 'dtype'>): number =>
  dtype === 'float64' || dtype === 'int64' ? 8 : dtype === 'float32' || dtype === 'int32' ? 4 : 1;

const keyOfLoad = ({ buffer, index }: Load): string => `${buffer}:${keyOf(index)}`;

const asIndex = (range: Range): Index =>
  add(fixed(0), {
    constant: 0,
    terms: [{ coefficient: 1, atom: range }],
  });

const mentions = (index: Index, range: Range): boolean =>
  index.terms.some(({ atom }) => atom.kind === 'range' && atom.name === range.name);

const isSum = (index: Index): boolean => index.terms.every(({ atom }) => atom.kind === 'range');

/** The loops around the load that it depends on; the one that runs as lanes is the last. */
function usedLoops({ load, around }: Found): Loop[] {
  const used = around.filter(({ range }) => mentions(load.index, range));
  return [
    ...used.filter(({ mode }) => mode !== 'vector'),
    ...used.filter(({ mode }) => mode === 'vector'),
  ];
}

const bytesOf = (found: Found): number =>
  usedLoops(found).reduce((n, { range }) => n * range.extent, sizeOf(found.load));

/** Lanes that lie apart, or rows of lanes that lie far apart. */
function isScattered(found: Found): boolean {
  const { load } = found;
  if (sizeOf(load) < 4) return false;
  const used = usedLoops(found);
  const lanes = used[used.length - 1];
  if (lanes?.mode !== 'vector') return false;
  let span = 0;
  let lanesApart = 0;
  for (const { coefficient, atom } of load.index.terms) {
    const loop = used.find(({ range }) => atom.kind === 'range' && atom.name === range.name);
    if (loop === lanes) lanesApart = coefficient;
    else if (loop !== undefined) span += Math.abs(coefficient) * (loop.range.extent - 1);
  }
  return lanesApart !== 1 || (used.length > 1 && span * sizeOf(load) > cacheBytes);
}

function collect(
  stmts: readonly Stmt[],
  around: readonly Loop[],
  note: (found: Found) => void,
): void {
  for (const stmt of stmts) {
    if (stmt.kind === 'loop') collect(stmt.body, [...around, stmt], note);
    else if (stmt.kind !== 'if' && stmt.kind !== 'check') {
      for (const expr of visitOnce(stmt.value).keys()) {
        if (expr.kind === 'load') note({ load: expr, around });
      }
    }
  }
}

function copyInto({ scratch, place, found }: Panel): Stmt {
  let stmt: Stmt = { kind: 'poke', scratch, index: place, value: found.load };
  for (const { range, mode } of [...usedLoops(found)].reverse()) {
    stmt = { kind: 'loop', range, mode, body: [stmt] };
  }
  return stmt;
}

/** Two loops in the other order, where both may run in any order. */
function swap(outer: Loop, independent: Independent): Loop | null {
  const [inner] = outer.body;
  if (outer.body.length !== 1 || inner.kind !== 'loop') return null;
  if (outer.mode !== 'serial' || inner.mode !== 'serial') return null;
  if (!independent.has(outer.range.name) || !independent.has(inner.range.name)) return null;
  return { ...inner, body: [{ ...outer, body: inner.body }] };
}
