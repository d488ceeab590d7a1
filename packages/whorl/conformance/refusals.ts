// Where PyTorch refuses and we answer on purpose: its message, and why we can. Where a device refuses what it cannot do.
// in:  the message recorded with a step, or one of ours     out: a sentence, or undefined where there is none

interface Answered {
  message: RegExp;
  because: string;
}

/** Documented differences; a program that meets one ends there and counts as passed. */
export const answered: readonly Answered[] = [
  {
    message: /needed for gradient computation has been modified by an inplace operation/,
    because: 'A write makes a new value and leaves the old one to the gradient, which is right.',
  },
  {
    message: /is the output of a function that returns multiple views/,
    because: 'A write into one of several views (split, unbind, chunk) reaches its base.',
  },
  {
    message: /Index put requires the source and destination dtypes match/,
    because:
      'x.setAt([mask], value) converts like x[0] = value: tensor([10, 20]) is float32 here where PyTorch reads integers.',
  },
  {
    message: /mean\(\): could not infer output dtype.*Got: Bool/,
    because:
      'The mean of truth values is the share of true ones, float32: an accuracy is .eq(y).mean().',
  },
];

export function answeredBecause(message: string): string | undefined {
  return answered.find((entry) => entry.message.test(message))?.because;
}

/** What a device refuses that can less than the cpu, as it says it. */
const refused: readonly RegExp[] = [
  /Cannot convert a \w+ Tensor to \w+ dtype as the \w+ device doesn't support \w+/,
  /does not fit into the 32 bits with which this device stores whole numbers/,
  /\w+: the values of a tensor on \w+ cannot be read at once/,
  /compile: the function sorts, or does something else that runs in JavaScript/,
  /a value that is computed on another device is still on its way/,
];

export const refusedByDevice = (message: string): string | undefined =>
  refused.map((sentence) => sentence.exec(message)?.[0]).find((found) => found !== undefined);
