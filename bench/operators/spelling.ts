// Writes a sample of ours as PyTorch's program has it: names, options, true and null.
// in:  an expression in JavaScript, after a ~ perhaps Python's own     out: both texts

export interface Spelled {
  readonly whorl: string;
  readonly pytorch: string;
}

const words: Readonly<Record<string, string>> = { true: 'True', false: 'False', null: 'None' };

/** maxPool2d: max_pool2d. */
const snake = (name: string): string =>
  name.replace(/[a-z0-9][A-Z]/g, ([a, b]) => `${a}_${b!.toLowerCase()}`);

/** { padding: 1 } as the last argument: padding=1. */
const withKeywords = (text: string): string =>
  text.replace(/\{ ([^}]*) \}/g, (_, options: string) => options.replace(/(\w+): /g, '$1='));

const toPython = (text: string): string =>
  withKeywords(text).replace(/'[^']*'|\b[A-Za-z]\w*/g, (word) => {
    if (word.startsWith("'")) return word;
    return words[word] ?? snake(word);
  });

export function spelled(sample: string): Spelled {
  const [whorl, own] = sample.split('~').map((text) => text.trim());
  return { whorl: whorl!, pytorch: own ?? toPython(whorl!) };
}

/** The letters that an expression names. */
export const lettersIn = (text: string, letters: Readonly<Record<string, string>>): string[] =>
  [...new Set(text.match(/(?<![.\w'])[A-Za-z]\w*/g) ?? [])].filter((word) => word in letters);
