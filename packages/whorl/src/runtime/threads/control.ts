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
  entry: 40,
  /** the argument block */
  args: 35,
  blocks: 36,
  /** blocks in a claim, claims in the job */
  chunk: 37,
  claims: 38,
  /** set by a worker whose part failed */
  failed: 39,
} as const;
/** From here on: how many blocks each thread ran, the launching one first. */
export const takenWord = 64;

/** A module of one kernel exports `run`; a module of several exports `k0`, `k1`, ... */
export const onlyEntry = -1;
export const entryName = (entry: number): string => (entry === onlyEntry ? 'run' : `k${entry}`);

export const mostThreads = 64;
export const controlBytes = 4 * (takenWord + mostThreads);

/** Claims in the lower bits of the claim word. */
export const claimBits = 12;
export const claimMask = 2 ** claimBits - 1;
