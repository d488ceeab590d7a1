// Copies what a loop reads in every turn, scattered in memory, into scratch memory, side by side.
// in:  statements with tiles     out: statements that read panels; their values are the same
//
// The weights of a linear layer are read column by column, a matmul's second operand row by row:
// without a copy each load gathers four lanes, or meets another cache line than the one before.

import { add, counter, scale, shift } from '../lower/index-algebra.js';
import type { Expr, Index, Kernel, Range, Scratch, Stmt } from '../lower/loop.js';
import { copiesOf } from './copies.js';
import type { Independent } from './independent.js';
import type { Names } from './names.js';
import type { Plan } from './pack-plan.js';
import { planOf } from './pack-plan.js';
import type { Group, Load, Panel } from './panel.js';
import { groupKey, groupsIn, panelOf } from './panel.js';
import { Rewriter } from './rewrite.js';
import type { Loop } from './unroll.js';

/** Of scratch memory: the panels of a kernel together. They should stay in the second cache. */
export const mostPanelBytes = 384 * 1024;

export class Packer {
  private left = mostPanelBytes;
  /** The loads below each nest that was looked at. */
  private readonly groups = new Map<readonly Stmt[], readonly Group[]>();

  constructor(
    private readonly kernel: Kernel,
    private readonly names: Names,
    private readonly independent: Independent,
  ) {}

  all(stmts: readonly Stmt[]): Stmt[] {
    return stmts.flatMap((stmt): Stmt[] => {
      if (stmt.kind === 'if') return [{ ...stmt, body: this.all(stmt.body) }];
      return stmt.kind === 'loop' && stmt.mode !== 'vector' ? this.loop(stmt) : [stmt];
    });
  }

  private loop(loop: Loop): Stmt[] {
    const pieces = this.fission(loop);
    if (pieces.length > 1) return this.all(pieces);
    const { plan } = this.best(loop);
    return plan === null ? [{ ...loop, body: this.all(loop.body) }] : this.apply(plan);
  }

  /** A loop over several loops as a loop over each: they can be packed one by one. */
  private fission(loop: Loop): Loop[] {
    const { range, body } = loop;
    const isApart = this.independent.has(range.name) && body.every(({ kind }) => kind === 'loop');
    return isApart ? body.map((stmt) => ({ ...loop, body: [stmt] })) : [loop];
  }

  /** The plan that saves most for this loop alone or with the only one inside, in either order;
   *  null where what saves most begins further inside. */
  private best(loop: Loop): { readonly plan: Plan | null; readonly saved: number } {
    const inside = onlyLoopIn(loop);
    const plans = [this.plan(null, loop, loop.body, false)];
    if (inside !== null) {
      const { body: core } = inside;
      const isFree =
        this.independent.has(loop.range.name) && this.independent.has(inside.range.name);
      if (isFree) plans.push(this.plan(inside, loop, core, isFree));
      plans.push(this.plan(loop, inside, core, isFree));
    }
    const plan = plans.reduce((a, b) => (b.saved > muchMore * a.saved ? b : a));
    const deeper = inside === null ? 0 : this.best(inside).saved * loop.range.extent;
    return deeper * muchMore >= plan.saved ? { plan: null, saved: deeper } : { plan, ...plan };
  }

  private plan(outer: Loop | null, inner: Loop, core: readonly Stmt[], isFree: boolean): Plan {
    let groups = this.groups.get(core);
    if (groups === undefined) {
      groups = [...groupsIn(core, this.isSteady).values()];
      this.groups.set(core, groups);
    }
    return planOf({ outer, inner, core }, groups, this.left, isFree);
  }

  private readonly isSteady = (load: Load): boolean => !this.kernel.buffers[load.buffer].written;

  // ---- a plan as statements

  private apply(plan: Plan): Stmt[] {
    const { block, front, middle } = plan;
    const { range } = plan.inner;
    const panels = new Map(
      [...front, ...middle].map((group) => [group, this.names.fresh('panel')]),
    );
    if (block === range.extent) return this.nest(plan, panels, range, null, true);
    const count = Math.floor(range.extent / block);
    const blocks: Range = { kind: 'range', name: this.names.fresh(range.name), extent: count };
    const own: Range = { ...range, extent: block };
    const value = add(scale(counter(blocks), block), counter(own));
    const body = this.nest(plan, panels, own, value, true);
    const whole: Stmt[] =
      count === 1 ? body : [{ kind: 'loop', range: blocks, mode: 'serial', body }];
    const done = count * block;
    if (done === range.extent) return whole;
    const rest: Range = { ...range, extent: range.extent - done };
    return [...whole, ...this.nest(plan, panels, rest, shift(counter(rest), done), false)];
  }

  /** The two loops where the inner one's range `own` gives it `value`; null: it is that value. */
  private nest(
    plan: Plan,
    panels: PanelNames,
    own: Range,
    value: Index | null,
    isFirst: boolean,
  ): Stmt[] {
    const { outer, inner, front, middle } = plan;
    const { name } = inner.range;
    const rewriter = new Rewriter({ ranges: new Map(value === null ? [] : [[name, value]]) });
    const [core] =
      value === null ? [plan.core] : copiesOf(plan.core, name, [value], this.names, isFirst);
    const loop: Loop = { ...inner, range: own, body: core };
    const place = (loops: readonly Loop[]) => (group: Group) => {
      const moved = rewritten(group, rewriter);
      return panelOf(moved, [...loops, ...group.around], panels.get(group)!);
    };
    const [ahead, between] = [front.map(place([loop])), middle.map(place([]))];
    const fast: Loop = { ...loop, body: readingPanels(core, [...ahead, ...between]) };
    const body: Stmt[] = [...between.map(({ copy }) => copy), fast];
    const whole: Stmt[] = outer === null ? body : [{ ...outer, body }];
    if (isFirst) for (const { scratch } of [...ahead, ...between]) this.left -= bytesOf(scratch);
    return [...ahead.map(({ copy }) => copy), ...whole];
  }
}

type PanelNames = ReadonlyMap<Group, string>;

/** A plan is taken before another one that saves a little more. */
const muchMore = 1.01;

function onlyLoopIn({ body }: Loop): Loop | null {
  const [inside] = body;
  return body.length === 1 && inside.kind === 'loop' && inside.mode !== 'vector' ? inside : null;
}

function rewritten(group: Group, rewriter: Rewriter): Group {
  const { first } = group;
  const moved = (constant: number): Load =>
    ({ ...first, index: rewriter.index({ ...first.index, constant }) }) as Load;
  const constants = [...group.constants].map((constant) => moved(constant).index.constant);
  return { ...group, first: moved(first.index.constant), constants: new Set(constants) };
}

function readingPanels(stmts: readonly Stmt[], panels: readonly Panel[]): Stmt[] {
  const byKey = new Map(panels.map((panel) => [panel.key, panel]));
  const load = (expr: Load): Expr | null => {
    const panel = byKey.get(groupKey(expr));
    const index = panel?.placeOf(expr) ?? null;
    if (panel === undefined || index === null) return null;
    return { kind: 'peek', dtype: expr.dtype, scratch: panel.scratch, index };
  };
  return new Rewriter({ ranges: new Map(), load }).all(stmts);
}

const bytesOf = ({ dtype, length }: Scratch): number =>
  length * (dtype === 'float64' || dtype === 'int64' ? 8 : 4);
