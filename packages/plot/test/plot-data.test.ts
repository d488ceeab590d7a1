import { afterEach, describe, expect, it } from 'vitest';
import { plotData, setDefault } from '../src/index.js';
import { spiral } from './spiral.js';
import { readSvg, textsOf } from './svg.js';

const { X, y } = spiral(25);

describe('plotData', () => {
  it('draws every point, each class in its own colour and shape', async () => {
    const svg = readSvg(await (await plotData(X, y)).svg());
    const groups = [0, 1, 2, 3].map((c) => svg.all(`.points-${c}`)[0]);
    expect(groups.map((group) => group.children.length)).toEqual([25, 25, 25, 25]);
    expect(groups.map((group) => group.getAttribute('fill'))).toEqual([
      '#0A3D78',
      '#C4560A',
      '#12866B',
      '#B06BB3',
    ]);
    const shapes = groups.map((group) => group.children[0].getAttribute('d') ?? 'circle');
    expect(new Set(shapes).size).toBe(4);
  });

  it('has square axes from -1.1 to 1.1 around the origin', async () => {
    const { description } = await plotData(X, y);
    const [panel] = description.panels;
    expect(panel.xDomain).toEqual([-1.1, 1.1]);
    expect(panel.yDomain).toEqual([-1.1, 1.1]);
    expect(panel.width).toBe(panel.height);
  });

  it('puts the origin in the middle, with a cross through it and no frame', async () => {
    const svg = readSvg(await (await plotData([[0, 0]], [0])).svg());
    const panel = svg.all('svg > svg')[0];
    const middle = Number(panel.getAttribute('width')) / 2;
    const [across, down] = svg.all('[aria-label="rule"] line');
    expect(Number(across.getAttribute('x1'))).toBeCloseTo(middle, 1);
    expect(Number(down.getAttribute('y1'))).toBeCloseTo(middle, 1);
    expect(svg.all('[aria-label="frame"]')).toHaveLength(0);
    const [point] = svg.all('.points-0 > *');
    expect(point.getAttribute('transform')).toBe(`translate(${middle},${middle})`);
  });

  it('zooms by an option, and by itself where points lie beyond the axes', async () => {
    const domain = async (points: number[][], options = {}) =>
      (await plotData(points, [0], options)).description.panels[0].xDomain;
    expect(await domain([[0.5, 0]], { zoom: 2 })).toEqual([-2.2, 2.2]);
    expect((await domain([[0, -5]]))[1]).toBeCloseTo(5.5);
    expect((await domain([[7, 9]], { auto: true }))[0]).toBeCloseTo(6);
  });

  it('explains the shapes below, by letters or by the names of the classes', async () => {
    const texts = async (options: object) =>
      textsOf(readSvg(await (await plotData(X, y, options)).svg()));
    expect(await texts({})).toEqual(['A', 'B', 'C', 'D']);
    expect(await texts({ classes: ['东', '南', '西', '北'] })).toEqual(['东', '南', '西', '北']);
    expect(await texts({ legend: false })).toEqual([]);
  });

  it('draws its title inside the SVG, with the signs of markup as text', async () => {
    const text = await (await plotData(X, y, { title: '螺旋 <b> & "data"' })).svg();
    expect(text).toContain('螺旋 &lt;b&gt; &amp; ');
    expect(textsOf(readSvg(text))[0]).toBe('螺旋 <b> & "data"');
  });

  it('tells ten classes apart by shape, and more by pairs of shape and colour', async () => {
    const many = Array.from({ length: 30 }, (_, i) => i);
    const points = many.map((i) => [Math.sin(i), Math.cos(i)]);
    const svg = readSvg(await (await plotData(points, many)).svg());
    const looks = many.map((i) => {
      const [group] = svg.all(`.points-${i}`);
      return [group.children[0].getAttribute('d') ?? 'circle', group.getAttribute('fill')];
    });
    expect(new Set(looks.slice(0, 10).map(([shape]) => shape)).size).toBe(10);
    expect(new Set(looks.slice(0, 10).map(([, colour]) => colour)).size).toBe(10);
    expect(new Set(looks.map((look) => look.join())).size).toBe(30);
  });
});

describe('data comes as', () => {
  const flat = Float32Array.from(X.flat());
  const tensor = (shape: number[], values: ArrayLike<number | bigint>) => ({
    shape,
    data: async () => values,
  });
  const labels = BigInt64Array.from(y, BigInt);

  it.each([
    ['nested arrays', X, y],
    ['flat typed arrays', flat, Uint8Array.from(y)],
    ['values with a shape', { shape: [100, 2], data: flat }, { shape: [100], data: labels }],
    ['tensors, labels of int64 among them', tensor([100, 2], flat), tensor([100], labels)],
  ])('%s', async (_, points, classes) => {
    const figure = await plotData(points, classes);
    const counts = figure.description.panels[0].layers.map((layer) =>
      layer.kind === 'points' ? layer.points.length : 0,
    );
    expect(counts).toEqual([0, 25, 25, 25, 25]);
  });
});

describe('setDefault', () => {
  afterEach(() => setDefault({ theme: 'light', dpi: 160, figsize: [6.4, 6.8] }));

  it('changes theme, size and resolution of the figures made after it', async () => {
    const before = await plotData(X, y);
    setDefault({ figsize: [5, 6], dpi: 50, theme: 'dark' });
    const after = await plotData(X, y);
    expect(before.description.theme).toBe('light');
    expect(after.description).toMatchObject({ width: 480, height: 576, dpi: 50, theme: 'dark' });
    expect(await after.svg()).toContain('fill="#000000"');
  });

  it('gives way to what a figure asks for itself', async () => {
    setDefault({ theme: 'dark' });
    const figure = await plotData(X, y, { theme: 'light', figsize: [2, 3] });
    expect(figure.description).toMatchObject({ width: 192, height: 288, theme: 'light' });
  });
});
