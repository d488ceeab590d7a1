// How many columns of a terminal a text fills: Chinese letters fill two.
// in:  a text     out: a number of columns, or as much of the text as fits

/** Hangul, kana, ideographs, their punctuation and full-width forms. */
const wide = new RegExp(
  '[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3' +
    '\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]',
);

export function displayWidth(text: string): number {
  let columns = 0;
  for (const letter of text) columns += wide.test(letter) ? 2 : 1;
  return columns;
}

/** The beginning of a text that fits into so many columns. */
export function cutToWidth(text: string, columns: number): string {
  let kept = '';
  let used = 0;
  for (const letter of text) {
    used += displayWidth(letter);
    if (used > columns) break;
    kept += letter;
  }
  return kept;
}
