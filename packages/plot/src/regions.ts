// The regions of a model as few rectangles, and where in each its letter has most room.
// in:  a grid of classes     out: rectangles by class, places for letters

import type { Cells, Position } from './description.js';
import { cellHeight, cellWidth, type Grid } from './grid.js';

/** Rectangles of each class: runs along the rows, joined with the same run of the row below. */
export function mergeRuns(grid: Grid): Cells[][] {
  const regions: Cells[][] = Array.from({ length: grid.count }, () => []);
  let open = new Map<string, OpenRun>();
  for (let row = 0; row <= grid.size; row++) {
    const next = new Map<string, OpenRun>();
    for (const run of row < grid.size ? runsOf(grid, row) : []) {
      const key = `${run.class}:${run.from}:${run.to}`;
      next.set(key, open.get(key) ?? run);
    }
    for (const [key, run] of open) {
      if (!next.has(key)) regions[run.class].push(rectangle(grid, run, row));
    }
    open = next;
  }
  return regions;
}

interface OpenRun {
  readonly class: number;
  readonly from: number;
  readonly to: number;
  readonly row: number;
}

function runsOf(grid: Grid, row: number): OpenRun[] {
  const runs: OpenRun[] = [];
  const start = row * grid.size;
  for (let from = 0; from < grid.size; ) {
    const label = grid.classes[start + from];
    let to = from + 1;
    while (to < grid.size && grid.classes[start + to] === label) to++;
    if (label >= 0) runs.push({ class: label, from, to, row });
    from = to;
  }
  return runs;
}

function rectangle(grid: Grid, run: OpenRun, end: number): Cells {
  const [width, height] = [cellWidth(grid), cellHeight(grid)];
  return {
    x1: grid.x[0] + run.from * width,
    x2: grid.x[0] + run.to * width,
    y1: grid.y[0] + run.row * height,
    y2: grid.y[0] + end * height,
  };
}

/** Room that a letter needs to its sides, as a part of the axes. */
const roomAmongPoints = 0.03;
const roomOnRegion = 0.015;

/**
 * The middle of the widest place of each class, away from the points where there is such a place;
 * null where a region is too thin for a letter or there is none.
 */
export function placeLetters(grid: Grid, points: Float64Array): (Position | null)[] {
  const free = widest(grid, roomiest(grid, occupied(grid, points)));
  const any = widest(grid, roomiest(grid, new Uint8Array(grid.classes.length)));
  return free.map((spot, label) => {
    if (spot.room >= roomAmongPoints * grid.size) return middleOf(grid, spot.cell);
    const other = any[label];
    return other.room >= roomOnRegion * grid.size ? middleOf(grid, other.cell) : null;
  });
}

function middleOf(grid: Grid, cell: number): Position {
  const column = cell % grid.size;
  const row = Math.floor(cell / grid.size);
  return [grid.x[0] + (column + 0.5) * cellWidth(grid), grid.y[0] + (row + 0.5) * cellHeight(grid)];
}

function occupied(grid: Grid, points: Float64Array): Uint8Array {
  const cells = new Uint8Array(grid.classes.length);
  for (let i = 0; i < points.length; i += 2) {
    const column = Math.floor((points[i] - grid.x[0]) / cellWidth(grid));
    const row = Math.floor((points[i + 1] - grid.y[0]) / cellHeight(grid));
    const isInside = column >= 0 && column < grid.size && row >= 0 && row < grid.size;
    if (isInside) cells[row * grid.size + column] = 1;
  }
  return cells;
}

interface Spot {
  readonly room: number;
  readonly cell: number;
}

function widest(grid: Grid, room: Int16Array): Spot[] {
  const spots: Spot[] = Array.from({ length: grid.count }, () => ({ room: 0, cell: 0 }));
  for (const [cell, label] of grid.classes.entries()) {
    if (label >= 0 && room[cell] > spots[label].room) spots[label] = { room: room[cell], cell };
  }
  return spots;
}

/** Steps of a chess king from each cell to what is not its region: two sweeps are enough. */
function roomiest(grid: Grid, blocked: Uint8Array): Int16Array {
  const { size } = grid;
  const room = new Int16Array(grid.classes.length).fill(size);
  for (let cell = 0; cell < room.length; cell++) sweep(grid, blocked, room, cell, -1);
  for (let cell = room.length - 1; cell >= 0; cell--) sweep(grid, blocked, room, cell, 1);
  return room;
}

function sweep(
  grid: Grid,
  blocked: Uint8Array,
  room: Int16Array,
  cell: number,
  side: 1 | -1,
): void {
  if (blocked[cell] === 1) {
    room[cell] = 0;
    return;
  }
  const { size, classes } = grid;
  const column = cell % size;
  const row = Math.floor(cell / size) + side;
  const look = (x: number, y: number): number => {
    if (x < 0 || x >= size || y < 0 || y >= size) return 0;
    const other = y * size + x;
    return classes[other] === classes[cell] ? room[other] : 0;
  };
  const beside = look(column + side, row - side);
  const nearest = Math.min(beside, look(column - 1, row), look(column, row), look(column + 1, row));
  room[cell] = Math.min(room[cell], nearest + 1);
}
