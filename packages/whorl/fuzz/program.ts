// A program as data: statements in the words of a user, which can be run, printed and made smaller.
// in:  statements     out: their text as one program, and what it imports

import { whorl } from '../test/loose.js';
import { dataText, spelledOut } from './data.js';
import { growthText } from './growth.js';

/** `a = b.add(1)`, or the opening of a block whose statements stand in `body`: `f = compile((x) => {`. */
export interface Statement {
  readonly text: string;
  readonly body?: readonly Statement[];
  /** What closes the block. */
  readonly end?: string;
  /** PyTorch throws here, so that nothing happens: the reference leaves it out. */
  readonly fails?: boolean;
  /** Makes sense as it is or not at all. */
  readonly whole?: boolean;
}

export type Program = readonly Statement[];

/** Programs that are run one after the other in one process. */
export type Case = readonly Program[];

/** What a statement gives a name to. */
export const nameOf = ({ text }: Statement): string | undefined =>
  /^(?:const )?(\w+) = /.exec(text)?.[1];

const words = /(?<![\w.'])[a-zA-Z_]\w*/g;

/** All text of a statement, its body's as well. */
export const wholeText = ({ text, body = [], end = '' }: Statement): string =>
  [text, ...body.map(wholeText), end].join('\n');

/** The names in a statement that may be those of other statements. */
export const namesIn = (statement: Statement): Set<string> =>
  new Set(wholeText(statement).match(words));

/** What programs may say besides the library's own names, and how a person would write it. */
const prelude: Readonly<Record<string, string>> = {
  F: 'const F = nn.functional;',
  data: dataText,
  show: `const show = (x) =>
  console.log(x.dtype, x.shape.join(), '|', Array.from(x.dataSync(), (v) => (Object.is(v, -0) ? '-0' : v)).join());`,
  late: `const late = (x) => x.data().then((list) => console.log('late', list.join()));`,
  insist: `const insist = (x, times = 12) => {
  for (let i = 1; ; i++) try { return show(x); } catch (error) { if (i === times) throw error; }
};`,
  flat: growthText,
  gc: 'const gc = () => globalThis.gc?.();',
};

const body = (statements: readonly Statement[], indent: string): string[] =>
  statements.flatMap((each) => {
    if (each.body === undefined) return [`${indent}${each.text};`];
    const inner = body(each.body, `${indent}  `);
    return [`${indent}${each.text}`, ...inner, `${indent}${each.end};`];
  });

/** One statement in lines. */
export const linesOf = (statement: Statement, indent = ''): string[] => body([statement], indent);

/** The names of `whorl` and of the prelude in these programs; what the prelude itself needs is among them. */
function used(text: string): { imports: string[]; helpers: string[] } {
  const helpers = new Set<string>();
  const all = new Set<string>();
  const add = (some: string) => {
    for (const word of some.match(words) ?? []) {
      if (Object.hasOwn(whorl, word)) all.add(word);
      else if (Object.hasOwn(prelude, word) && !helpers.has(word)) {
        helpers.add(word);
        add(prelude[word]!);
      }
    }
  };
  add(text);
  const order = Object.keys(prelude);
  return {
    imports: [...all].sort(),
    helpers: [...helpers].sort((a, b) => order.indexOf(a) - order.indexOf(b)),
  };
}

/**
 * A program that can be run as it is.
 * `remarks`: what stands behind a statement; `caught`: statements that throw in some way.
 */
export function printCase(
  programs: Case,
  remarks: ReadonlyMap<string, string>,
  caught: ReadonlySet<string>,
): string {
  const text = spelledOut(programs.flat().map(wholeText).join('\n'));
  const { imports, helpers } = used(text);
  const lines = [`import { ${imports.join(', ')} } from 'whorl';`];
  for (const name of helpers) lines.push(prelude[name]!);
  for (const [p, program] of programs.entries()) {
    const several = programs.length > 1;
    if (several) lines.push('{');
    const indent = several ? '  ' : '';
    const names = new Set(program.map(nameOf).filter((name) => name !== undefined));
    if (names.size > 0) lines.push(`${indent}let ${[...names].join(', ')};`);
    for (const [i, statement] of program.entries()) {
      const own = linesOf(statement, indent);
      const remark = remarks.get(`${p}/${i}`);
      if (caught.has(`${p}/${i}`)) {
        own[0] = `${indent}try { ${own[0]!.trim()}`;
        own[own.length - 1] += ' } catch (error) { console.log(error.message); }';
      }
      if (remark !== undefined) own[own.length - 1] += ` // ${remark}`;
      lines.push(...own);
    }
    if (several) lines.push('}');
  }
  return spelledOut(lines.join('\n'));
}
