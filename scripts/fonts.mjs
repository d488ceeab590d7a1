// Installs the fonts that PNG figures are drawn with: Latin letters, and Chinese ones beside them.
// in:  the fonts of the system     out: a sentence where a figure would lack letters

import { existsSync } from 'node:fs';
import { installDebian } from './debian.mjs';

/** The files that packages/plot looks for first, so that figures are the same on every machine. */
const fonts = [
  { name: 'fonts-dejavu-core', file: '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf' },
  { name: 'fonts-wqy-microhei', file: '/usr/share/fonts/truetype/wqy/wqy-microhei.ttc' },
];

/** @returns {string | null} what is missing; SVG figures are drawn with the reader's own fonts */
export function installFonts() {
  if (process.platform !== 'linux') return null;
  const missing = () => fonts.filter((font) => !existsSync(font.file)).map((font) => font.name);
  if (missing().length > 0) installDebian(...missing());
  const still = missing();
  if (still.length === 0) return null;
  return `Fonts are missing (${still.join(', ')}): labels of PNG figures may lack letters.`;
}
