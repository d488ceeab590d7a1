import { writeFileSync } from 'node:fs';
import { plotData, plotModel, plotBoundaries, plotCurves } from './src/index.js';
let s = 1;
const u = () => (s = (s * 16807) % 2147483647) / 2147483647;
const g = () => Math.sqrt(-2 * Math.log(u())) * Math.cos(6.2831853 * u());
const C = Number(process.argv[2] ?? 4),
  N = Number(process.argv[3] ?? 1000);
const X: number[][] = [],
  y: number[] = [];
for (let c = 0; c < C; c++)
  for (let i = 0; i < N; i++) {
    const t = i / (N - 1);
    const a = ((2 * Math.PI) / C) * (c + 2 * t) + g() * 0.2;
    X.push([t * Math.sin(a), t * Math.cos(a)]);
    y.push(c);
  }
const byAngle = (twist: number) => (p: Float32Array) =>
  Array.from({ length: p.length / 2 }, (_, i) => {
    const r = Math.hypot(p[2 * i], p[2 * i + 1]);
    const a = Math.atan2(p[2 * i], p[2 * i + 1]) - twist * r + Math.PI / C;
    return Math.floor(((((a / (2 * Math.PI)) % 1) + 1) % 1) * C) % C;
  });
const time = async (name: string, f: () => Promise<any>) => {
  const t = performance.now();
  const fig = await f();
  const t1 = performance.now();
  const svg = await fig.svg();
  const t2 = performance.now();
  writeFileSync(`/tmp/figs/${name}.svg`, svg);
  writeFileSync(`/tmp/figs/${name}.png`, await fig.png());
  console.log(
    name,
    `${fig}`,
    (t1 - t).toFixed(),
    (t2 - t1).toFixed(),
    (performance.now() - t2).toFixed(),
    svg.length >> 10,
    'KB',
  );
};
const tag = `${C}-${N}`;
for (const theme of ['light', 'dark'] as const) {
  await time(`data-${tag}-${theme}`, () => plotData(X, y, { title: '螺旋数据 Spiral', theme }));
  await time(`model-${tag}-${theme}`, () => plotModel(X, y, byAngle((4 * Math.PI) / C), { theme }));
}
await time(`bound-${tag}`, () =>
  plotBoundaries(
    [
      { title: '两个线性层 + SGD', model: byAngle(1) },
      { title: '线性层-ReLU-线性层 + Adam', model: byAngle((4 * Math.PI) / C) },
    ],
    X,
    y,
    { title: '决策边界' },
  ),
);
const run = (a: number, b: number) =>
  Array.from({ length: 1000 }, (_, i) => a + (1.39 - a) * Math.exp(-i / b) + 0.002 * g());
for (const theme of ['light', 'dark'] as const)
  await time(`curves-${theme}`, () =>
    plotCurves(
      [
        {
          title: '线性 SGD',
          loss: run(0.9, 300),
          accuracy: run(0.4, 200)
            .map((v) => 1.3 - v)
            .map((v) => Math.min(0.5, v)),
        },
        {
          title: 'ReLU + Adam',
          loss: run(0.22, 200),
          accuracy: run(0.2, 150).map((v) => 1.15 - v * 0.9),
        },
      ],
      { title: '训练曲线', theme, labels: { epoch: '轮次', loss: '损失', accuracy: '准确率' } },
    ),
  );
