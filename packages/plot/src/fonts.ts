// The font files that a PNG is painted with, looked for where systems keep them.
// in:  the text to be painted     out: paths of files, the family for Latin letters

import { existsSync } from 'node:fs';
import { hasEastAsian } from './text-width.js';

export interface Fonts {
  /** Empty where no known file is there. */
  readonly files: string[];
  readonly family: string | null;
}

interface Latin {
  readonly family: string;
  readonly files: readonly string[];
}

const linux = '/usr/share/fonts';
const macOs = '/System/Library/Fonts';
const windows = `${process.env['WINDIR'] ?? 'C:\\Windows'}\\Fonts`;

const dejavu = (folder: string): Latin => ({
  family: 'DejaVu Sans',
  files: [`${folder}/DejaVuSans.ttf`, `${folder}/DejaVuSans-Bold.ttf`],
});

const latin: readonly Latin[] = [
  dejavu(`${linux}/truetype/dejavu`),
  dejavu(`${linux}/dejavu-sans-fonts`),
  dejavu(`${linux}/dejavu`),
  dejavu(`${linux}/TTF`),
  {
    family: 'Liberation Sans',
    files: ['Regular', 'Bold'].map((w) => `${linux}/truetype/liberation/LiberationSans-${w}.ttf`),
  },
  { family: 'Helvetica', files: [`${macOs}/Helvetica.ttc`] },
  { family: 'Arial', files: [`${macOs}/Supplemental/Arial.ttf`] },
  { family: 'Arial', files: [`${windows}\\arial.ttf`, `${windows}\\arialbd.ttf`] },
];

const chinese: readonly string[] = [
  `${linux}/truetype/wqy/wqy-microhei.ttc`,
  `${linux}/wenquanyi/wqy-microhei/wqy-microhei.ttc`,
  `${linux}/wqy-microhei-fonts/wqy-microhei.ttc`,
  `${linux}/truetype/wqy/wqy-zenhei.ttc`,
  `${linux}/opentype/noto/NotoSansCJK-Regular.ttc`,
  `${linux}/noto-cjk/NotoSansCJK-Regular.ttc`,
  `${linux}/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc`,
  `${macOs}/PingFang.ttc`,
  `${macOs}/Hiragino Sans GB.ttc`,
  `${macOs}/STHeiti Light.ttc`,
  `${windows}\\msyh.ttc`,
  `${windows}\\simhei.ttf`,
];

/** `exists` stands in for the file system in tests. */
export function findFonts(text: string, exists: (file: string) => boolean = existsSync): Fonts {
  const found = latin.find(({ files }) => exists(files[0]));
  const files = (found?.files ?? []).filter(exists);
  if (hasEastAsian(text)) {
    const file = chinese.find(exists);
    if (file === undefined) sayOnce(missing);
    else files.push(file);
  }
  return { files, family: found?.family ?? null };
}

const missing =
  'whorl/plot: no Chinese font was found, so letters may be missing from PNG figures; ' +
  'install one (Debian, Ubuntu: apt-get install fonts-wqy-microhei). SVG figures are not affected.';

const said = new Set<string>();

function sayOnce(text: string): void {
  if (said.has(text)) return;
  said.add(text);
  process.stderr.write(`${text}\n`);
}
