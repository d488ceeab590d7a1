// Copies what a loop reads in every turn, scattered in memory, into scratch memory, side by side.
// in:  statements with tiles     out: statements that read panels; their values are the same
//
// The weights of a linear layer are read column by column, a matmul's second operand row by row:
// without a copy each load gathers four lanes, or meets another cache line than the one before.

import { add, counter, scale, shift } from '../ir/index-algebra.js';
import type { Expr, Index, Kernel, Loop, Stmt } from '../ir/loop.js';
import { mapBody, mapStmts } from '../ir/map.js';
import { copiesOf } from './copies.js';
import type { Target } from '../target/target.js';
import { pieceOf, scratchesIn, scratchSize, type Names } from '../ir/names.js';
import type { Band, PanelAt, Layout } from './panel-layout.js';
import { layoutOf } from './panel-layout.js';
import type { Family, Load, Panel } from './panel.js';
import { familyKey, familiesIn, panelOf } from './panel.js';
import { substitute, substituteIndex } from '../ir/substitute.js';

export class Panels {
  /** Bytes of scratch memory for further panels. */
  private left: number;

  constructor(
    private readonly kernel: Kernel,
    private readonly names: Names,
    private readonly target: Target,
  ) {
    const own = scratchesIn(kernel.body).reduce((sum, scratch) => sum + scratchSize(scratch), 0);
    this.left = Math.min(target.machine.panelBytes, target.scratchBytes - own);
  }

  readonly all = (stmts: readonly Stmt[]): readonly Stmt[] =>
    mapStmts(stmts, (stmt) => {
      if (stmt.kind === 'loop' && stmt.mode === 'serial') return this.loop(stmt);
      return stmt.kind === 'loop' && stmt.mode === 'vector' ? stmt : mapBody(stmt, this.all);
    });

  private loop(loop: Loop): readonly Stmt[] {
    const pieces = this.fission(loop);
    if (pieces.length > 1) return this.all(pieces);
    const band = this.bandFrom(loop);
    const families = [...familiesIn(band.core, this.isSteady).values()];
    const layout = layoutOf(band, families, { machine: this.target.machine, bytes: this.left });
    if (layout !== null) return this.apply(layout);
    return nested(band.loops, this.all(band.core));
  }

  /** A loop over several loops as a loop over each: they can be packed one by one. */
  private fission(loop: Loop): Loop[] {
    const { body } = loop;
    const isApart = loop.independent === true && body.every(({ kind }) => kind === 'loop');
    return isApart ? body.map((stmt) => ({ ...loop, body: [stmt] })) : [loop];
  }

  /** The loop with those inside that may change places with it. */
  private bandFrom(loop: Loop): Band {
    const loops = [loop];
    let { body } = loop;
    while (body.length === 1 && loops.every(({ independent }) => independent === true)) {
      const [inside] = body;
      if (inside.kind !== 'loop' || inside.mode === 'vector') break;
      if (inside.independent !== true) break;
      loops.push(inside);
      body = inside.body;
    }
    return { loops, core: body };
  }

  private readonly isSteady = (load: Load): boolean => !this.kernel.buffers[load.buffer].written;

  // ---- a layout as statements

  private apply(layout: Layout): Stmt[] {
    const { order, block, panels } = layout;
    const names = new Map(panels.map(({ family }) => [family, this.names.fresh('panel')]));
    if (block !== null) return this.inBlocks(layout, block, names);
    const { core, copies } = this.core(layout, order, panels, names, null, true);
    return nested(order, core, copies);
  }

  /** The innermost loop in blocks, the last one smaller where they do not divide it. */
  private inBlocks(layout: Layout, block: number, names: PanelNames): Stmt[] {
    const { order, cut, panels } = layout;
    const [outer, inner] = order.slice(cut);
    const { range } = inner;
    const count = Math.floor(range.extent / block);
    const blocks = pieceOf(range, count, this.names.fresh(range.name));
    const own = pieceOf(range, block);
    const before = order.slice(0, cut);
    const whole = [...before, { ...inner, range: blocks }, outer, { ...inner, range: own }];
    const value = add(scale(counter(blocks), block), counter(own));
    const first = this.core(layout, whole, panels, names, value, true);
    const isInside = ({ at }: Copy): boolean => at > cut;
    const body = nested(whole.slice(cut), first.core, first.copies.filter(isInside), cut);
    const done = count * block;
    if (done < range.extent) {
      const rest = pieceOf(range, range.extent - done);
      const last = [...before, outer, { ...inner, range: rest }];
      // there is no loop over blocks in front of what stands inside of it
      const moved = panels.map(({ family, at }) => ({ family, at: at > cut ? at - 1 : at }));
      const value = shift(counter(rest), done);
      const { core, copies } = this.core(layout, last, moved, names, value, false);
      const own = copies.filter((_, i) => panels[i].at > cut);
      body.push(...nested(last.slice(cut), core, own, cut));
    }
    const outside = first.copies.filter((copy) => !isInside(copy));
    const here = outside.filter(({ at }) => at === cut).map(({ stmt }) => stmt);
    return nested(before, [...here, ...body], outside);
  }

  /** The layout's core where the innermost loop's range has
   *  `value` (null: as it was), and the copies that it needs. */
  private core(
    layout: Layout,
    order: readonly Loop[],
    panels: readonly PanelAt[],
    names: PanelNames,
    value: Index | null,
    isFirst: boolean,
  ): { readonly core: readonly Stmt[]; readonly copies: readonly Copy[] } {
    const { name } = layout.order[layout.order.length - 1].range;
    const moved = new Map(value === null ? [] : [[name, value]]);
    const made = panels.map(({ family, at }) => {
      const loops = [...order.slice(at), ...family.around];
      return { at, panel: panelOf(rewritten(family, moved), loops, names.get(family)!) };
    });
    if (isFirst) for (const { panel } of made) this.left -= scratchSize(panel.scratch);
    const [core] =
      value === null ? [layout.core] : copiesOf(layout.core, name, [value], this.names, isFirst);
    return {
      core: readingPanels(
        core,
        made.map(({ panel }) => panel),
      ),
      copies: made.map(({ at, panel }) => ({ at, stmt: panel.copy })),
    };
  }
}

/** A statement and the loop that it stands in front of. */
interface Copy {
  readonly at: number;
  readonly stmt: Stmt;
}

/** `order`: from the outside in, the first one counting as number `first`. */
function nested(
  order: readonly Loop[],
  core: readonly Stmt[],
  copies: readonly Copy[] = [],
  first = 0,
): Stmt[] {
  let body = [...core];
  for (let i = order.length - 1; i >= 0; i--) {
    const before = copies.filter(({ at }) => at === first + i).map(({ stmt }) => stmt);
    body = [...before, { ...order[i], body }];
  }
  return body;
}

type PanelNames = ReadonlyMap<Family, string>;

function rewritten(family: Family, ranges: ReadonlyMap<string, Index>): Family {
  const { first } = family;
  const moved = (constant: number): Load =>
    ({ ...first, index: substituteIndex({ ...first.index, constant }, ranges) }) as Load;
  const constants = [...family.constants].map((constant) => moved(constant).index.constant);
  return { ...family, first: moved(first.index.constant), constants: new Set(constants) };
}

function readingPanels(stmts: readonly Stmt[], panels: readonly Panel[]): readonly Stmt[] {
  const byKey = new Map(panels.map((panel) => [panel.key, panel]));
  const load = (expr: Load): Expr | null => {
    const panel = byKey.get(familyKey(expr));
    const index = panel?.indexOf(expr) ?? null;
    if (panel === undefined || index === null) return null;
    return { kind: 'peek', dtype: expr.dtype, scratch: panel.scratch, index };
  };
  return substitute(stmts, { load });
}
