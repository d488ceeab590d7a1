import { inspect } from 'node:util';
import { parseHTML } from 'linkedom';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { findFonts } from '../src/fonts.js';
import { plotData, type MimeBundle } from '../src/index.js';
import { spiral } from './spiral.js';
import { readSvg } from './svg.js';

const { y, ...data } = spiral(10);
const X = data.X.map(([across, up]) => [across + 0.01, up + 0.01]);
const figure = await plotData(X, y, { title: '螺旋 spiral', figsize: [3, 3.5], dpi: 100 });

const sizeOf = (png: Uint8Array): [number, number] => {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
};

describe('a figure becomes', () => {
  it('an SVG file that needs nothing beside it', async () => {
    const text = await figure.svg();
    expect(readSvg(text).root.getAttribute('viewBox')).toBe('0 0 288 336');
    expect(text).toContain('xmlns="http://www.w3.org/2000/svg"');
    expect(text).toContain('aria-label="40 points in 4 classes"');
    expect(text).not.toMatch(/<style|<figure|url\(|href|NaN|undefined/);
    expect(await figure.svg()).toBe(text);
  });

  it('a PNG of figsize times dpi pixels', async () => {
    const png = await figure.png();
    expect(png).toBeInstanceOf(Uint8Array);
    expect([...png.slice(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    expect(sizeOf(png)).toEqual([300, 350]);
    expect(sizeOf(await figure.png({ dpi: 200 }))).toEqual([600, 700]);
  });

  it('a node of whatever document there is', () => {
    const { document } = parseHTML('<html><body></body></html>');
    const node = figure.element(document as unknown as Document);
    document.body.append(node as never);
    expect(document.querySelectorAll('body > svg')).toHaveLength(1);
    expect(() => figure.element()).toThrow('element: there is no document here');
  });

  it('a bundle for a notebook, with a PNG where asked for', async () => {
    const bundle = await figure.notebook({ png: true });
    expect(bundle['text/plain']).toBe('Figure(40 points in 4 classes)');
    expect(bundle['image/svg+xml']).toMatch(/^<svg/);
    expect(
      Buffer.from(bundle['image/png'] ?? '', 'base64')
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    const display = Symbol.for('Jupyter.display') as never;
    const shown = (figure as unknown as Record<string, () => Promise<MimeBundle>>)[display]();
    expect(Object.keys(await shown)).toEqual(['text/plain', 'image/svg+xml']);
  });

  it('a line on the console', () => {
    expect(inspect(figure)).toBe('Figure(40 points in 4 classes)');
  });

  it('plain data that survives a journey as JSON', () => {
    expect(JSON.parse(JSON.stringify(figure.description))).toEqual(figure.description);
  });
});

describe('fonts of a PNG', () => {
  afterEach(() => vi.restoreAllMocks());

  it('are named files, a Chinese one only where the text has such letters', () => {
    const exists = (file: string) => /DejaVuSans\.ttf|wqy-microhei/.test(file);
    expect(findFonts('loss', exists).files).toHaveLength(1);
    expect(findFonts('损失', exists).files.map((file) => file.split('/').pop())).toEqual([
      'DejaVuSans.ttf',
      'wqy-microhei.ttc',
    ]);
    expect(findFonts('loss', () => false)).toEqual({ files: [], family: null });
  });

  it('that lack Chinese letters are mentioned once, with the package to install', () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const exists = (file: string) => file.includes('DejaVuSans');
    findFonts('损失', exists);
    findFonts('损失', exists);
    expect(write).toHaveBeenCalledOnce();
    expect(write.mock.calls[0][0]).toContain('apt-get install fonts-wqy-microhei');
  });

  it('paint Chinese letters as something else than the boxes of missing ones', async () => {
    const png = async (title: string) => (await plotData(X, y, { title, legend: false })).png();
    const [a, b] = await Promise.all([png('损失'), png('准确')]);
    // Two boxes would be the same picture whatever the letters are.
    expect(findFonts('损失').files.length > 1 && Buffer.from(a).equals(Buffer.from(b))).toBe(false);
  });
});
