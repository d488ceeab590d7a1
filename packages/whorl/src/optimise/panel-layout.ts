// Chooses the order of nested loops and what is copied side by side in front of which of them.
// in:  loops that may run in any order, the loads below them     out: a layout and what it saves
//
// A panel stands in front of loops that its loads do not depend on, and is read again in each of
// their turns. Where each of two loops has loads of its own, one of them is cut into blocks:
//   for a block of p   copy what depends on p
//     for q            copy what depends on q
//       for p in the block

import { itemSize } from '../graph/dtype.js';
import type { Loop, Stmt } from '../ir/loop.js';
import type { Family } from './panel.js';
import { elementsOf, stepOf, turnsOf, usedLoops } from './panel.js';
import type { Machine } from '../target/target.js';

/** Loops of which each is all that the one before holds. */
export interface Band {
  readonly loops: readonly Loop[];
  readonly core: readonly Stmt[];
}

/** A family and the place of its panel: in front of which of the layout's loops. */
export interface PanelAt {
  readonly family: Family;
  readonly at: number;
}

export interface Layout {
  /** How many instructions it saves in all turns of all loops. */
  readonly saved: number;
  /** The panels' size. */
  readonly bytes: number;
  readonly core: readonly Stmt[];
  /** From the outside in. */
  readonly order: readonly Loop[];
  /** Null, or how many turns of the innermost loop stay together. */
  readonly block: number | null;
  /** Where the loop over those blocks is put into the order. */
  readonly cut: number;
  readonly panels: readonly PanelAt[];
}

/** A block of fewer turns repeats the other copies too often. */
const leastTurns = 4;
/** What beginning an inner loop costs. */
const loopStart = 6;
/** Loops of so many turns are not worth being made longer. */
const longRun = 16;

/** What one evaluation of a family costs more than one of a panel. */
function slowness(family: Family, { lineBytes, nearBytes }: Machine): number {
  const { first, constants, around } = family;
  const size = itemSize[first.dtype];
  if (size < 4) return 0;
  const lanes = around.find(({ mode }) => mode === 'vector');
  const apart = lanes === undefined ? 0 : stepOf(first, lanes.range);
  if (apart !== 0 && apart !== 1) return 4 * constants.size;
  const loops = usedLoops(family, around).filter(({ mode }) => mode !== 'vector');
  if (loops.length === 0) return 0;
  const steps = loops.map(({ range }) => Math.abs(stepOf(first, range)));
  const span = loops.reduce((sum, { range }, i) => sum + steps[i]! * (range.extent - 1), 0);
  const isFar = steps[steps.length - 1]! * size >= lineBytes && span * size > nearBytes;
  return isFar ? 2 : startsOf(loops, steps);
}

/** Windows are read in short runs: a panel makes one long loop of them. */
function startsOf(loops: readonly Loop[], steps: readonly number[]): number {
  let run = loops[loops.length - 1]!.range.extent;
  for (let i = loops.length - 2; i >= 0; i--) {
    const { extent } = loops[i + 1]!.range;
    if (steps[i] !== steps[i + 1]! * extent) return run < longRun ? loopStart / run : 0;
    run *= loops[i]!.range.extent;
  }
  return 0;
}

const dependsOn = ({ first }: Family, { range }: Loop): boolean => stepOf(first, range) !== 0;

const panelBytes = (family: Family, inside: readonly Loop[]): number =>
  elementsOf(family, [...inside, ...family.around]) * itemSize[family.first.dtype];

/** What panels are made for, and how many bytes of scratch memory there are for them. */
export interface Room {
  readonly machine: Machine;
  readonly bytes: number;
}

/** The best order of a band and its panels; null: nothing is saved. */
export function layoutOf(
  { loops, core }: Band,
  families: readonly Family[],
  room: Room,
): Layout | null {
  const { machine } = room;
  const worth = families
    .map((family) => ({ family, slow: slowness(family, machine) }))
    .filter(({ slow }) => slow > 0);
  if (worth.length === 0) return null;
  let best: Layout | null = null;
  for (const order of ordersOf(loops)) {
    for (const layout of [whole(order, core, worth, room), blocked(order, core, worth, room)]) {
      if (layout !== null && isBetter(layout, best)) best = layout;
    }
  }
  return best;
}

/** Of two that save the same, the one with smaller panels. */
function isBetter({ saved, bytes }: Layout, best: Layout | null): boolean {
  if (best === null) return saved > 0;
  return saved > 1.01 * best.saved || (saved > 0.99 * best.saved && bytes < best.bytes);
}

/** Each pair of loops as the innermost two; the others stay as they are. */
function ordersOf(loops: readonly Loop[]): Loop[][] {
  if (loops.length === 1) return [[...loops]];
  return loops.flatMap((inner) =>
    loops
      .filter((outer) => outer !== inner)
      .map((outer) => [...loops.filter((x) => x !== inner && x !== outer), outer, inner]),
  );
}

interface Worth {
  readonly family: Family;
  readonly slow: number;
}

const whole = (
  order: readonly Loop[],
  core: readonly Stmt[],
  worth: readonly Worth[],
  room: Room,
): Layout => ({ core, order, cut: -1, block: null, ...withPanels(order, -1, worth, room) });

/** The innermost loop in blocks: as many turns as there is room for what depends on it. */
function blocked(
  order: readonly Loop[],
  core: readonly Stmt[],
  worth: readonly Worth[],
  room: Room,
): Layout | null {
  if (order.length < 2) return null;
  const [outer, inner] = order.slice(-2) as [Loop, Loop];
  const { extent } = inner.range;
  let [perTurn, others] = [0, 0];
  for (const { family } of worth) {
    if (!dependsOn(family, inner)) others += panelBytes(family, []);
    else if (!dependsOn(family, outer)) perTurn += panelBytes(family, []);
  }
  const most = perTurn === 0 ? 0 : Math.floor((room.bytes - others) / perTurn);
  if (most >= extent || most < leastTurns) return null;
  const block = Math.ceil(extent / Math.ceil(extent / most));
  const own: Loop = { ...inner, range: { ...inner.range, extent: block } };
  const cut = order.length - 2;
  const blocks: Loop = { ...inner, range: { ...inner.range, extent: extent / block } };
  const cutOrder = [...order.slice(0, cut), blocks, outer, own];
  return { core, order, cut, block, ...withPanels(cutOrder, cut, worth, room) };
}

/** Each family's panel where it saves most while there is room; further inside it is smaller. */
function withPanels(
  order: readonly Loop[],
  cut: number,
  worth: readonly Worth[],
  room: Room,
): Pick<Layout, 'saved' | 'bytes' | 'panels'> {
  const panels: PanelAt[] = [];
  let saved = 0;
  const { lanes } = room.machine;
  let left = room.bytes;
  const turns = turnsOf(order, lanes);
  for (const { family, slow } of worth) {
    const each = turns * turnsOf(family.around, lanes);
    let [most, at] = [0, -1];
    let reuse = 1;
    for (let i = order.length - 1; i >= 0; i--) {
      // the last block may be a smaller one
      if (i <= cut && dependsOn(family, order[order.length - 1]!)) break;
      if (dependsOn(family, order[i]!)) continue;
      reuse *= order[i]!.range.extent;
      if (panelBytes(family, order.slice(i)) > left) break;
      const gain = each * (slow - (slow + 2 * family.constants.size) / reuse);
      if (gain > 1.01 * most) [most, at] = [gain, i];
    }
    if (at < 0) continue;
    left -= panelBytes(family, order.slice(at));
    saved += most;
    panels.push({ family, at });
  }
  return { saved, bytes: room.bytes - left, panels };
}
