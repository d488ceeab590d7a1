// Values as Python prints them, for the reprs of modules.

/** A float: 1.0, 0.01, 1e-05. */
export function pythonFloat(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e16) return `${value}.0`;
  const size = Math.abs(value);
  const text = size < 1e-4 || size >= 1e16 ? value.toExponential() : String(value);
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

/** True, False. */
export const pythonBool = (value: boolean): string => (value ? 'True' : 'False');

/** (3,), (3, 3). */
export const pythonTuple = (sizes: readonly (number | null)[]): string =>
  `(${sizes.map((n) => n ?? 'None').join(', ')}${sizes.length === 1 ? ',' : ''})`;

/** A number as it is, a list as a tuple. */
export const pythonSizes = (value: number | null | readonly (number | null)[]): string =>
  typeof value === 'number' || value === null ? String(value ?? 'None') : pythonTuple(value);
