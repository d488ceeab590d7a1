// One function while it is written: its code, and which of the kernel's locals it has.
// in:  instructions, accesses to locals by their number in the kernel     out: a function

import type { Bytes, FunctionCode } from './encoder.js';
import { ByteWriter, control, unsigned } from './encoder.js';
import type { WasmType } from './opcodes.js';

/** What instructions are written to. */
export interface Sink {
  push(piece: Bytes): void;
  get(local: number): void;
  set(local: number): void;
}

export class FunctionWriter implements Sink {
  private readonly code = new ByteWriter();
  private readonly numbers = new Map<number, number>();
  private readonly locals: WasmType[] = [];

  /** `params`: the kernel's locals that the function is given. */
  constructor(
    private readonly params: readonly number[],
    private readonly typeOf: (local: number) => WasmType,
  ) {
    for (const [number, local] of params.entries()) this.numbers.set(local, number);
  }

  push(piece: Bytes): void {
    this.code.push(piece);
  }

  get(local: number): void {
    this.code.push(control.getLocal);
    this.code.push(unsigned(this.numberOf(local)));
  }

  set(local: number): void {
    this.code.push(control.setLocal);
    this.code.push(unsigned(this.numberOf(local)));
  }

  written(exportName: string | null): FunctionCode {
    const { params, locals, code, typeOf } = this;
    return { params: params.map(typeOf), locals, code: code.written(), exportName };
  }

  private numberOf(local: number): number {
    const known = this.numbers.get(local);
    if (known !== undefined) return known;
    this.locals.push(this.typeOf(local));
    const number = this.params.length + this.locals.length - 1;
    this.numbers.set(local, number);
    return number;
  }
}

/** Only finds which locals must be given: those that are read before they are set. */
export class InputFinder implements Sink {
  readonly inputs: number[] = [];
  private readonly seen = new Set<number>();

  push(): void {}

  get(local: number): void {
    if (!this.seen.has(local)) this.inputs.push(local);
    this.seen.add(local);
  }

  set(local: number): void {
    this.seen.add(local);
  }
}
