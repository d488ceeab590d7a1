// The line of an epoch, letter for letter as Python prints it.
// in:  epoch, loss, accuracy     out: [EPOCH]: 0, [LOSS]: 1.398912, [ACCURACY]: 0.224

export const epochLine = (epoch: number, loss: number, accuracy: number): string =>
  `[EPOCH]: ${epoch}, [LOSS]: ${fixed(loss, 6)}, [ACCURACY]: ${fixed(accuracy, 3)}`;

/**
 * C's %.Nf: like toFixed, but a value exactly half way goes to the even digit (0.0625 -> 0.062),
 * and what is no number has its name. `digits` is 1 or more.
 */
export function fixed(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  // From here on a double has no fraction, and toFixed would write an exponent.
  if (size >= 1e21) return `${sign}${BigInt(size)}.${'0'.repeat(digits)}`;
  // half way has one digit more than `digits`; no other double is so near that 100 would not tell
  const exact = size.toFixed(100);
  const cut = exact.indexOf('.') + 1 + digits;
  const isHalf = /^50*$/.test(exact.slice(cut));
  const isEven = Number(exact[cut - 1]) % 2 === 0;
  return sign + (isHalf && isEven ? exact.slice(0, cut) : size.toFixed(digits));
}
