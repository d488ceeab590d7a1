// A spiral of points like the exercise's, and models that need no training.

export const classes = 4;

/** The fractional part of a sine: the same points at every run, spread well enough for a figure. */
const draw = (i: number): number => Math.abs(Math.sin(i * 12.9898) * 43758.5453) % 1;

export function spiral(perClass: number): { X: number[][]; y: number[] } {
  const X: number[][] = [];
  const y: number[] = [];
  for (let c = 0; c < classes; c++) {
    for (let i = 0; i < perClass; i++) {
      const radius = i / (perClass - 1);
      const noise = (draw(c * perClass + i) - 0.5) * 0.5;
      const angle = ((2 * Math.PI) / classes) * (c + 2 * radius) + noise;
      X.push([radius * Math.sin(angle), radius * Math.cos(angle)]);
      y.push(c);
    }
  }
  return { X, y };
}

/** Sectors that wind along the arms. */
export const byAngle = (points: Float32Array): number[] =>
  pairs(points).map(([x, y]) => {
    const turns = Math.atan2(x, y) / (2 * Math.PI) - Math.hypot(x, y) / 2 + 1 / (2 * classes);
    return Math.floor((((turns % 1) + 1) % 1) * classes) % classes;
  });

export const leftOrRight = (points: Float32Array): number[] =>
  pairs(points).map(([x]) => (x < 0 ? 0 : 1));

const pairs = (points: Float32Array): [number, number][] =>
  Array.from({ length: points.length / 2 }, (_, i) => [points[2 * i], points[2 * i + 1]]);
