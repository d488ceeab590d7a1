// Notices a plain number argument that is another one at every call:
// each value makes a recording of its own.
// in:  the numbers among the arguments     out: one warning, which names the argument

/** So many values of one argument are no accident any more. */
const suspicious = 4;

export class NumberWatch {
  private readonly values = new Map<string, Set<number>>();
  private hasWarned = false;

  constructor(private readonly fn: (...args: never[]) => unknown) {}

  see(numbers: ReadonlyMap<string, number>): void {
    if (this.hasWarned) return;
    for (const [path, value] of numbers) {
      let seen = this.values.get(path);
      if (seen === undefined) {
        seen = new Set();
        this.values.set(path, seen);
      }
      seen.add(value);
      if (seen.size >= suspicious) this.warn(path);
    }
  }

  private warn(path: string): void {
    this.hasWarned = true;
    console.warn(
      `compile: the number ${this.nameOf(path)} took ${suspicious} values, and each is recorded ` +
        'anew; make it scalar(v), whose value may change from call to call.',
    );
  }

  private nameOf(path: string): string {
    const position = Number.parseInt(path, 10);
    const rest = path.slice(String(position).length);
    const name = parameterNames(this.fn)[position];
    return name === undefined ? `argument ${position}${rest}` : `"${name}${rest}"`;
  }
}

/** As far as the source shows them plainly. */
function parameterNames(fn: (...args: never[]) => unknown): (string | undefined)[] {
  const source = fn.toString();
  const list = /^[^(=]*\(([^)]*)\)/.exec(source)?.[1] ?? /^\s*(\w+)\s*=>/.exec(source)?.[1] ?? '';
  return list.split(',').map((part) => /^\s*([A-Za-z_$][\w$]*)/.exec(part)?.[1]);
}
