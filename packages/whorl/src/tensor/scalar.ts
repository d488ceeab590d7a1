// scalar(): a number whose value may change between the calls of a compiled function.
// in:  a number, or a function that computes one     out: an object that operators take as a number

import { capturing, hostStepOf, live } from '../capture/looking/capturing.js';
import { constant } from '../graph/build.js';
import { Misfit } from '../graph/misfit.js';
import type { Live } from '../graph/live.js';
import { opaque } from '../capture/looking/host-state.js';
import { fromNode, type Tensor } from './tensor.js';

export class HostScalar {
  private read: () => number;

  constructor(value: number | (() => number)) {
    this.read = typeof value === 'function' ? value : () => value;
  }

  /** The value now. Assigned, it counts from the next call on. */
  get value(): number {
    if (capturing.now !== null) this.refuse();
    return this.read();
  }

  set value(value: number) {
    hostStepOf(
      value,
      () => [this],
      () => {
        this.read = () => value;
      },
    );
  }

  /** @internal */
  get [opaque](): boolean {
    return true;
  }

  /** @internal while capturing a number that is asked for before each replay */
  get number(): number | Live {
    return live(() => this.read(), this);
  }

  /** @internal */
  get current(): number {
    return this.read();
  }

  /** A 0-d float32 tensor of the value. */
  tensor(): Tensor<[], 'float32'> {
    return fromNode(constant(this.number, 'float32')) as unknown as Tensor<[], 'float32'>;
  }

  /**
   * The value, for JavaScript's arithmetic; an error while capturing, where it would stay as it is
   * today.
   */
  valueOf(): number {
    return this.value;
  }

  toString(): string {
    return `scalar(${this.read()})`;
  }

  private refuse(): never {
    throw new Misfit(
      'scalar',
      'while compile() captures a function the value of a scalar cannot be taken: the recording ' +
        'would keep it. Let an operator take the scalar itself, or make the expression a ' +
        'scalar(() => ...)',
    );
  }
}

/** Operators take it where they take a number. */
export type LiveNumber = number & HostScalar;

/**
 * A number for compiled functions: `value` may be set between the calls, and the next call uses it;
 * a function is asked anew by each call. Operators take it where they take a number; tensor() gives
 * it as a 0-d tensor.
 *
 * @example
 * const rate = scalar(0.1);
 * const step = compile((x) => x.mul(rate));
 * rate.value = 0.01;
 */
export function scalar(value: number | (() => number)): LiveNumber {
  if (typeof value !== 'number' && typeof value !== 'function') {
    throw new TypeError('scalar: expected a number, or a function that computes one');
  }
  return new HostScalar(value) as LiveNumber;
}
