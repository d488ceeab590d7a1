// The ways in which a user may run the same step: as written, recorded once, by several threads, with fused products.
// in:  a step that describes its tensors     out: contestants that run it and read what it returns

import { compile, hasRelaxedFma, setNumThreads, setRelaxedFma, type Tensor } from 'whorl';
import { Absent, type Timed } from '../work.js';

export interface Way {
  /** The step is recorded by compile() and replayed. Default false */
  readonly compiled?: boolean;
  /** Default 1 */
  readonly threads?: number;
  /** A product and its sum are rounded once, which needs Node 22. Default false */
  readonly relaxed?: boolean;
}

/** A step, and the number of its last run that contestants compare. */
export interface Steps {
  readonly step: () => readonly Tensor[];
  readonly check: (values: readonly number[]) => number | Promise<number>;
  readonly restart?: () => Promise<void>;
}

/** Before the first kernel is made. */
export function choose({ threads = 1, relaxed = false }: Way): void {
  setNumThreads(threads);
  if (!relaxed) return;
  if (!hasRelaxedFma()) throw new Absent('this engine has no relaxed SIMD; Node has it from 22 on');
  setRelaxedFma(true);
}

/** Runs a step in one of the ways; everything that it returns is read, every time. */
export const running =
  (prepare: () => Steps, way: Way = {}): (() => Promise<Timed>) =>
  async () => {
    choose(way);
    const { step, check, restart } = prepare();
    const once = way.compiled === true ? compile(step) : step;
    let values: number[] = [];
    return {
      step: async () => {
        const tensors = once();
        values = [];
        for (const tensor of tensors) values.push((await tensor.item()) as number);
      },
      check: () => check(values),
      ...(restart === undefined ? {} : { restart }),
    };
  };
