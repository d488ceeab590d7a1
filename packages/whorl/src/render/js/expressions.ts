// Expressions of the loop IR as JavaScript.
// in:  expressions     out: text; a name for each part that one statement computes several times
//
// An expression is a graph, its text a tree: written out, a formula that uses its parts twice at
// every step would double with each of them.

import type { DType } from '../../graph/dtype.js';
import type { Atom, Expr, Index } from '../../ir/loop.js';
import { grouped, indexText } from '../../ir/print.js';
import { readersIn } from '../../ir/walk.js';
import {
  binaryText,
  bitsText,
  castText,
  comparisonText,
  constantText,
  isComparison,
  unaryText,
} from './operations.js';

export interface Named {
  readonly name: string;
  readonly text: string;
}

export class Expressions {
  /** Of one statement: the next one may find other values in memory. */
  private names = new Map<Expr, string>();
  private made = 0;

  constructor(
    private readonly params: readonly DType[],
    private readonly nameText: (name: string) => string,
  ) {}

  /** Names the parts of `root` that have several readers; their texts, in order of use. */
  nameShared(root: Expr): Named[] {
    this.names = new Map();
    const named: Named[] = [];
    for (const [expr, readers] of readersIn(root)) {
      if (readers < 2 || isLeaf(expr)) continue;
      const text = this.text(expr);
      const name = `$${this.made++}`;
      this.names.set(expr, name);
      named.push({ name, text });
    }
    return named;
  }

  text(expr: Expr): string {
    const name = this.names.get(expr);
    if (name !== undefined) return name;
    switch (expr.kind) {
      case 'local':
        return this.nameText(expr.name);
      case 'const':
        return constantText(expr.dtype, expr.value);
      case 'param':
        return this.param(expr.slot);
      case 'index':
        return expr.dtype === 'int64'
          ? `BigInt(${this.index(expr.index)})`
          : grouped(this.index(expr.index));
      case 'load':
        return `m[${expr.buffer}][${this.index(expr.index)}]`;
      case 'peek':
        return `${this.nameText(expr.scratch.name)}[${this.index(expr.index)}]`;
      case 'unary':
        return unaryText(expr.fn, expr.dtype, this.text(expr.a));
      case 'binary':
        return binaryText(expr.fn, expr.a.dtype, this.text(expr.a), this.text(expr.b));
      case 'select':
        return `(${this.condition(expr.c)} ? ${this.text(expr.a)} : ${this.text(expr.b)})`;
      // of float32: the product is exact in float64
      case 'fma':
        return `f32(${this.text(expr.a)} * ${this.text(expr.b)} + ${this.text(expr.c)})`;
      case 'cast':
        return castText(expr.a.dtype, expr.dtype, this.text(expr.a));
      case 'bits':
        return bitsText(expr.a.dtype, expr.dtype, this.text(expr.a));
      case 'inside':
        return `inside(${this.index(expr.index)}, ${expr.lo}, ${expr.hi})`;
    }
  }

  /** A bool where only its truth matters. */
  condition(expr: Expr): string {
    if (expr.kind === 'binary' && isComparison(expr.fn) && !this.names.has(expr)) {
      return comparisonText(expr.fn, this.text(expr.a), this.text(expr.b));
    }
    return this.text(expr);
  }

  index(index: Index): string {
    return indexText(index, this.atom);
  }

  private readonly atom = (atom: Atom): string => {
    switch (atom.kind) {
      case 'range':
        return this.nameText(atom.name);
      case 'param':
        return this.integer(this.params[atom.slot], `p[${atom.slot}]`);
      case 'value':
        return this.integer(atom.value.dtype, this.text(atom.value));
      case 'div':
        return `Math.floor(${grouped(this.index(atom.of))} / ${atom.by})`;
      case 'mod':
        return `(${grouped(this.index(atom.of))} % ${atom.by})`;
    }
  };

  /** Addresses are numbers: a bigint in one is converted. */
  private integer(dtype: DType | undefined, text: string): string {
    return dtype === 'int64' ? `Number(${text})` : text;
  }

  /** Parameters come as float64; rounded where they are read, a float32 is one. */
  private param(slot: number): string {
    return this.params[slot] === 'float32' ? `f32(p[${slot}])` : `p[${slot}]`;
  }
}

const isLeaf = ({ kind }: Expr): boolean =>
  kind === 'local' || kind === 'const' || kind === 'param';
