import { describe, expect, it } from 'vitest';
import { plotCurves } from '../src/index.js';
import { readSvg, textsOf } from './svg.js';

const falling = (from: number, count = 50) =>
  Array.from({ length: count }, (_, i) => from / (1 + i));

const two = [
  { title: '线性', loss: falling(1.4), accuracy: falling(0.4) },
  { title: 'ReLU', loss: Float32Array.from(falling(1.3, 20)), accuracy: falling(0.5, 20) },
];

describe('plotCurves', () => {
  it('shows loss and accuracy in two panels, runs in different colours and dashes', async () => {
    const svg = readSvg(await (await plotCurves(two)).svg());
    expect(svg.all('svg > svg')).toHaveLength(2);
    const runs = [svg.all('.run-0')[0], svg.all('.run-1')[0]];
    const looks = runs.map((run) => [
      run.getAttribute('stroke'),
      run.getAttribute('stroke-dasharray'),
    ]);
    expect(looks).toEqual([
      ['#0A3D78', null],
      ['#C4560A', '7 4'],
    ]);
    expect(svg.all('.run-0 path')[0].getAttribute('d')?.match(/L/g)).toHaveLength(49);
  });

  it('names each line at its end, and the axes in the words that were asked for', async () => {
    const labels = { epoch: '轮次', loss: '损失', accuracy: '准确率' };
    const texts = textsOf(readSvg(await (await plotCurves(two, { labels })).svg()));
    expect(texts.filter((text) => text === 'ReLU')).toHaveLength(2);
    expect(texts).toEqual(expect.arrayContaining(['轮次', '损失', '准确率', '线性', '100%']));
  });

  it('keeps the names apart where lines end at the same height', async () => {
    const runs = ['a', 'b', 'c'].map((title) => ({ title, loss: [1, 0] }));
    const { panels } = (await plotCurves(runs)).description;
    const [panel] = panels;
    const pixels = panel.height - panel.margin.top - panel.margin.bottom;
    const heights = panel.layers.flatMap((l) => (l.kind === 'label' ? [l.at[1] * pixels] : []));
    expect(heights.map((height) => Math.round(height))).toEqual([0, 15, 30]);
  });

  it('shows loss alone where no run has an accuracy', async () => {
    expect((await plotCurves([{ title: 'a', loss: [3, 2] }])).description.panels).toHaveLength(1);
  });

  it('rounds the axis up, and leaves a gap with a remark where a run has no number', async () => {
    const loss = [2.23, Number.NaN, 1];
    const figure = await plotCurves([{ title: 'a', loss }]);
    expect(figure.description.panels[0].yDomain).toEqual([0, 2.4]);
    const svg = readSvg(await figure.svg());
    expect(textsOf(svg)).toContain('a (NaN at 1)');
    expect(svg.all('.run-0 path')[0].getAttribute('d')?.match(/M/g)).toHaveLength(2);
  });

  it('draws a run that never had a number as its name alone', async () => {
    const loss = [Number.NaN, Number.POSITIVE_INFINITY];
    expect(await (await plotCurves([{ title: 'lost', loss }])).svg()).toContain('lost (NaN at 0)');
  });

  it('refuses to draw nothing', async () => {
    const message = 'plotCurves: there is no run with at least one epoch.';
    await expect(plotCurves([])).rejects.toThrow(message);
    await expect(plotCurves([{ title: 'a', loss: [] }])).rejects.toThrow(message);
  });
});
