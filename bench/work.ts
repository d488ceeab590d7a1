// What the bench can measure: a work, and the contestants that do it.
// in:  nothing     out: the types that works/, peers/ and the harness share

/** One contestant, prepared, in a process of its own. */
export interface Timed {
  /** Does the work once, as a user would write it, its reads included. */
  step(): unknown;
  /** One number of the last step's result: contestants that compute the same give the same. */
  check?(): number | Promise<number>;
  /**
   * Puts a training back to its beginning, before each slice: what it costs late, when weights
   * have decayed to numbers that a processor is slow with, is not what is measured.
   */
  restart?(): void | Promise<void>;
}

/** What is counted rather than timed. */
export interface Counted {
  readonly value: number;
}

export type Contestant = () => Promise<Timed | Counted>;

/** PyTorch: the row of peers/works.py that has the work's name. */
export interface Python {
  readonly threads: number;
  /** by torch.compile, where the row has something to compile */
  readonly compiled?: boolean;
}

export const pytorch: Python = { threads: 1 };

export interface Work {
  readonly name: string;
  readonly says: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  /** Milliseconds of one step in the work's unit. */
  fromMs(ms: number): number;
  /** Steps before the first measured one, after which the contestants' checks are compared. */
  readonly warmUp: number;
  /** Each round starts a new process and times its first step: what a program pays that does it once. */
  readonly cold?: boolean;
  /** It looks inside of Whorl, and so runs it module by module, not as the files that Node loads. */
  readonly looksInside?: boolean;
  /** Fewer rounds than asked for, where more would say nothing new. */
  readonly rounds?: number;
  /** Only where --only names it. */
  readonly isAside?: boolean;
  /** The contestant that the others are compared with; else a limit, or the best peer. */
  readonly reference?: string;
  readonly contestants: Readonly<Record<string, Contestant | Python>>;
}

/** A contestant that cannot take part here, for a reason that is no fault: one sentence. */
export class Absent extends Error {}

export const identity = (ms: number): number => ms;
