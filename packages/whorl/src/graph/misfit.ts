// What is thrown where the operands of an operation do not go together.
// in:  the name of an op, what is wrong
// out: an error; who called the operation stands in front once that is known

/**
 * An operation whose operands do not go together. Who called it stands in front once that is known.
 */
export class Misfit extends Error {
  /** @param what without the name of the operation */
  constructor(
    readonly op: string,
    readonly what: string,
  ) {
    super(`${op}: ${what}`);
  }

  /** The same said of the operation that a user called. */
  static calledBy(name: string, error: unknown): unknown {
    if (error instanceof Misfit) error.message = `${name}: ${error.what}`;
    return error;
  }
}
