import { describe, expect, it } from 'vitest';
import { nn } from 'whorl';
import { plotBoundaries, plotModel } from '../src/index.js';
import type { Cells, Layer } from '../src/description.js';
import { byAngle, leftOrRight, spiral } from './spiral.js';
import { readSvg, textsOf } from './svg.js';

const { X, y } = spiral(25);
type Of<K extends Layer['kind']> = Extract<Layer, { kind: K }>;
const layersOf = <K extends Layer['kind']>(layers: readonly Layer[], kind: K): Of<K>[] =>
  layers.filter((layer): layer is Of<K> => layer.kind === kind);

const area = (cells: readonly Cells[]): number =>
  cells.reduce((sum, { x1, x2, y1, y2 }) => sum + (x2 - x1) * (y2 - y1), 0);

describe('plotModel', () => {
  it('asks 220 x 220 cells of a hundredth, at their middles', async () => {
    let asked: Float32Array = new Float32Array();
    await plotModel(X, y, (points) => {
      asked = points;
      return byAngle(points);
    });
    expect(asked.length).toBe(2 * 220 * 220);
    expect([...asked.slice(0, 4)].map((value) => value.toFixed(3))).toEqual([
      '-1.095',
      '-1.095',
      '-1.085',
      '-1.095',
    ]);
  });

  it('paints the whole plane once, in few rectangles', async () => {
    const figure = await plotModel(X, y, byAngle);
    const regions = layersOf(figure.description.panels[0].layers, 'region');
    expect(regions.map((region) => region.class)).toEqual([0, 1, 2, 3]);
    expect(regions.reduce((sum, { cells }) => sum + area(cells), 0)).toBeCloseTo(2.2 ** 2, 9);
    expect(regions.reduce((sum, { cells }) => sum + cells.length, 0)).toBeLessThan(2000);
  });

  it('joins equal runs of neighbouring rows: two half planes are two rectangles', async () => {
    const svg = readSvg(await (await plotModel([[0.5, 0.5]], [1], leftOrRight)).svg());
    expect(svg.all('.region-0 rect')).toHaveLength(1);
    expect(svg.all('.region-1 rect')).toHaveLength(1);
    expect(svg.attribute('.region-0', 'fill')).toBe('#DAE2EB');
    const [left] = svg.all('.region-0 rect');
    const [right] = svg.all('.region-1 rect');
    const end = Number(left.getAttribute('x')) + Number(left.getAttribute('width'));
    const seam = end - Number(right.getAttribute('x'));
    expect(seam).toBeGreaterThan(0.01);
    expect(seam).toBeLessThan(0.03);
  });

  it('draws one border between two half planes, from edge to edge', async () => {
    const figure = await plotModel([[0.5, 0.5]], [1], leftOrRight);
    const [{ lines }] = layersOf(figure.description.panels[0].layers, 'borders');
    expect(lines).toHaveLength(1);
    const ends = [lines[0][0], lines[0][lines[0].length - 1]].map(([, height]) => height).sort();
    expect(ends[0]).toBeCloseTo(-1.1);
    expect(ends[1]).toBeCloseTo(1.1);
    expect(lines[0].every(([across]) => Math.abs(across) < 1e-9)).toBe(true);
  });

  it('closes the border around an island, and lets three regions meet in a point', async () => {
    const island = (points: Float32Array) =>
      Array.from({ length: points.length / 2 }, (_, i) =>
        Math.hypot(points[2 * i], points[2 * i + 1]) < 0.5 ? 1 : 0,
      );
    const around = await plotModel(X, y, island);
    const [{ lines }] = layersOf(around.description.panels[0].layers, 'borders');
    expect(lines).toHaveLength(1);
    expect(lines[0][0]).toEqual(lines[0][lines[0].length - 1]);
    const thirds = (points: Float32Array) =>
      leftOrRight(points).map((side, i) => (side === 1 ? 2 : points[2 * i + 1] < 0 ? 0 : 1));
    const meeting = await plotModel(X, y, thirds);
    expect(layersOf(meeting.description.panels[0].layers, 'borders')[0].lines).toHaveLength(3);
  });

  it('puts one letter into each region, where there is room', async () => {
    const figure = await plotModel(X, y, byAngle);
    const letters = layersOf(figure.description.panels[0].layers, 'letter');
    expect(letters.map((letter) => letter.text)).toEqual(['A', 'B', 'C', 'D']);
    for (const { at, class: label } of letters) {
      expect(byAngle(Float32Array.from(at))).toEqual([label]);
    }
    const without = await plotModel(X, y, byAngle, { letters: false });
    expect(layersOf(without.description.panels[0].layers, 'letter')).toEqual([]);
  });

  it('leaves the plane unpainted where the model gives NaN, and says how much', async () => {
    const half = (points: Float32Array) =>
      leftOrRight(points).map((side) => (side === 0 ? Number.NaN : 1));
    const figure = await plotModel([[0.5, 0.5]], [1], half);
    const regions = layersOf(figure.description.panels[0].layers, 'region');
    expect(regions.map((region) => region.class)).toEqual([1]);
    expect(textsOf(readSvg(await figure.svg()))).toContain('NaN at 50 % of the plane');
  });
});

describe('a Whorl module', () => {
  const module = (forward: (points: Float32Array) => number[], count: number) => ({
    async forward(x: { data(): Promise<ArrayLike<number>> }) {
      const points = Float32Array.from(await x.data());
      const rows = points.length / 2;
      return { shape: [rows, count], data: async () => Float32Array.from(forward(points)) };
    },
  });

  it('is asked with a tensor, and wins where its score is largest', async () => {
    const figure = await plotModel(X, y, new nn.Linear(2, 4));
    const regions = layersOf(figure.description.panels[0].layers, 'region');
    expect(regions.reduce((sum, { cells }) => sum + area(cells), 0)).toBeCloseTo(2.2 ** 2, 9);
  });

  it('has its borders where two scores are equal, between the middles of cells', async () => {
    const scores = (points: Float32Array) =>
      Array.from(points, (_, i) => (i % 2 === 0 ? points[i] - 0.123 : 0));
    const figure = await plotModel([[0, 0]], [0], module(scores, 2));
    const [{ lines }] = layersOf(figure.description.panels[0].layers, 'borders');
    for (const [across] of lines[0]) expect(across).toBeCloseTo(0.123, 5);
  });

  it.each([
    [
      1,
      'plotModel: for [48400, 2] the model gives [48400, 1]; it needs to give a score for each ' +
        'class, [48400, classes].',
    ],
  ])('that gives %i score is refused', async (count, message) => {
    const one = module((points) => Array.from({ length: points.length / 2 }, () => 0), count);
    await expect(plotModel(X, y, one)).rejects.toThrow(message);
  });
});

describe('plotBoundaries', () => {
  it('puts the panels side by side, of the same size, with a title above each', async () => {
    const figure = await plotBoundaries(
      [
        { title: '线性', model: leftOrRight },
        { title: 'ReLU', model: byAngle },
      ],
      X,
      y,
      { title: 'both' },
    );
    const { panels, width } = figure.description;
    expect(panels).toHaveLength(2);
    expect(panels[0].width).toBe(panels[1].width);
    expect(panels[0].y).toBe(panels[1].y);
    expect(panels[0].x + panels[0].width).toBeLessThan(panels[1].x);
    expect(panels[1].x + panels[1].width).toBeLessThanOrEqual(width);
    const texts = textsOf(readSvg(await figure.svg()));
    expect(texts).toEqual(expect.arrayContaining(['both', '线性', 'ReLU']));
  });

  it('starts a second row after four panels', async () => {
    const models = Array.from({ length: 5 }, (_, i) => ({ title: `${i}`, model: leftOrRight }));
    const { panels } = (await plotBoundaries(models, X, y, { cells: 10 })).description;
    expect(panels[4].x).toBe(panels[0].x);
    expect(panels[4].y).toBeGreaterThan(panels[0].y + panels[0].height);
  });
});
