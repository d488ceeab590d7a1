// The JavaScript renderer: a kernel as text that says what it means, loop by loop, value by value.
// in:  a kernel     out: the source of a function
//
// The source is an expression: (m, p, scratch, status) => { ... }. m[i] is the typed array of buffer i,
// starting at its first element; p[i] parameter i, a bigint for int64; status an Int32Array of one word.
// Scratch arrays are made by the function itself. The text opens with a comment that lists
// the buffers' dtypes. Names of locals and ranges are unique in a kernel, and are identifiers.

import { arrayOf } from '../../graph/dtype.js';
import type { Expr, Kernel, Scratch, Stmt } from '../../lower/loop.js';
import { Expressions } from './expressions.js';
import { helperNames, helpersFor } from './helpers.js';

const taken: ReadonlySet<string> = new Set([
  ...helperNames, 'm', 'p', 'scratch', 'status', 'Math', 'Number', 'BigInt', 'Object',
  'const', 'let', 'var', 'for', 'if', 'in', 'of', 'do', 'new', 'this', 'return', 'function',
]);

const nameText = (name: string): string => taken.has(name) ? `${name}_` : name;

export function renderJs(kernel: Kernel): string {
  const writer = new Writer(kernel);
  writer.write(kernel.body);
  const scratch = writer.scratch.map(({ name, dtype, length }) =>
    `const ${nameText(name)} = new ${arrayOf[dtype].name}(${length});`);
  const body = writer.lines.join('\n');
  const head = [...helpersFor(body), ...scratch].map((line) => `  ${line}\n`).join('');
  const dtypes = kernel.buffers.map(({ dtype }) => dtype).join(' ');
  return `/* ${dtypes} */\n(m, p, scratch, status) => {\n${head}${body}\n}`;
}

class Writer {
  readonly lines: string[] = [];
  readonly scratch: Scratch[] = [];
  private indent = '  ';
  private readonly expressions: Expressions;

  constructor(kernel: Kernel) {
    this.expressions = new Expressions(kernel.params, nameText);
  }

  write(stmts: readonly Stmt[]): void {
    for (const stmt of stmts) this.statement(stmt);
  }

  private statement(stmt: Stmt): void {
    switch (stmt.kind) {
      case 'loop': {
        const { name, extent } = stmt.range;
        const i = nameText(name);
        return this.block(`for (let ${i} = 0; ${i} < ${extent}; ${i}++)`, stmt.body);
      }
      case 'let': return this.line(
        (text) => `const ${nameText(stmt.local.name)} = ${text(stmt.value)};`, stmt.value);
      case 'var': return this.line(
        (text) => `let ${nameText(stmt.local.name)} = ${text(stmt.value)};`, stmt.value);
      case 'assign': return this.line(
        (text) => `${nameText(stmt.local.name)} = ${text(stmt.value)};`, stmt.value);
      case 'store': return this.line(
        (text, index) => `m[${stmt.buffer}][${index(stmt.index)}] = ${text(stmt.value)};`,
        stmt.value);
      case 'poke': {
        this.declare(stmt.scratch);
        return this.line((text, index) =>
          `${nameText(stmt.scratch.name)}[${index(stmt.index)}] = ${text(stmt.value)};`, stmt.value);
      }
      case 'if': return this.conditional(stmt.condition, stmt.body);
      case 'check': return this.line((_, __, condition) =>
        `if (!(${condition(stmt.ok)}) && status[0] === 0) status[0] = ${stmt.code};`, stmt.ok);
    }
  }

  private conditional(condition: Expr, body: readonly Stmt[]): void {
    this.sharedLines(condition);
    this.block(`if (${this.expressions.condition(condition)})`, body);
  }

  private line(
    write: (
      text: Expressions['text'], index: Expressions['index'], condition: Expressions['condition'],
    ) => string,
    value: Expr,
  ): void {
    this.sharedLines(value);
    const { expressions } = this;
    this.lines.push(this.indent + write(
      (expr) => expressions.text(expr), (index) => expressions.index(index),
      (expr) => expressions.condition(expr),
    ));
  }

  /** What occurs several times in one statement gets a name. */
  private sharedLines(value: Expr): void {
    for (const { name, text } of this.expressions.nameShared(value)) {
      this.lines.push(`${this.indent}const ${name} = ${text};`);
    }
  }

  private block(head: string, body: readonly Stmt[]): void {
    this.lines.push(`${this.indent}${head} {`);
    this.indent += '  ';
    this.write(body);
    this.indent = this.indent.slice(2);
    this.lines.push(`${this.indent}}`);
  }

  private declare(scratch: Scratch): void {
    if (!this.scratch.some(({ name }) => name === scratch.name)) this.scratch.push(scratch);
  }
}

