// What a value looks like in a log: every bit counts, and long ones are told by a sum of their bits.
// in:  a tensor of the library or of the oracle     out: one line

/** More elements than this are summed up. */
const most = 400;

interface Shown {
  readonly dtype: string;
  readonly shape: readonly number[];
  dataSync(): ArrayLike<number | bigint | boolean>;
}

const word = (value: number | bigint | boolean): string =>
  Object.is(value, -0) ? '-0' : String(value);

/** Of the words that stand for the elements: NaN is one number, whatever its bits. */
function hash(list: ArrayLike<number | bigint | boolean>): string {
  let sum = 0x811c9dc5;
  for (let i = 0; i < list.length; i++) {
    const text = word(list[i]!);
    for (let k = 0; k < text.length; k++) sum = Math.imul(sum ^ text.charCodeAt(k), 0x01000193);
  }
  return (sum >>> 0).toString(16);
}

export function show(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map(show).join(' ; ');
  if (!('dataSync' in value))
    return ArrayBuffer.isView(value) ? String(value) : `a ${value.constructor?.name}`;
  const { dtype, shape } = value as Shown;
  const list = (value as Shown).dataSync();
  const head = `${dtype} ${shape.join()} | `;
  if (list.length <= most) return head + Array.from(list, word).join();
  return `${head}${Array.from({ length: 4 }, (_, i) => word(list[i]!)).join()}, ... #${hash(list)}`;
}
