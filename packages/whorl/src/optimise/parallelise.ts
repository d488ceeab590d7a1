// Cuts a large kernel's outermost loop into blocks that threads may share.
// in:  statements with lanes, tiles and panels     out: the same turns, in one parallel loop
//
// The cut depends on the kernel alone, never on how many threads there are, and a turn is a whole
// tile by now: every bit is that of the uncut loop. One parallel loop is all that a launch
// hands out: where the loop has become several pieces, its turns ask which one is theirs; what
// is left over is one block more. Panels are filled in front of it, by each thread for itself.

import { counter, fixed, scale, shift } from '../ir/index-algebra.js';
import type { Expr, Index, Loop, Range, Stmt } from '../ir/loop.js';
import { assignsOuter, everyPart, someStmt } from '../ir/walk.js';
import { accessesIn, filledIn, isDisjoint } from './accesses.js';
import { copiesOf } from './copies.js';
import { statementsCost } from './cost.js';
import { type Names, originOf, pieceOf } from '../ir/names.js';

/** A tenth of what threads are worth waking for makes a block: handing one out takes far less. */
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
  /** The kernel's one loop, as it was lowered. */
  readonly loop: string;
  /** That loop and those that are all that stands in it: passes may leave any of them outermost. */
  readonly nest: ReadonlySet<string>;
}

/** Definitions, then one loop of independent turns; null where it is anything else. */
export function divisible(stmts: readonly Stmt[]): Divisible | null {
  const loop = stmts[stmts.length - 1];
  const lead = stmts.slice(0, -1);
  if (loop?.kind !== 'loop' || loop.mode === 'parallel') return null;
  if (!lead.every(({ kind }) => kind === 'let') || !isDivisible(loop)) return null;
  if (readsWhatIsWritten(lead, loop)) return null;
  const nest = new Set([originOf(loop.range)]);
  for (let outer = loop; outer.body.length === 1; ) {
    const [inner] = outer.body;
    if (inner!.kind !== 'loop' || !isDivisible(inner!)) break;
    nest.add(originOf(inner!.range));
    outer = inner!;
  }
  return { lead: lead.length, loop: originOf(loop.range), nest };
}

/** Each thread computes the definitions for itself, when others may have written already. */
function readsWhatIsWritten(lead: readonly Stmt[], loop: Loop): boolean {
  const written = writtenIn(loop.body);
  return accessesIn(lead).some(({ memory }) => written.has(memory));
}

const writtenIn = (stmts: readonly Stmt[]): Set<string> =>
  new Set(
    accessesIn(stmts)
      .filter(({ writes }) => writes)
      .map(({ memory }) => memory),
  );

/** Independent turns; scratch memory that each turn fills for itself is each thread's own. */
function isDivisible({ range, body }: Loop): boolean {
  if (assignsOuter(body)) return false;
  const accesses = accessesIn(body);
  const written = new Set(accesses.filter(({ writes }) => writes).map(({ memory }) => memory));
  return [...new Set(accesses.map(({ memory }) => memory))].every((memory) => {
    const own = accesses.filter((access) => access.memory === memory);
    if (own[0]!.isScratch) return own[0]!.writes;
    return !written.has(memory) || isDisjoint(own, range);
  });
}

/** A statement in front of the packer and what that
 *  made of it: copies, and loops that read them. */
export interface Made {
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
  work: readonly Made[],
  { lead, loop, nest }: Divisible,
  { cost, least }: Effort,
  names: Names,
): Stmt[] | null {
  const befores = work.map(({ before }) => before);
  const blocks = Math.min(mostBlocks, least > 0 ? (leastBlocks * cost) / least : mostBlocks);
  const each = blocks / statementsCost(befores, null);
  const cuts = new Cuts(loop, writtenIn(befores), names);
  for (const { before, after } of work.slice(lead)) {
    const isPiece = before.kind === 'loop' && nest.has(originOf(before.range));
    const isOne = isPiece && (isOneNest(before, nest) || areApart(after));
    cuts.add(after, isOne ? each * statementsCost([before], null) : 0);
  }
  if (cuts.pieces.length === 0) return null;
  const definitions = work.slice(0, lead).flatMap(({ after }) => after);
  return [...definitions, ...cuts.front, together(cuts.all(), names)];
}

/** Pieces so far, and what is not worth a cut: that is done by one block, in its order. */
class Cuts {
  readonly pieces: Piece[] = [];
  /** Copies that the blocks read, each in scratch memory of its own, and definitions. */
  readonly front: Stmt[] = [];
  private readonly left: Stmt[] = [];
  /** Names that those define. */
  private readonly kept = new Set<string>();
  /** Scratch memory filled in front, and any so far. */
  private readonly inFront = new Set<string>();
  private readonly used = new Set<string>();

  constructor(
    /** The loop whose turns may be cut whatever they fill for themselves. */
    private readonly loop: string,
    /** What the kernel writes, whichever thread does. */
    private readonly written: ReadonlySet<string>,
    private readonly names: Names,
  ) {}

  /** Copies and loops that belong together, in at most so many blocks. */
  add(stmts: readonly Stmt[], most: number): void {
    let copies: Stmt[] = [];
    const total = statementsCost(stmts, null);
    for (const stmt of stmts) {
      // a loop of few turns that became straight code leaves what it defined for its inner loops
      if (this.mayStandInFront(stmt)) {
        this.front.push(stmt);
        continue;
      }
      if (onlyPokes(stmt)) {
        copies.push(stmt);
        continue;
      }
      const share = (most * statementsCost([stmt], null)) / total;
      if (!this.cut(stmt, copies, share)) this.leave([...copies, stmt]);
      for (const name of filledIn([...copies, stmt])) this.used.add(name);
      copies = [];
    }
    this.leave(copies);
  }

  /** One block does it, in its order. */
  private leave(stmts: readonly Stmt[]): void {
    this.left.push(...stmts);
    for (const stmt of stmts) if (isDefinition(stmt)) this.kept.add(stmt.local.name);
  }

  private mayStandInFront(stmt: Stmt): boolean {
    if (stmt.kind !== 'let' || this.readsKept(stmt)) return false;
    return !accessesIn([stmt]).some((a) => a.isScratch || this.written.has(a.memory));
  }

  /** Whether it needs what only one block defines. */
  private readsKept(stmt: Stmt): boolean {
    let reads = false;
    everyPart([stmt], (part) => {
      reads ||= part.kind === 'local' && this.kept.has(part.name);
    });
    return reads;
  }

  all(): readonly Piece[] {
    const { pieces, left } = this;
    return left.length === 0 ? pieces : [...pieces, { blocks: 1, body: () => left }];
  }

  private cut(stmt: Stmt, copies: readonly Stmt[], most: number): boolean {
    if (stmt.kind !== 'loop' || most < 2 || this.readsKept(stmt)) return false;
    if (stmt.independent !== true && originOf(stmt.range) !== this.loop) return false;
    const filled = filledIn(copies);
    // a block in between would fill it with something else: the rest of a
    // loop in blocks, for one, has its copies where the blocks had theirs
    if (filled.some((name) => this.used.has(name))) return false;
    if (filledIn([stmt]).some((name) => this.inFront.has(name))) return false;
    const made = cutLoop(stmt, most, this.names);
    if (made === null) return false;
    for (const name of filled) this.inFront.add(name);
    this.front.push(...copies);
    this.pieces.push(made.piece);
    this.leave(made.rest);
    return true;
  }
}

/** Whether everything in a loop is turns of one loop, or of one of those inside of that. */
const isOneNest = ({ body }: Loop, nest: ReadonlySet<string>): boolean =>
  body.length === 1 || body.every((stmt) => stmt.kind === 'loop' && nest.has(originOf(stmt.range)));

/** Whether what one statement writes is no other's business: a loop over several
 *  loops may have become several, and the later ones may read what the first wrote. */
function areApart(stmts: readonly Stmt[]): boolean {
  const storing = stmts.filter((stmt) => !onlyPokes(stmt)).map((stmt) => accessesIn([stmt]));
  return storing.every((own, i) => {
    const written = new Set(own.filter(({ writes }) => writes).map(({ memory }) => memory));
    return storing.every(
      (other, j) => i === j || other.every(({ memory }) => !written.has(memory)),
    );
  });
}

const isDefinition = (stmt: Stmt): stmt is Extract<Stmt, { kind: 'let' | 'var' }> =>
  stmt.kind === 'let' || stmt.kind === 'var';

const onlyPokes = (stmt: Stmt): boolean =>
  !someStmt([stmt], ({ kind }) => kind !== 'loop' && kind !== 'poke');

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
function cutLoop(
  loop: Loop,
  most: number,
  names: Names,
): { piece: Piece; rest: readonly Stmt[] } | null {
  const { range, body } = loop;
  const size = blockSize(loop, most);
  const blocks = Math.floor(range.extent / size);
  if (blocks < 2) return null;
  const turns = (name: string, extent: number, first: Index, keeps: boolean): readonly Stmt[] => {
    const own = pieceOf(range, extent, name);
    const value = { ...first, terms: [...first.terms, ...counter(own).terms] };
    const [copy] = copiesOf(body, range.name, [value], names, keeps);
    return extent === 1 ? copy! : [{ ...loop, range: own, body: copy! }];
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
