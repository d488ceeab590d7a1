// Cuts a large kernel's outermost loop into blocks that threads may share.
// in:  statements with lanes, tiles and panels     out: the same turns, in one parallel loop
//
// The cut depends on the kernel alone, never on how many threads there are, and a turn is a whole
// tile by now: every bit is that of the uncut loop. One parallel loop is all that a launch hands out:
// where the loop has become several pieces, its turns ask which one is theirs; what is left over is
// one block more. Panels are filled in front of it, by each thread for itself.

import { counter, fixed, scale, shift } from '../lower/index-algebra.js';
import type { Expr, Index, Range, Stmt } from '../lower/loop.js';
import { assignsOuter } from '../lower/parts.js';
import { accessesIn, isDisjoint } from './accesses.js';
import { copiesOf } from './copies.js';
import { statementsCost } from './cost.js';
import type { Names } from './names.js';
import { stemOf } from './names.js';
import type { Loop } from './unroll.js';

/** In instructions, about 100 us: waking a thread takes 5 to 15 us, and less work is not worth it. */
export const leastParallel = 300_000;
/** A tenth, about 10 us, makes a block: handing one out takes a fraction of a microsecond. */
const leastBlocks = 10;
const mostBlocks = 64;

/** Some statements in a number of blocks of equal size. */
interface Piece {
  readonly blocks: number;
  readonly body: (block: Index) => readonly Stmt[];
}

/** What of a kernel may be cut. */
export interface Divisible {
  /** How many definitions stand in front of everything. */
  readonly lead: number;
  /** What the names of its loop's pieces begin with. */
  readonly stem: string;
}

/** Definitions, then one loop of independent turns; null where it is anything else. */
export function divisible(stmts: readonly Stmt[]): Divisible | null {
  const loop = stmts[stmts.length - 1];
  const lead = stmts.slice(0, -1);
  if (loop?.kind !== 'loop' || loop.mode === 'parallel') return null;
  if (!lead.every(({ kind }) => kind === 'let') || !isDivisible(loop)) return null;
  return { lead: lead.length, stem: stemOf(loop.range.name) };
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

/** A statement in front of the packer and what that made of it: copies, then the statement. */
export interface Packed {
  readonly before: Stmt;
  readonly after: readonly Stmt[];
}

/** About how many instructions everything takes, and with how many a cut begins to pay. */
export interface Effort {
  readonly cost: number;
  readonly least: number;
}

/** Statements that all come from the one loop; null where no piece of it is worth a cut. */
export function cutIntoBlocks(
  work: readonly Packed[],
  { lead, stem }: Divisible,
  { cost, least }: Effort,
  names: Names,
): Stmt[] | null {
  const total = statementsCost(
    work.map(({ before }) => before),
    null,
  );
  const blocks = Math.min(mostBlocks, least > 0 ? (leastBlocks * cost) / least : mostBlocks);
  const front = work.slice(0, lead).flatMap(({ after }) => after);
  const pieces: Piece[] = [];
  const left: Stmt[] = [];
  for (const { before, after } of work.slice(lead)) {
    const most = (blocks * statementsCost([before], null)) / total;
    const isPiece = before.kind === 'loop' && stemOf(before.range.name) === stem && most >= 2;
    const part = isPiece ? cutLoop(after[after.length - 1] as Loop, most, names) : null;
    if (part === null) left.push(...after);
    else {
      front.push(...after.slice(0, -1));
      pieces.push(part.piece);
      left.push(...part.rest);
    }
  }
  if (pieces.length === 0) return null;
  if (left.length > 0) pieces.push({ blocks: 1, body: () => left });
  return [...front, together(pieces, names)];
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

/** Whole vectors, a few at once; without a rest where a somewhat larger block leaves none. */
function blockSize({ range: { extent }, mode }: Loop, most: number): number {
  const step = mode !== 'vector' ? 1 : extent >= 256 ? 32 : 8;
  const least = Math.ceil(extent / most / step) * step;
  for (let size = least; size < 2 * least; size += step) if (extent % size === 0) return size;
  return least;
}
