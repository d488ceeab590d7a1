// What a value looks like in a log: every bit counts, and long ones are told by a sum of their bits.
// in:  a tensor of the library or of the oracle     out: one line

/** More elements than this are summed up. */
const most = 400;

type Data = ArrayLike<number | bigint | boolean>;

interface Shown {
  readonly dtype: string;
  readonly shape: readonly number[];
  dataSync(): Data;
  data(): Promise<Data>;
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
  if (Array.isArray(value)) return value.map(show).join(' ; ');
  return isShown(value) ? line(value, value.dataSync()) : nameOf(value);
}

/** The same, of a device that is read by waiting. */
export async function showSoon(value: unknown): Promise<string> {
  if (!Array.isArray(value))
    return isShown(value) ? line(value, await value.data()) : nameOf(value);
  const parts: string[] = [];
  for (const each of value) parts.push(await showSoon(each));
  return parts.join(' ; ');
}

const isShown = (value: unknown): value is Shown =>
  value !== null && typeof value === 'object' && 'dataSync' in value;

/** What has no elements. */
function nameOf(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (value === null || typeof value !== 'object') return String(value);
  return ArrayBuffer.isView(value) ? String(value) : `a ${value.constructor?.name}`;
}

function line({ dtype, shape }: Shown, list: Data): string {
  const head = `${dtype} ${shape.join()} | `;
  if (list.length <= most) return head + Array.from(list, word).join();
  return `${head}${Array.from({ length: 4 }, (_, i) => word(list[i]!)).join()}, ... #${hash(list)}`;
}
