// The JavaScript renderer: a kernel as text that says what it means, loop by loop, value by value.
// in:  a kernel     out: the source of a function
//
// The source is an expression: (m, p, scratch, status) => { ... }. m[i] is the typed array of
// buffer i, starting at its first element; p[i] parameter i, a bigint for int64; status an
// Int32Array of one word. Scratch arrays are made by the function itself. The text opens with a
// comment with the buffers' dtypes. Names of locals and ranges are unique identifiers.

import { arrayOf } from '../../graph/dtype.js';
import type { Expr, Kernel, Scratch, Stmt } from '../../ir/loop.js';
import { routine } from '../../lower/routines.js';
import { Expressions } from './expressions.js';
import { helperNames, helpersFor } from './prelude.js';

/** What the text itself is made of: a local of that name gets an underscore. */
const taken: ReadonlySet<string> = new Set([
  ...helperNames,
  'largeAngle',
  'm',
  'p',
  'scratch',
  'status',
  'Math',
  'Number',
  'BigInt',
  'Object',
  'const',
  'let',
  'var',
  'for',
  'if',
  'in',
  'of',
  'do',
  'new',
  'this',
  'return',
  'function',
]);

const nameText = (name: string): string => (taken.has(name) ? `${name}_` : name);

/**
 * The body comes first: what it calls and which scratch arrays it pokes is declared in front of it.
 */
export function renderJs(kernel: Kernel): string {
  const writer = new Writer(kernel);
  writer.write(kernel.body);
  const scratch = writer.scratch.map(
    ({ name, dtype, length }) => `const ${nameText(name)} = new ${arrayOf[dtype].name}(${length});`,
  );
  const body = writer.lines.join('\n');
  const own = body.includes('largeAngle(') ? [largeAngleText()] : [];
  const head = [...helpersFor(own.join() + body), ...own, ...scratch]
    .map((line) => `  ${line}\n`)
    .join('');
  const dtypes = kernel.buffers.map(({ dtype }) => dtype).join(' ');
  return `/* ${dtypes} */\n(m, p, scratch, status) => {\n${head}${body}\n}`;
}

/** JavaScript has the other routine, the remainder of floats: %. */
function largeAngleText(): string {
  const { params, body, result } = routine('largeAngle');
  const writer = new Writer({ name: 'largeAngle', buffers: [], params: [], body });
  writer.write(body);
  const names = params.map(({ name }) => name).join(', ');
  const lines = [...writer.lines, `  return ${writer.textOf(result)};`];
  return `const largeAngle = (${names}) => {\n${lines.map((line) => `  ${line}\n`).join('')}  };`;
}

type Valued = Exclude<Stmt, { kind: 'loop' | 'if' | 'check' }>;

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

  textOf(value: Expr): string {
    return this.expressions.text(value);
  }

  private statement(stmt: Stmt): void {
    switch (stmt.kind) {
      case 'loop': {
        const i = nameText(stmt.range.name);
        this.block(`for (let ${i} = 0; ${i} < ${stmt.range.extent}; ${i}++)`, stmt.body);
        break;
      }
      case 'if':
        this.sharedLines(stmt.condition);
        this.block(`if (${this.expressions.condition(stmt.condition)})`, stmt.body);
        break;
      case 'check': {
        this.sharedLines(stmt.ok);
        const failed = `!(${this.expressions.condition(stmt.ok)})`;
        this.line(`if (${failed} && status[0] === 0) status[0] = ${stmt.code};`);
        break;
      }
      default:
        this.sharedLines(stmt.value);
        this.line(`${this.target(stmt)} = ${this.expressions.text(stmt.value)};`);
    }
  }

  /** What a statement gives its value to. */
  private target(stmt: Valued): string {
    switch (stmt.kind) {
      case 'let':
        return `const ${nameText(stmt.local.name)}`;
      case 'var':
        return `let ${nameText(stmt.local.name)}`;
      case 'assign':
        return nameText(stmt.local.name);
      case 'store':
        return `m[${stmt.buffer}][${this.expressions.index(stmt.index)}]`;
      case 'poke':
        this.declare(stmt.scratch);
        return `${nameText(stmt.scratch.name)}[${this.expressions.index(stmt.index)}]`;
    }
  }

  private line(text: string): void {
    this.lines.push(this.indent + text);
  }

  /** What occurs several times in one statement gets a name. */
  private sharedLines(value: Expr): void {
    for (const { name, text } of this.expressions.nameShared(value)) {
      this.line(`const ${name} = ${text};`);
    }
  }

  private block(head: string, body: readonly Stmt[]): void {
    this.line(`${head} {`);
    this.indent += '  ';
    this.write(body);
    this.indent = this.indent.slice(2);
    this.line('}');
  }

  private declare(scratch: Scratch): void {
    if (!this.scratch.some(({ name }) => name === scratch.name)) this.scratch.push(scratch);
  }
}
