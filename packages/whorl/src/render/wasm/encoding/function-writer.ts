// One function while it is written: its code, and which of the kernel's locals it has.
// in:  instructions, accesses to locals by their number in the kernel     out: a function

import type { Bytes, FunctionCode } from './encoder.js';
import { ByteWriter, control } from './encoder.js';
import type { WasmType } from './opcodes.js';

/** What instructions are written to. */
export interface Sink {
  push(piece: Bytes): void;
  get(local: number): void;
  set(local: number): void;
}

export class FunctionWriter implements Sink {
  private readonly code = new ByteWriter();
  /** By the kernel's local; -1: it is not used yet. */
  private readonly numbers: number[];
  private readonly locals: WasmType[] = [];

  /**
   * `params`: the kernel's locals that the function is given; `locals`: how many the kernel has.
   */
  constructor(
    private readonly params: readonly number[],
    private readonly typeOf: (local: number) => WasmType,
    locals: number,
  ) {
    this.numbers = new Array<number>(locals).fill(-1);
    params.forEach((local, number) => {
      this.numbers[local] = number;
    });
  }

  push(piece: Bytes): void {
    this.code.push(piece);
  }

  get(local: number): void {
    this.code.pushBoth(control.getLocal[0], this.numberOf(local));
  }

  set(local: number): void {
    this.code.pushBoth(control.setLocal[0], this.numberOf(local));
  }

  written(exportName: string | null): FunctionCode {
    const { params, locals, code, typeOf } = this;
    return { params: params.map(typeOf), locals, code: code.written(), exportName };
  }

  private numberOf(local: number): number {
    const known = this.numbers[local]!;
    if (known >= 0) return known;
    this.locals.push(this.typeOf(local));
    const number = this.params.length + this.locals.length - 1;
    this.numbers[local] = number;
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
