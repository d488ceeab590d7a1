// A description as an SVG element: panels by Observable Plot, texts and legend around them.
// in:  a description, a document     out: one <svg> that needs nothing beside it

import * as Plot from '@observablehq/plot';
import type { Description, KeyItem, Panel, TextItem } from './description.js';
import { marksOf } from './marks.js';
import { classSymbol } from './symbols.js';
import { classColour, type Theme, themes } from './theme.js';

const namespace = 'http://www.w3.org/2000/svg';
const fonts =
  "'DejaVu Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', " +
  "'WenQuanYi Micro Hei', system-ui, sans-serif";

type Attributes = Readonly<Record<string, string | number>>;

export function drawFigure(description: Description, document: Document): SVGSVGElement {
  const theme = themes[description.theme];
  const { width, height, summary } = description;
  const svg = create(document, 'svg', {
    xmlns: namespace,
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-label': summary,
    'font-family': fonts,
    fill: theme.text,
  });
  svg.append(
    create(document, 'rect', { width, height, fill: theme.background }),
    ...description.panels.map((panel) => drawPanel(panel, theme, document)),
    ...description.texts.map((item) => drawText(item, theme, document)),
    ...description.keys.map((item) => drawKey(item, theme, document)),
  );
  shortenNumbers(svg);
  return svg as unknown as SVGSVGElement;
}

function create(document: Document, name: string, attributes: Attributes): Element {
  const element = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/** A nested <svg> cuts off what lies beyond the axes; Plot's own would bring its style sheet. */
function drawPanel(panel: Panel, theme: Theme, document: Document): Element {
  const { x, y, width, height, margin } = panel;
  const drawn = Plot.plot({
    document,
    width,
    height,
    marginTop: margin.top,
    marginRight: margin.right,
    marginBottom: margin.bottom,
    marginLeft: margin.left,
    x: { domain: [...panel.xDomain], axis: null },
    y: { domain: [...panel.yDomain], axis: null },
    marks: panel.layers.flatMap((layer) => marksOf(layer, theme)),
  });
  const nested = create(document, 'svg', {
    x,
    y,
    width,
    height,
    'font-size': 12,
    'text-anchor': 'middle',
    overflow: 'hidden',
  });
  for (const child of [...drawn.children]) {
    if (child.localName !== 'style') nested.append(child);
  }
  return nested;
}

function drawText(item: TextItem, theme: Theme, document: Document): Element {
  const { x, y, size, anchor, tone, bold, text } = item;
  const element = create(document, 'text', {
    x,
    y,
    'font-size': size,
    'text-anchor': anchor,
    fill: theme[tone],
    ...(bold ? { 'font-weight': 'bold' } : {}),
  });
  element.textContent = text;
  return element;
}

function drawKey(item: KeyItem, theme: Theme, document: Document): Element {
  const commands: string[] = [];
  classSymbol(item.class).draw(
    {
      moveTo: (x, y) => commands.push(`M${x},${y}`),
      lineTo: (x, y) => commands.push(`L${x},${y}`),
      arc: (_x, _y, r) => commands.push(`A${r},${r},0,1,1,${-r},0A${r},${r},0,1,1,${r},0`),
      closePath: () => commands.push('Z'),
    },
    80,
  );
  return create(document, 'path', {
    d: commands.join(''),
    transform: `translate(${item.x},${item.y})`,
    fill: classColour(theme, item.class),
  });
}

const lengths = 'x y x1 x2 y1 y2 cx cy r d transform'.split(' ');

/** Hundredths of a pixel are enough, and halve the file. */
function shortenNumbers(svg: Element): void {
  for (const element of svg.querySelectorAll('*')) {
    // Of a rectangle the ends are rounded, not the width: neighbours still meet exactly.
    shortenExtent(element, 'x', 'width');
    shortenExtent(element, 'y', 'height');
    for (const name of lengths) {
      const value = element.getAttribute(name);
      if (value?.includes('.')) element.setAttribute(name, value.replace(longNumber, hundredths));
    }
  }
}

const longNumber = /-?\d*\.\d{3,}(e-?\d+)?/g;
const hundredths = (value: string | number): string =>
  String(Math.round(Number(value) * 100) / 100);

function shortenExtent(element: Element, start: string, extent: string): void {
  const size = element.getAttribute(extent);
  if (size === null) return;
  const from = Number(element.getAttribute(start) ?? 0);
  const end = Number(hundredths(from + Number(size)));
  element.setAttribute(extent, hundredths(end - Number(hundredths(from))));
}
