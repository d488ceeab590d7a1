// Figures in a page: drawn by the browser's own document and canvas, without linkedom and resvg.

import { beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../../../scripts/packages.mjs';
import { runInChromium } from '../../../../scripts/page.mjs';
import { bundle } from '../../../../scripts/readme-example.mjs';

const program = `
  import { plotModel } from '${root}/packages/plot/src/index.ts';
  const side = (points) => Array.from({ length: points.length / 2 }, (_, i) => +(points[2 * i] > 0));
  const figure = await plotModel([[-1, 0], [1, 0]], [0, 1], side, { title: '边界', figsize: [2, 2.5], dpi: 96 });
  document.body.append(figure.element());
  const drawn = document.querySelector('svg');
  console.log(drawn.getBoundingClientRect().width, drawn.querySelectorAll('rect').length);
  const left = drawn.querySelector('.region-0 rect').getBoundingClientRect();
  const start = left.left - drawn.getBoundingClientRect().left;
  console.log([start, left.width, left.height].map(Math.round).join(' '));
  const file = new DOMParser().parseFromString(await figure.svg(), 'image/svg+xml');
  console.log(file.documentElement.localName, file.documentElement.textContent.includes('边界'));
  const png = await figure.png();
  const view = new DataView(png.buffer);
  console.log(view.getUint32(0).toString(16), view.getUint32(16), view.getUint32(20));
`;

describe('a figure in a page', () => {
  let code = '';
  let lines: string[] = [];

  beforeAll(async () => {
    code = await bundle(program, {
      folder: root,
      whorl: `${root}/packages/whorl/src/index.ts`,
    });
    lines = await runInChromium(code, { isolated: false });
  });

  it('is bundled without what only Node needs', () => {
    expect(code).not.toMatch(/resvg|linkedom/i);
  });

  it('is a node of its document, panels in their places', () => {
    expect(lines.slice(0, 2)).toEqual(['192 3', '22 74 148']);
  });

  it('is a well-formed SVG file and a PNG', () => {
    expect(lines.slice(2)).toEqual(['svg true', '89504e47 192 240']);
  });
});
