// Cuts a large kernel's outermost loop into blocks that threads may share.
// in:  statements whose lanes are chosen     out: the same turns, in one parallel loop
//
// The cut depends on the kernel alone, never on how many threads there are: the tiles that are made
// inside of the blocks are the same, and so is every bit. One parallel loop is all that a launch
// hands out: where the outermost loop comes in several pieces, its turns ask which one is theirs.

import { counter, fixed, scale, shift } from '../lower/index-algebra.js';
import type { Expr, Index, Range, Stmt } from '../lower/loop.js';
import { assignsOuter } from '../lower/parts.js';
import { accessesIn, isDisjoint } from './accesses.js';
import { copiesOf } from './copies.js';
import { statementsCost } from './cost.js';
import type { Names } from './names.js';
import type { Loop } from './unroll.js';

/** In instructions, about 100 us: waking a thread takes 5 to 15 us, and less work is not worth it. */
export const leastParallel = 300_000;
/** A tenth, about 10 us, makes a block: handing one out takes a fraction of a microsecond. */
const leastBlocks = 10;
const mostBlocks = 64;
/** With more rows than this in a block, what is packed for it is used often enough. */
const rowsInBlock = 32;
const fewBlocks = 16;

/** Some statements in a number of blocks of equal size. */
interface Piece {
  readonly blocks: number;
  readonly body: (block: Index) => readonly Stmt[];
}

/** How many statements stand before the one loop of the kernel; null where its turns are no blocks. */
export function leadOf(stmts: readonly Stmt[]): number | null {
  const loop = stmts[stmts.length - 1];
  const lead = stmts.slice(0, -1);
  if (loop?.kind !== 'loop' || loop.mode === 'parallel') return null;
  return lead.every(({ kind }) => kind === 'let') && isDivisible(loop) ? lead.length : null;
}

/** Independent turns; scratch memory that each turn fills for itself is each thread's own. */
function isDivisible({ range, body }: Loop): boolean {
  if (assignsOuter(body)) return false;
  const accesses = accessesIn(body);
  const written = new Set(accesses.filter(({ writes }) => writes).map(({ memory }) => memory));
  return [...new Set(accesses.map(({ memory }) => memory))].every((memory) => {
    const own = accesses.filter((access) => access.memory === memory);
    if (memory.startsWith('s:')) return own[0]!.writes;
    return !written.has(memory) || isDisjoint(own, range);
  });
}

/** `lead` definitions, then all pieces of the kernel's one loop. `cost`: of all; `least`: what is cut. */
export function cutIntoBlocks(
  stmts: readonly Stmt[],
  lead: number,
  { cost, least }: { readonly cost: number; readonly least: number },
  names: Names,
): readonly Stmt[] {
  const work = stmts.slice(lead);
  const total = statementsCost(work, null);
  const pieces: Piece[] = [];
  const left: Stmt[] = [];
  for (const stmt of work) {
    const share = statementsCost([stmt], null) / total;
    const most = Math.min(
      mostBlocks * share,
      leastBlocks * (least > 0 ? (cost * share) / least : Infinity),
    );
    const cut = stmt.kind === 'loop' && most >= 2 ? cutLoop(stmt, most, names) : null;
    if (cut === null) left.push(stmt);
    else pieces.push(cut.piece);
    left.push(...(cut?.rest ?? []));
  }
  if (pieces.length === 0) return stmts;
  if (left.length > 0) pieces.push({ blocks: 1, body: () => left });
  return [...stmts.slice(0, lead), together(pieces, names)];
}

/** All pieces in one loop. */
function together(pieces: readonly Piece[], names: Names): Stmt {
  const extent = pieces.reduce((sum, { blocks }) => sum + blocks, 0);
  const range: Range = { kind: 'range', name: names.fresh('block'), extent };
  const block = counter(range);
  if (pieces.length === 1) {
    return { kind: 'loop', range, mode: 'parallel', body: pieces[0]!.body(block) };
  }
  let lo = 0;
  const body = pieces.map((piece): Stmt => {
    const hi = lo + piece.blocks;
    const condition: Expr = { kind: 'inside', dtype: 'bool', index: block, lo, hi };
    const own = piece.body(shift(block, -lo));
    lo = hi;
    return { kind: 'if', condition, body: own };
  });
  return { kind: 'loop', range, mode: 'parallel', body };
}

/** At most `most` blocks, and the turns that are left over. */
function cutLoop(loop: Loop, most: number, names: Names): { piece: Piece; rest: Stmt[] } | null {
  const { range, mode, body } = loop;
  const size = blockSize(loop, most);
  const blocks = Math.floor(range.extent / size);
  if (blocks < 2) return null;
  const turns = (name: string, extent: number, first: Index, keeps: boolean): Stmt[] => {
    const own: Range = { kind: 'range', name, extent };
    const value = { ...first, terms: [...first.terms, ...counter(own).terms] };
    const [copy] = copiesOf(body, range.name, [value], names, keeps);
    return extent === 1 ? copy! : [{ kind: 'loop', range: own, mode, body: copy! }];
  };
  const done = blocks * size;
  return {
    piece: { blocks, body: (block) => turns(range.name, size, scale(block, size), true) },
    rest: done === range.extent ? [] : turns(range.name, range.extent - done, fixed(done), false),
  };
}

/** Whole vectors or tiles of rows; without a rest where a somewhat larger block leaves none. */
function blockSize({ range: { extent }, mode }: Loop, most: number): number {
  const wanted = mode === 'vector' ? mostBlocks : Math.max(extent / rowsInBlock, fewBlocks);
  const lanes = extent >= 256 ? 32 : 8;
  const step = mode === 'vector' ? lanes : extent >= 64 ? 8 : extent >= 32 ? 4 : 1;
  const least = Math.ceil(extent / Math.min(most, wanted) / step) * step;
  for (let size = least; size < 2 * least; size += step) if (extent % size === 0) return size;
  return least;
}
