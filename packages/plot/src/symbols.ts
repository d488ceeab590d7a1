// The shape of a class's points, all of about the same area, told apart without colour.
// in:  the number of a class     out: a symbol that draws itself around the origin

/** The part of a canvas path that is used; Observable Plot hands in one that writes SVG. */
export interface PathContext {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  arc(x: number, y: number, radius: number, start: number, end: number): void;
  closePath(): void;
}

export interface Symbol {
  readonly name: string;
  /** `area` is in square pixels; a circle of radius r has pi r^2. */
  draw(context: PathContext, area: number): void;
}

type Corner = readonly [x: number, y: number];

const regular = (corners: number, turn: number): Corner[] =>
  Array.from({ length: corners }, (_, i): Corner => {
    const angle = turn + (2 * Math.PI * i) / corners;
    return [Math.cos(angle), Math.sin(angle)];
  });

const starred = (tips: number, inner: number): Corner[] =>
  regular(2 * tips, -Math.PI / 2).map(
    ([x, y], i): Corner => (i % 2 === 0 ? [x, y] : [x * inner, y * inner]),
  );

const arm = 0.36;
const plus: Corner[] = [
  [-arm, -1],
  [arm, -1],
  [arm, -arm],
  [1, -arm],
  [1, arm],
  [arm, arm],
  [arm, 1],
  [-arm, 1],
  [-arm, arm],
  [-1, arm],
  [-1, -arm],
  [-arm, -arm],
];

const turned = (corners: readonly Corner[], angle: number): Corner[] =>
  corners.map(([x, y]): Corner => {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return [x * cos - y * sin, x * sin + y * cos];
  });

/** Twice the surface inside the corners, by the shoelace formula. */
const doubleArea = (corners: readonly Corner[]): number =>
  Math.abs(
    corners.reduce((sum, [x, y], i) => {
      const [nextX, nextY] = corners[(i + 1) % corners.length];
      return sum + x * nextY - nextX * y;
    }, 0),
  );

function polygon(name: string, corners: readonly Corner[]): Symbol {
  const own = doubleArea(corners) / 2;
  return {
    name,
    draw(context, area) {
      const scale = Math.sqrt(area / own);
      for (const [i, [x, y]] of corners.entries()) {
        if (i === 0) context.moveTo(x * scale, y * scale);
        else context.lineTo(x * scale, y * scale);
      }
      context.closePath();
    },
  };
}

const circle: Symbol = {
  name: 'circle',
  draw(context, area) {
    const radius = Math.sqrt(area / Math.PI);
    context.moveTo(radius, 0);
    context.arc(0, 0, radius, 0, 2 * Math.PI);
  },
};

const symbols: readonly Symbol[] = [
  circle,
  polygon('triangle', regular(3, -Math.PI / 2)),
  polygon('square', regular(4, Math.PI / 4)),
  polygon('diamond', [
    [0, -1.25],
    [0.8, 0],
    [0, 1.25],
    [-0.8, 0],
  ]),
  polygon('triangle-down', regular(3, Math.PI / 2)),
  polygon('plus', plus),
  polygon('star', starred(5, 0.42)),
  polygon('cross', turned(plus, Math.PI / 4)),
  polygon('hourglass', [
    [-0.8, -1],
    [0.8, -1],
    [0.2, 0],
    [0.8, 1],
    [-0.8, 1],
    [-0.2, 0],
  ]),
  polygon('bar', [
    [-1.3, -0.5],
    [1.3, -0.5],
    [1.3, 0.5],
    [-1.3, 0.5],
  ]),
];

export const classSymbol = (index: number): Symbol => symbols[index % symbols.length];
