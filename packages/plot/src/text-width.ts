// About how wide a text is: figures are laid out before any font is there.

/** Chinese, Japanese and Korean letters, and the full-width forms that go with them. */
const eastAsian = /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]/;

export const hasEastAsian = (text: string): boolean => eastAsian.test(text);

/** In pixels. Errs on the wide side for usual fonts. */
export function textWidth(text: string, size: number): number {
  let ems = 0;
  for (const letter of text) ems += eastAsian.test(letter) ? 1 : 0.6;
  return ems * size;
}
