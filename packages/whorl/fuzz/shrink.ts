// Makes a failing case as small as it can: fewer programs, fewer statements, smaller numbers, shorter expressions.
// in:  a case, and whether another still fails     out: the smallest found within the budget

import { type Case, nameOf, namesIn, type Program, type Statement, wholeText } from './program.js';

export interface Budget {
  readonly attempts: number;
  readonly milliseconds: number;
}

type Fails = (candidate: Case) => Promise<boolean>;

/** Without some statements, and without those that speak of what they named. */
function drop(program: Program, gone: ReadonlySet<number>): Program {
  const lost = new Set<string>();
  const kept: Statement[] = [];
  for (const [i, statement] of program.entries()) {
    const own = nameOf(statement);
    const needs = [...namesIn(statement)].some((name) => name !== own && lost.has(name));
    if (gone.has(i) || needs) {
      if (own !== undefined && !kept.some((each) => nameOf(each) === own)) lost.add(own);
      continue;
    }
    // given again: later ones mean this
    if (own !== undefined) lost.delete(own);
    kept.push(
      statement.body === undefined
        ? statement
        : { ...statement, body: drop(statement.body, new Set()) },
    );
  }
  return kept;
}

/** `count` neighbours at a time; variants of one structure lose the same ones. */
function* fewerStatements(programs: Case): Generator<Case> {
  const longest = Math.max(...programs.map((program) => program.length));
  for (
    let count = Math.ceil(longest / 2);
    count >= 1;
    count = count === 1 ? 0 : Math.ceil(count / 2)
  ) {
    for (let start = longest - count; start > -count; start -= count) {
      const gone = new Set(Array.from({ length: count }, (_, i) => start + i));
      yield programs.map((program) => drop(program, gone));
    }
  }
}

function* fewerPrograms(programs: Case): Generator<Case> {
  for (let i = 0; i < programs.length && programs.length > 1; i++)
    yield programs.filter((_, k) => k !== i);
}

const isWhole = ({ fails, whole }: Statement): boolean => fails === true || whole === true;

/** The same change in every place, statement by statement and in bodies; what has to fail stays as it is. */
function edited(programs: Case, edit: (text: string) => string): Case {
  const of = (statement: Statement): Statement =>
    isWhole(statement)
      ? statement
      : {
          ...statement,
          text: edit(statement.text),
          ...(statement.body && { body: statement.body.map(of) }),
        };
  return programs.map((program) => program.map(of));
}

function* fewerInBodies(programs: Case): Generator<Case> {
  for (const [p, program] of programs.entries()) {
    for (const [i, statement] of program.entries()) {
      const length = isWhole(statement) ? 0 : (statement.body?.length ?? 0);
      for (let k = length - 1; k >= 0; k--) {
        const body = drop(statement.body!, new Set([k]));
        const smaller = program.with(i, { ...statement, body });
        yield programs.with(p, smaller);
      }
    }
  }
}

/** `b = a` says nothing: what speaks of b speaks of a. */
function* fewerNames(programs: Case): Generator<Case> {
  for (const statement of programs.flat()) {
    const [, alias, name] = /^(\w+) = (\w+)$/.exec(statement.text) ?? [];
    if (alias === undefined || name === 'null') continue;
    const renamed = edited(programs, (text) =>
      text.replace(new RegExp(`(?<![\\w.'])${alias}(?!\\w)`, 'g'), name!),
    );
    yield renamed.map((program) => program.filter(({ text }) => text !== `${name} = ${name}`));
  }
}

const number = /(?<![\w.'-])\d+(?:\.\d+)?(?![\w.'])/g;

/** A number that stands in several places is a size more often than not: they change together. */
function* smallerNumbers(programs: Case): Generator<Case> {
  const found = new Set<string>();
  edited(programs, (text) => {
    for (const each of text.match(number) ?? []) found.add(each);
    return text;
  });
  for (const each of [...found].sort((a, b) => Number(b) - Number(a))) {
    const value = Number(each);
    const smaller = [1, 2, Math.floor(value / 2), value - 1].filter((n) => n > 0 && n < value);
    for (const n of new Set(smaller))
      yield edited(programs, (text) =>
        text.replace(number, (own) => (own === each ? String(n) : own)),
      );
  }
}

/** Where each `.method(...)` of a chain begins and ends. */
function calls(text: string): [start: number, end: number][] {
  const found: [number, number][] = [];
  for (const match of text.matchAll(/\.\w+\(/g)) {
    let depth = 0;
    for (let i = match.index + match[0].length - 1; i < text.length; i++) {
      if (text[i] === '(') depth++;
      else if (text[i] === ')' && --depth === 0) {
        found.push([match.index, i + 1]);
        break;
      }
    }
  }
  return found;
}

function* shorterExpressions(programs: Case): Generator<Case> {
  const at = (p: number, i: number, k: number | null, text: string): Case => {
    const statement = programs[p]![i]!;
    const changed =
      k === null
        ? { ...statement, text }
        : { ...statement, body: statement.body!.with(k, { ...statement.body![k]!, text }) };
    return programs.with(p, programs[p]!.with(i, changed));
  };
  for (const [p, program] of programs.entries()) {
    for (const [i, statement] of program.entries()) {
      if (isWhole(statement)) continue;
      const texts: [number | null, string][] = [[null, statement.text]];
      statement.body?.forEach((inner, k) => {
        if (inner.body === undefined) texts.push([k, inner.text]);
      });
      for (const [k, text] of texts) {
        for (const [start, end] of calls(text))
          yield at(p, i, k, text.slice(0, start) + text.slice(end));
        for (const match of text.matchAll(number)) {
          for (const n of ['0', '1', '2'].filter((n) => Number(n) < Number(match[0])))
            yield at(
              p,
              i,
              k,
              text.slice(0, match.index) + n + text.slice(match.index + match[0].length),
            );
        }
      }
    }
  }
}

/** Empty tensors and layers fail for reasons of their own. */
const isEmpty = (programs: Case): boolean =>
  /(?:data|full|zeros|ones|randn)\(\[[^\]]*(?<![\w.])0(?![\w.])|(?:zeros|ones|randn|Linear|Norm1d)\((?:\d+, )*0(?![\w.])/.test(
    programs.flat().map(wholeText).join('\n'),
  );

const passes = [
  fewerPrograms,
  fewerStatements,
  fewerInBodies,
  fewerNames,
  smallerNumbers,
  shorterExpressions,
];

const sizeOf = (programs: Case): number => JSON.stringify(programs).length;

export async function shrink(programs: Case, fails: Fails, budget: Budget): Promise<Case> {
  const end = performance.now() + budget.milliseconds;
  let left = budget.attempts;
  let best = programs;
  /** The first smaller one of a pass that still fails is where the pass begins again. */
  const improve = async (pass: (from: Case) => Generator<Case>): Promise<boolean> => {
    for (const candidate of pass(best)) {
      if (left <= 0 || performance.now() > end) return false;
      if (sizeOf(candidate) > sizeOf(best) || JSON.stringify(candidate) === JSON.stringify(best))
        continue;
      if (isEmpty(candidate)) continue;
      left--;
      if (!(await fails(candidate))) continue;
      best = candidate;
      return true;
    }
    return false;
  };
  for (let before = ''; before !== JSON.stringify(best); ) {
    before = JSON.stringify(best);
    for (const pass of passes) while (await improve(pass)) {}
  }
  return best;
}
