// What a device throws.
// in:  sizes     out: errors with the sizes in words, and in fields for programs that react

const units = ['bytes', 'KiB', 'MiB', 'GiB'];

/** 1536 is '1.50 KiB'. */
export function inWords(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${bytes} bytes` : `${value.toFixed(2)} ${units[unit]}`;
}

/** Nothing fits any more, although collected owners were looked for. */
export class OutOfMemoryError extends Error {
  override readonly name = 'OutOfMemoryError';

  constructor(
    readonly requested: number,
    readonly used: number,
    readonly reserved: number,
    readonly limit: number,
    advice = '',
  ) {
    super(
      `out of memory: ${inWords(requested)} were asked for while ${inWords(used)} are in use, ` +
        `${inWords(reserved)} reserved from the system, and the device may reserve ` +
        `${inWords(limit)} at most.${advice === '' ? '' : ` ${advice}`}`,
    );
  }
}

/**
 * A kernel touched memory that is not its own: a mistake of
 * the library, seen where it looks for them.
 */
export class MemoryFault extends Error {
  override readonly name = 'MemoryFault';
}

/** A synchronous loop made more than the platform can take back without the event loop. */
export class NeedsAwaitError extends Error {
  override readonly name = 'NeedsAwaitError';

  constructor(
    readonly unclaimed: number,
    readonly budget: number,
  ) {
    super(
      `${inWords(unclaimed)} of tensors were made without giving the event loop a turn, ` +
        `more than the budget of ${inWords(budget)}: unused tensors are found only between ` +
        'turns. Put an await into the loop, for instance `await loss.item()`.',
    );
  }
}
