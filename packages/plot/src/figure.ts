// A figure: one description, and every output that is made from it.
// in:  a description     out: SVG text, PNG bytes, a DOM node, a notebook bundle

import { canvasPng } from './canvas.js';
import type { Description } from './description.js';
import { drawFigure } from './draw.js';
import { pixelsPerInch } from './layout.js';

/** What a notebook shows, by kind; it picks the richest that it can. */
export interface MimeBundle {
  'text/plain': string;
  'image/svg+xml': string;
  /** Base64. */
  'image/png'?: string;
}

export class Figure {
  constructor(
    /** Plain data, and all that a figure is. */
    readonly description: Description,
  ) {}

  /** A new `<svg>` node. `document`: the page's own, or any DOM's. */
  element(document: Document | undefined = globalThis.document): SVGSVGElement {
    if (document !== undefined) return drawFigure(this.description, document);
    throw new Error(
      'element: there is no document here; pass one, or use svg(), which needs none.',
    );
  }

  /** A complete SVG file. */
  async svg(): Promise<string> {
    const document = globalThis.document ?? (await import('./node.js')).makeDocument();
    const element = this.element(document);
    if (typeof XMLSerializer === 'undefined') return element.outerHTML;
    return new XMLSerializer().serializeToString(element);
  }

  /** The bytes of a PNG file. `dpi`: pixels per inch, by default the figure's own. */
  async png(options: { dpi?: number } = {}): Promise<Uint8Array> {
    const scale = (options.dpi ?? this.description.dpi) / pixelsPerInch;
    const { width, height } = this.description;
    const svg = await this.svg();
    if (!isNode()) return canvasPng(svg, width * scale, height * scale);
    return (await import('./node.js')).rasterise(svg, scale);
  }

  /** For notebooks. `png`: also as a PNG, for those that show no SVG. */
  async notebook(options: { png?: boolean } = {}): Promise<MimeBundle> {
    const bundle: MimeBundle = { 'text/plain': `${this}`, 'image/svg+xml': await this.svg() };
    if (options.png) bundle['image/png'] = base64(await this.png());
    return bundle;
  }

  /** What Jupyter kernels of JavaScript ask a value for. */
  [Symbol.for('Jupyter.display')](): Promise<MimeBundle> {
    return this.notebook();
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  toString(): string {
    return `Figure(${this.description.summary})`;
  }
}

/** Deno and Bun say so too, and run the same modules. */
const isNode = (): boolean => typeof globalThis.process?.versions?.node === 'string';

function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
