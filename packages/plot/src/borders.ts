// The lines between the regions of a model, through the points where two classes draw level.
// in:  a grid of classes, with scores where there are some     out: few long lines
//
// Each block of 2 x 2 cells joins the crossings on its four sides: two of them by one piece,
// three or four (where three regions meet) through the block's middle. Pieces then become lines.

import type { Position } from './description.js';
import { cellHeight, cellWidth, type Grid } from './grid.js';

/** Crossings and middles by number, each with those it is joined to. */
interface Network {
  readonly places: Map<number, Position>;
  readonly joined: Map<number, number[]>;
}

export function traceBorders(grid: Grid): Position[][] {
  const network: Network = { places: new Map(), joined: new Map() };
  for (let row = 0; row + 1 < grid.size; row++) {
    for (let column = 0; column + 1 < grid.size; column++) joinBlock(grid, network, column, row);
  }
  return followLines(network).map((ids) => {
    const line = ids.map((id) => network.places.get(id) as Position);
    return grid.scores === null ? smoothed(smoothed(line)) : line;
  });
}

const across = 0;
const upward = 1;
const middle = 2;

function joinBlock(grid: Grid, network: Network, column: number, row: number): void {
  const { size, classes } = grid;
  const cell = row * size + column;
  const sides: readonly [from: number, to: number, direction: number][] = [
    [cell, cell + 1, across],
    [cell + size, cell + size + 1, across],
    [cell, cell + size, upward],
    [cell + 1, cell + size + 1, upward],
  ];
  const crossings = sides
    .filter(([from, to]) => classes[from] !== classes[to])
    .map(([from, to, direction]) => crossing(grid, network, from, to, direction));
  if (crossings.length === 2) join(network, crossings[0], crossings[1]);
  if (crossings.length <= 2) return;
  const centre = 3 * cell + middle;
  network.places.set(centre, placeOf(grid, column + 1, row + 1));
  for (const id of crossings) join(network, centre, id);
}

function join(network: Network, a: number, b: number): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ]) {
    const others = network.joined.get(from);
    if (others) others.push(to);
    else network.joined.set(from, [to]);
  }
}

/** `column` and `row` count cells from the lower left corner; their middles lie at halves. */
const placeOf = (grid: Grid, column: number, row: number): Position => [
  grid.x[0] + column * cellWidth(grid),
  grid.y[0] + row * cellHeight(grid),
];

function crossing(
  grid: Grid,
  network: Network,
  from: number,
  to: number,
  direction: number,
): number {
  const id = 3 * from + direction;
  if (network.places.has(id)) return id;
  const part = level(grid, from, to);
  const column = (from % grid.size) + 0.5;
  const row = Math.floor(from / grid.size) + 0.5;
  const place =
    direction === across ? placeOf(grid, column + part, row) : placeOf(grid, column, row + part);
  network.places.set(id, place);
  extendToEdge(grid, network, id, from, direction);
  return id;
}

/** Cells are asked at their middle, half a cell from the edge of the axes, where lines shall end. */
function extendToEdge(
  grid: Grid,
  network: Network,
  id: number,
  from: number,
  direction: number,
): void {
  const along = direction === across ? Math.floor(from / grid.size) : from % grid.size;
  if (along !== 0 && along !== grid.size - 1) return;
  const [x, y] = network.places.get(id) as Position;
  const end = along === 0 ? 0 : 1;
  const edge = -1 - id;
  network.places.set(edge, direction === across ? [x, grid.y[end]] : [grid.x[end], y]);
  join(network, id, edge);
}

/** How far from one cell to the next the two classes have equal scores. */
function level(grid: Grid, from: number, to: number): number {
  const { scores, count, classes } = grid;
  const [a, b] = [classes[from], classes[to]];
  if (scores === null || a < 0 || b < 0) return 0.5;
  const before = scores[from * count + a] - scores[from * count + b];
  const after = scores[to * count + b] - scores[to * count + a];
  const part = before / (before + after);
  return Number.isFinite(part) ? part : 0.5;
}

/** Lines from ends and junctions first; what remains are closed loops. */
function followLines({ joined }: Network): number[][] {
  const ids = [...joined.keys()];
  const passed = new Set(ids.filter((id) => joined.get(id)?.length === 2));
  const lines: number[][] = [];
  for (const start of [...ids.filter((id) => !passed.has(id)), ...passed]) {
    const ways = joined.get(start) as number[];
    while (ways.length > 0) lines.push(followOne(joined, passed, start));
  }
  return lines;
}

/** Takes the pieces that it walks out of the network. */
function followOne(joined: Network['joined'], passed: Set<number>, start: number): number[] {
  const line = [start];
  for (let at = start; ; ) {
    const next = (joined.get(at) as number[]).pop() as number;
    const back = joined.get(next) as number[];
    back.splice(back.indexOf(at), 1);
    line.push(next);
    if (!passed.has(next) || back.length === 0) return line;
    at = next;
  }
}

/** Without scores a crossing lies anywhere between two middles: steps say nothing of the model. */
const smoothed = (line: readonly Position[]): Position[] =>
  line.map((place, i): Position => {
    if (i === 0 || i === line.length - 1) return place;
    const [before, after] = [line[i - 1], line[i + 1]];
    return [(before[0] + 2 * place[0] + after[0]) / 4, (before[1] + 2 * place[1] + after[1]) / 4];
  });
