// Binds what a call was given to a function's parameters, as Python does: by place, by name, or
// some of each.
// in:  a name, a signature, the arguments
// out: one value a positional parameter, then the options object
//
// PyTorch's positional forms (maxPool2d(x, 3, 2)) and names for any parameter (x.sum({ dim: 0 }))
// are understood; what fits nowhere is refused with the form that would. The usual call, positional
// arguments of the right kinds, is handed on as it is.

import { capturing } from '../../capture/looking/capturing.js';
import { HostScalar } from '../scalar.js';
import { shown } from './show.js';
import { type Parameter, type Parameters, readSignature, usage } from './signature.js';

export type Binder = (args: readonly unknown[]) => readonly unknown[];

export function isOptions(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Signatures are read when a function is first called: most never are. */
export function binder(name: string, signature: string): Binder {
  let call: Call | null = null;
  return (args) => {
    call ??= new Call(name, readSignature(signature));
    return call.bind(args);
  };
}

class Call {
  private readonly front: readonly Parameter[];
  private readonly required: number;
  private readonly byKey: ReadonlyMap<string, Parameter>;
  /** Options without a default. */
  private readonly asked: readonly Parameter[];

  constructor(
    private readonly name: string,
    private readonly parameters: Parameters,
  ) {
    this.front = parameters.front;
    this.required = this.front.filter((p) => !p.optional).length - (parameters.variadic ? 1 : 0);
    this.byKey = new Map(parameters.options.map((p) => [p.key, p]));
    this.asked = parameters.options.filter((p) => !p.optional);
  }

  bind(args: readonly unknown[]): readonly unknown[] {
    const { front } = this;
    const given = args.length;
    if (this.parameters.variadic) return this.spread(args);
    const places = Math.min(given, front.length);
    const isUnusual = given < this.required || given > front.length + 1 || this.asked.length > 0;
    if (isUnusual) return this.settle(args);
    for (let i = 0; i < places; i++)
      if (!this.isPlain(front[i]!, args[i])) return this.settle(args);
    return given === places || this.areKnown(args[places]) ? args : this.settle(args);
  }

  /** An options object of which nothing has to be changed. */
  private areKnown(value: unknown): boolean {
    if (!isOptions(value)) return false;
    for (const key in value) {
      const option = this.byKey.get(key);
      const one = value[key];
      if (option === undefined || one === undefined) return false;
      if (!(one === null ? option.kind.nullable : option.kind.fits(one))) return false;
    }
    return true;
  }

  private isPlain({ kind, optional }: Parameter, value: unknown): boolean {
    if (value === undefined) return optional;
    return value === null ? kind.nullable : kind.fits(value);
  }

  /**
   * The long way: an options object, positions among the options, values to convert, or an error.
   */
  private settle(args: readonly unknown[]): readonly unknown[] {
    const { front } = this;
    const named = this.optionsOf(args);
    const places = named === null ? args : args.slice(0, -1);
    const options = this.named(named ?? {});
    const result: unknown[] = front.map((p, i) => this.placed(p, i, places, options));
    places.slice(front.length).forEach((value, i) => {
      this.surplus(value, i, places.length, options);
    });
    for (const p of this.asked) if (!options.has(p.key)) throw this.missing(p);
    const rest = Object.fromEntries(options);
    if (named !== null || options.size > 0) result.push(rest);
    return result;
  }

  /** The last argument, where it is an object of options and no value of a positional parameter. */
  private optionsOf(args: readonly unknown[]): Record<string, unknown> | null {
    const last = args[args.length - 1];
    if (!isOptions(last)) return null;
    const i = args.length - 1;
    const place = this.front[this.parameters.variadic ? Math.min(i, this.front.length - 1) : i];
    return place?.kind.takesObjects ? null : last;
  }

  private placed(
    p: Parameter,
    i: number,
    places: readonly unknown[],
    options: Map<string, unknown>,
  ): unknown {
    const byName = options.get(p.key);
    options.delete(p.key);
    if (i < places.length && byName !== undefined && places[i] !== undefined) {
      throw new TypeError(`${this.name}: got multiple values for argument '${p.key}'`);
    }
    const value = byName === undefined ? places[i] : byName;
    if (value === undefined) {
      if (p.optional) return undefined;
      if (i < places.length) throw this.misfit(p, value, i + 1);
      throw this.missing(p);
    }
    // None where PyTorch has a default of its own
    if (value === null && p.optional && !p.kind.nullable) return undefined;
    return this.fitted(p, value, byName === undefined ? i + 1 : 0);
  }

  /**
   * The entries of an options object, each known and of its kind; what stands in front is not
   * checked yet.
   */
  private named(given: Record<string, unknown>): Map<string, unknown> {
    const options = new Map<string, unknown>();
    for (const key of Object.keys(given)) {
      const value = given[key];
      const option = this.byKey.get(key);
      const isFront = option === undefined && this.front.some((p) => p.key === key);
      if (option === undefined && !isFront) throw this.unknown(key);
      if (value !== undefined) options.set(key, isFront ? value : this.fitted(option!, value, 0));
    }
    return options;
  }

  /** A value past the positional parameters: PyTorch's place among the options, or an error. */
  private surplus(value: unknown, i: number, given: number, options: Map<string, unknown>): void {
    const p = this.parameters.options[i];
    if (value === undefined) return;
    if (p === undefined || i >= this.parameters.loose) throw this.tooMany(value, given);
    if (options.has(p.key)) {
      throw new TypeError(`${this.name}: got multiple values for argument '${p.key}'`);
    }
    options.set(p.key, this.fitted(p, value, this.front.length + i + 1));
  }

  private fitted(p: Parameter, value: unknown, position: number): unknown {
    if (value === null ? p.kind.nullable : p.kind.fits(value)) return value;
    if (value instanceof HostScalar && capturing.now !== null) throw this.changing(p);
    const converted = value === null ? undefined : p.kind.from(value);
    if (converted !== undefined) return converted;
    throw this.misfit(p, value, position);
  }

  /** Another value would be another recording. */
  private changing({ key }: Parameter): TypeError {
    return new TypeError(
      `${this.name}: argument '${key}' decides what is computed, so inside compile() it cannot ` +
        'be a scalar(), whose value may change from call to call: pass a plain number',
    );
  }

  private missing(p: Parameter): TypeError {
    return new TypeError(
      `${this.name}: missing the required argument '${p.key}'; call it as ${this.usage()}`,
    );
  }

  private misfit(p: Parameter, value: unknown, position: number): TypeError {
    const place = position === 0 ? '' : ` (position ${position})`;
    return new TypeError(
      `${this.name}: argument '${p.key}'${place} must be ${p.kind.says}, got ${shown(value)}; ` +
        `call it as ${this.usage()}`,
    );
  }

  /** zeros(2, 3, { dtype }): one parameter takes all that follow. */
  private spread(args: readonly unknown[]): readonly unknown[] {
    const { front } = this;
    const named = this.optionsOf(args);
    const places = named === null ? args : args.slice(0, -1);
    const last = front.length - 1;
    if (named === null && this.arePlain(places, last)) return args;
    const options = this.named(named ?? {});
    const many = front[last]!;
    const fixed = front.slice(0, -1).map((p, i) => this.placed(p, i, places, options));
    const byName = options.get(many.key);
    options.delete(many.key);
    const listed = byName === undefined ? places.slice(last) : [byName];
    const values = listed.map((value, i) => this.fitted(many, value, last + i + 1));
    return options.size > 0 || this.byKey.size > 0
      ? [...fixed, ...values, ...(named === null ? [] : [Object.fromEntries(options)])]
      : [...fixed, ...values];
  }

  /** Each of its kind, those from `last` on of the last one's. */
  private arePlain(places: readonly unknown[], last: number): boolean {
    for (let i = 0; i < places.length; i++) {
      if (!this.isPlain(this.front[Math.min(i, last)]!, places[i])) return false;
    }
    return true;
  }

  private usage(): string {
    return usage(this.name, this.parameters);
  }

  private unknown(key: string): TypeError {
    const camel = this.parameters.options.concat(this.front).find((p) => p.name === key);
    const all = [...this.byKey.keys()].join(', ');
    const hint = camel === undefined ? '' : ` (${key} is ${camel.key} here)`;
    return new TypeError(
      `${this.name}: unknown option "${key}"; it takes ${all || `none: ${this.usage()}`}${hint}`,
    );
  }

  private tooMany(value: unknown, given: number): TypeError {
    const { options, loose } = this.parameters;
    const meant = options
      .slice(loose)
      .find((p) => p.kind.fits(value) && p.kind.says !== 'anything');
    const most = this.front.length + loose;
    const takes =
      most === 0
        ? 'takes no positional arguments'
        : `takes at most ${most} positional argument${most === 1 ? '' : 's'}`;
    const places = this.front.map((p) => p.key).join(', ');
    const form =
      meant === undefined
        ? this.usage()
        : `${this.name}(${places}${places && ', '}{ ${meant.key}: ${shown(value)} })`;
    return new TypeError(
      `${this.name}: ${takes}, but ${given} ${given === 1 ? 'was' : 'were'} given ` +
        `(${shown(value)} is too many); write ${form}`,
    );
  }
}
