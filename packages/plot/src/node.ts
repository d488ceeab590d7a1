// What a browser has and Node lacks: a document to draw in, a painter of SVG.
// in:  the text of an SVG file     out: the bytes of a PNG file

import { Resvg } from '@resvg/resvg-js';
import { parseHTML } from 'linkedom';
import { findFonts } from './fonts.js';

export const makeDocument = (): Document =>
  parseHTML('<!DOCTYPE html><html><body></body></html>').document as unknown as Document;

export function rasterise(svg: string, scale: number): Uint8Array {
  const { files, family } = findFonts(svg);
  const painter = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: {
      // Named files make the same picture on every machine; searching the system is a last resort.
      loadSystemFonts: family === null,
      fontFiles: files,
      ...(family === null ? {} : { defaultFontFamily: family, sansSerifFamily: family }),
    },
  });
  return new Uint8Array(painter.render().asPng());
}
