// What a caller hands over, read into plain numbers: the one file that knows what a tensor is.
// in:  Whorl tensors, nested arrays, typed arrays     out: coordinates, class numbers, series

type Cell = number | bigint | boolean;

/** A Whorl tensor, or anything that tells its shape and gives its values when asked. */
export interface TensorLike {
  readonly shape: readonly number[];
  data(): ArrayLike<Cell> | Promise<ArrayLike<Cell>>;
}

/** Values in a row, with their shape. */
export interface ShapedArray {
  readonly shape: readonly number[];
  readonly data: ArrayLike<Cell>;
}

/** [n, 2]: a tensor, rows of two numbers, or a flat typed array x0, y0, x1, y1 ... */
export type Points = TensorLike | ShapedArray | ArrayLike<readonly number[]> | ArrayBufferView;
/** [n] class numbers 0, 1, 2 ... */
export type Labels = TensorLike | ShapedArray | ArrayLike<Cell> | ArrayBufferView;
/** [n] numbers. */
export type Values = Labels;

interface Flat {
  readonly shape: readonly number[];
  readonly values: ArrayLike<Cell>;
}

/** More classes than this cannot be told apart, so a label above it is rather a mistake. */
const mostClasses = 100;

async function flatten(who: string, name: string, source: unknown): Promise<Flat> {
  if (ArrayBuffer.isView(source)) {
    const values = source as unknown as ArrayLike<Cell>;
    return { shape: [values.length], values };
  }
  if (Array.isArray(source)) return fromNested(who, name, source);
  if (typeof source === 'object' && source !== null && 'shape' in source && 'data' in source) {
    const { shape, data } = source as ShapedArray | TensorLike;
    const values = typeof data === 'function' ? await (source as TensorLike).data() : data;
    return { shape, values };
  }
  throw new TypeError(
    `${who}: ${name} must be a tensor, an array or a typed array, and is ` +
      `${source === null ? 'null' : typeof source}.`,
  );
}

function fromNested(who: string, name: string, rows: readonly unknown[]): Flat {
  if (!rows.some(Array.isArray)) return { shape: [rows.length], values: rows as Cell[] };
  const width = (rows.find(Array.isArray) as unknown[]).length;
  const odd = rows.findIndex((row) => !Array.isArray(row) || row.length !== width);
  if (odd === -1) return { shape: [rows.length, width], values: rows.flat() as Cell[] };
  const found = Array.isArray(rows[odd]) ? `${(rows[odd] as unknown[]).length} values` : 'no row';
  throw new TypeError(
    `${who}: the rows of ${name} must be equally long, but ${name}[${odd}] has ${found} ` +
      `and others have ${width}.`,
  );
}

const showShape = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** x0, y0, x1, y1 ... of at least one point. Throws on other shapes and on NaN. */
export async function readPoints(who: string, source: unknown): Promise<Float64Array> {
  const { shape, values } = await flatten(who, 'X', source);
  const isFlat = ArrayBuffer.isView(source) && values.length % 2 === 0;
  if (!isFlat && !(shape.length === 2 && shape[1] === 2) && values.length > 0) {
    throw new TypeError(
      `${who}: X has the shape ${showShape(shape)}; points in the plane have [n, 2].`,
    );
  }
  if (values.length === 0) throw new TypeError(`${who}: X has no points.`);
  const points = Float64Array.from(values, Number);
  const bad: number[] = [];
  for (let i = 0; i < points.length; i += 2) {
    if (!Number.isFinite(points[i]) || !Number.isFinite(points[i + 1])) bad.push(i / 2);
  }
  if (bad.length === 0) return points;
  throw new RangeError(
    `${who}: ${bad.length} of the ${points.length / 2} points ${bad.length === 1 ? 'has' : 'have'} ` +
      `NaN or Infinity as a coordinate (the first is X[${bad[0]}]); a figure has no place for them.`,
  );
}

/** Class numbers, one for each of `count` points. `classes`: how many there are, where known. */
export async function readLabels(
  who: string,
  source: unknown,
  count: number,
  classes: number | null,
): Promise<Int32Array> {
  const { shape, values } = await flatten(who, 'y', source);
  if (shape.length !== 1 || values.length !== count) {
    throw new TypeError(
      `${who}: X has ${count} points, but y has the shape ${showShape(shape)}; ` +
        `it needs one class number for each, [${count}].`,
    );
  }
  const most = classes ?? mostClasses;
  return Int32Array.from(values, (cell, i) => {
    const label = Number(cell);
    if (Number.isInteger(label) && label >= 0 && label < most) return label;
    throw new RangeError(
      `${who}: y[${i}] is ${cell}; a label is a whole number from 0 to ${most - 1}` +
        `${classes === null ? '' : `, as there are names for ${classes} classes`}.`,
    );
  });
}

/** One number for each epoch; NaN and Infinity are kept: they are what a run that diverges shows. */
export async function readSeries(
  who: string,
  name: string,
  source: unknown,
): Promise<Float64Array> {
  const { shape, values } = await flatten(who, name, source);
  if (shape.length === 1) return Float64Array.from(values, Number);
  throw new TypeError(
    `${who}: ${name} has the shape ${showShape(shape)}; it needs one number for each epoch, [n].`,
  );
}

/** A module, or a function from points x0, y0, x1, y1 ... to their class numbers. */
export type Model =
  | { forward(x: never): unknown }
  | ((points: Float32Array) => ArrayLike<Cell> | Promise<ArrayLike<Cell>>);

/** The class of each point; -1 where the model gives NaN. `scores` are [n, count], row by row. */
export interface Classified {
  readonly classes: Int16Array;
  readonly scores: ArrayLike<number> | null;
  readonly count: number;
}

/** What the package whorl is asked for; nothing of its inside is known here. */
interface Whorl {
  tensor(data: Float32Array, options: { shape: readonly number[] }): unknown;
  noGrad<R>(body: () => R): R;
}

export async function classify(
  who: string,
  model: unknown,
  points: Float32Array,
): Promise<Classified> {
  if (typeof (model as { forward?: unknown } | null)?.forward === 'function') {
    return byScores(who, model as { forward(x: unknown): unknown }, points);
  }
  if (typeof model !== 'function') {
    throw new TypeError(
      `${who}: the model must have a method forward(x), or be a function from points ` +
        `(Float32Array x0, y0, x1, y1 ...) to class numbers.`,
    );
  }
  return byFunction(who, model as (points: Float32Array) => unknown, points);
}

async function byFunction(
  who: string,
  model: (points: Float32Array) => unknown,
  points: Float32Array,
): Promise<Classified> {
  const count = points.length / 2;
  const given = (await model(points)) as ArrayLike<Cell> | undefined;
  if (given?.length !== count) {
    throw new TypeError(
      `${who}: the model must give ${count} class numbers for ${count} points, ` +
        `and gave ${given?.length ?? typeof given}.`,
    );
  }
  const classes = Int16Array.from(given, (cell) => {
    const label = Number(cell);
    if (Number.isNaN(label)) return -1;
    if (Number.isInteger(label) && label >= 0 && label < mostClasses) return label;
    throw new RangeError(
      `${who}: the model gave the class ${cell}; a class is a whole number from 0 to ` +
        `${mostClasses - 1}.`,
    );
  });
  return { classes, scores: null, count: classes.reduce((most, c) => Math.max(most, c + 1), 0) };
}

async function byScores(
  who: string,
  model: { forward(x: unknown): unknown },
  points: Float32Array,
): Promise<Classified> {
  const rows = points.length / 2;
  const { noGrad, tensor } = (await import('whorl')) as unknown as Whorl;
  const output = await noGrad(() => model.forward(tensor(points, { shape: [rows, 2] })));
  const { shape, values } = await flatten(who, 'the output of the model', output);
  const count = shape[1];
  if (shape.length !== 2 || shape[0] !== rows || count < 2 || count > mostClasses) {
    throw new TypeError(
      `${who}: for ${showShape([rows, 2])} the model gives ${showShape(shape)}; it needs ` +
        `to give a score for each class, [${rows}, classes].`,
    );
  }
  const scores = values as ArrayLike<number>;
  return { classes: largest(scores, rows, count), scores, count };
}

/** The first of the largest scores of each row, -1 where any is NaN. */
function largest(scores: ArrayLike<number>, rows: number, count: number): Int16Array {
  const classes = new Int16Array(rows);
  for (let row = 0; row < rows; row++) {
    let best = 0;
    for (let c = 0; c < count; c++) {
      const score = scores[row * count + c];
      if (Number.isNaN(score)) {
        best = -1;
        break;
      }
      if (score > scores[row * count + best]) best = c;
    }
    classes[row] = best;
  }
  return classes;
}
