// The words of shared memory through which threads hand out blocks.
// out: where each stands, counted in 32-bit words from the start of the control block

/** Upper bits: which job it is; lower bits: how many claims of it are left. Threads sleep on it. */
export const claimWord = 0;
/** How many claims were worked off. The thread that launched sleeps on it. */
export const doneWord = 16;
/** What the job is. Stable while a claim on it is not worked off. */
export const job = {
  /** the module: an id, where its bytes lie and how many there are */
  module: 32,
  address: 33,
  length: 34,
  /** which of its functions, see entryName() */
  entry: 38,
  /** the argument block */
  args: 35,
  /** parts in the job, each claimed once */
  parts: 36,
  /** set by a worker whose part failed */
  failed: 37,
} as const;

/** A module of one kernel exports `run`; a module of several exports `k0`, `k1`, ... */
export const onlyEntry = -1;
export const entryName = (entry: number): string => (entry === onlyEntry ? 'run' : `k${entry}`);

export const mostThreads = 64;
/** From here on: how many blocks each thread ran, the launching one first. */
export const takenWord = 64;
/** From here on: the blocks where each part begins, and where the last one ends. */
export const boundsWord = takenWord + mostThreads;
/**
 * Parts hand out half of what is left, one to each thread,
 * until they are small: so many bounds at most.
 */
export const mostBounds = 8 * mostThreads + 1;
/** From here on: 1 where a worker has begun. */
export const begunWord = boundsWord + mostBounds;
export const controlWords = begunWord + mostThreads;

/** Claims in the lower bits of the claim word. */
export const claimBits = 12;
export const claimMask = 2 ** claimBits - 1;
